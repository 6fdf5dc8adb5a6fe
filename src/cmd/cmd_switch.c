/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/moving.h"

static const gm_option options[] = {
    GM_OPTION_TARGET,
    {"plan", 0, GM_OPTION_FLAG, NULL, "show the steps and what they lose, and change nothing"},
    {"from", 0, GM_OPTION_LIST, "REF",
     "run SQL that comes only from this ref, which others may write to"},
    {"lock-timeout", 0, GM_OPTION_VALUE, "TIME",
     "how long a statement may wait for locks in the database (default 5s)"},
    {"statement-timeout", 0, GM_OPTION_VALUE, "TIME", "how long a statement may take"},
    {"wait", 0, GM_OPTION_VALUE, "TIME", "how long to wait for another gmig (default 60s)"},
    {"backup", 0, GM_OPTION_FLAG, NULL, "keep a checked copy of a PostgreSQL database, too"},
    {"backup-to", 0, GM_OPTION_VALUE, "PATH", "keep the copy with this name"},
    {"no-backup", 0, GM_OPTION_FLAG, NULL, "keep no copy of a SQLite database"},
    {"yes", 'y', GM_OPTION_FLAG, NULL, "go on where data is lost"},
    {"allow-pooler", 0, GM_OPTION_FLAG, NULL, "go on behind a transaction pooler"},
    {0},
};

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    return gm_moving_switch(invocation, status, err);
}

const gm_command gm_cmd_switch = {
    .name = "switch",
    .synopsis = "[REF]",
    .summary = "Take a development database to another branch",
    .details =
        "Takes a database from the revisions that it has to the heads of REF (default: the "
        "checkout): down through those that REF lacks or has with other statements, latest first, "
        "then up. A way down comes from the very file that was applied, wherever git has it, else "
        "from the database's own copy. All is refused before the first statement, or done.",
    .options = options,
    .max_operands = 1,
    .run = run,
};
