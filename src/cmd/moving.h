/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CMD_MOVING_H
#define GM_CMD_MOVING_H

/* What `upgrade`, `downgrade` and `switch` share: options, running, planning, offline SQL, the
 * results. */

#include "app/move/annotate.h"
#include "cmd/progress.h"

/* The options of both; each command's table adds its own. */
#define GM_MOVING_OPTIONS                                                                          \
    GM_OPTION_TARGET, GM_OPTION_AT,                                                                \
        {"plan", 0, GM_OPTION_FLAG, NULL, "show the steps and change nothing"},                    \
        {"from", 0, GM_OPTION_VALUE, "ID[,ID]",                                                    \
         "with --plan or --sql: start from this state (or base), without a database"},             \
        {"sql", 0, GM_OPTION_FLAG, NULL, "write a script for psql or sqlite3 instead"},            \
        {"dialect", 0, GM_OPTION_VALUE, "NAME", "with --sql: sqlite or postgres"},                 \
        {"lock-timeout", 0, GM_OPTION_VALUE, "TIME",                                               \
         "how long a statement may wait for locks in the database (default 5s)"},                  \
        {"statement-timeout", 0, GM_OPTION_VALUE, "TIME", "how long a statement may take"},        \
        {"wait", 0, GM_OPTION_VALUE, "TIME", "how long to wait for another gmig (default 60s)"},   \
        {"backup", 0, GM_OPTION_FLAG, NULL, "keep a checked copy of the database first"},          \
        {"backup-to", 0, GM_OPTION_VALUE, "PATH", "the same, with this name"},                     \
        {"yes", 'y', GM_OPTION_FLAG, NULL, "go on where data may be lost"},                        \
        {"allow-dirty", 0, GM_OPTION_FLAG, NULL, "run revisions that are not committed"},          \
        {"allow-phantom", 0, GM_OPTION_LIST, "ID",                                                 \
         "let a revision stand that only the database has"},                                       \
    {                                                                                              \
        "allow-pooler", 0, GM_OPTION_FLAG, NULL, "go on behind a transaction pooler"               \
    }

gm_code gm_moving_run(gm_invocation *invocation, gm_direction direction, int *status, gm_err *err);

gm_code gm_moving_switch(gm_invocation *invocation, int *status, gm_err *err);

/* A time of an option into *ms, which keeps its default when the option was not given. */
gm_code gm_moving_time(const gm_invocation *invocation, const char *option, int64_t *ms,
                       gm_err *err);

/* ---- --sql, of stamp too ---- */

/* The dialect of --dialect, else the only one, else that of the target. */
gm_code gm_moving_dialect(const gm_invocation *invocation, gm_project *project, gm_dialect *dialect,
                          gm_err *err);

/* "A:B" -> A and B; `first` and `last` stand for sides that are left out. */
void gm_moving_range(gm_str text, gm_str first, gm_str last, gm_str *from, gm_str *to);

void gm_moving_print_script(const gm_invocation *invocation, gm_dialect dialect, gm_str text);

/* Fills what stamp, resolve and repair share. */
gm_code gm_moving_annotate(gm_invocation *invocation, gm_project *project, gm_progress *progress,
                           gm_annotate_options *options, gm_err *err);

#endif
