/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_PART_H
#define GM_RUNNER_PART_H

/*
 * Part: one section of a revision made ready to run: split into statements, timeouts read, and what
 * cannot work found out before the first statement is sent.
 */

#include "history/revision.h"

typedef struct {
    gm_str revision;
    gm_str path;
    gm_direction direction;
    gm_dialect dialect;
    const gm_section *section;
    gm_sql_statements statements;
    int64_t lock_timeout_ms;      /* -1: not given */
    int64_t statement_timeout_ms; /* -1: not given */
    bool session;    /* may change what the session is set to: SET, set_config, DO, … */
    bool loses_data; /* may take data away: DROP TABLE, DELETE, what gmig cannot see through, … */
    bool foreign_keys; /* SQLite: may leave rows without the row they point to */
    bool from_ledger;  /* the ledger's copy of a down */
} gm_part;

/*
 * Splits and looks. GM_E_HISTORY with path:line for what cannot be split; GM_E_REFUSED for a
 * missing or irreversible section, for transaction control in a section, for statements that take
 * the runner's lock or session away, and for statements that cannot run inside a transaction where
 * the section lacks transaction=off.
 */
gm_code gm_part_prepare(gm_arena *arena, const gm_revision *revision, gm_direction direction,
                        gm_dialect dialect, gm_part *part, gm_err *err);

/* False where it may take data away, or nobody can tell. */
bool gm_statement_keeps_data(gm_str statement);

/*
 * SHA-256 of the up statements alone: LF for CRLF, no BOM, no comments between statements. Empty
 * when the revision has no up for this dialect.
 */
gm_code gm_part_up_sha256(gm_arena *arena, const gm_revision *revision, gm_dialect dialect,
                          gm_str *hex, gm_err *err);
gm_str gm_part_statements_sha256(gm_arena *arena, const gm_sql_statements *statements);
gm_str gm_statement_sha256(gm_arena *arena, const gm_sql_statement *statement);

#endif
