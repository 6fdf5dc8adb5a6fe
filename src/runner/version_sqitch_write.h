/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_VERSION_SQITCH_WRITE_H
#define GM_RUNNER_VERSION_SQITCH_WRITE_H

/* What version_sqitch.c, which finds, reads and makes the registry, and version_sqitch_write.c
 * share. Private to these two. */

#include "history/formats/sqitch_plan.h"
#include "runner/version_sqitch.h"

/* SQLite: the name that the registry's file is attached as. */
#define GM_SQITCH_ATTACHED "gmig_sqitch"

/* What the registry has of a change. */
typedef struct {
    gm_str id; /* sqitch's */
    gm_str script_hash;
} gm_sqitch_deployed;

/* `tool` of the ledger. */
typedef struct {
    gm_str path;   /* SQLite: of the file; empty: the database is none */
    bool attached; /* SQLite */
    gm_map known;  /* id -> gm_sqitch_deployed */
} gm_sqitch_registry;

/* ---- version_sqitch.c ---- */

/* SQLite: until gm_version_table_rest. Once more does nothing. */
gm_code gm_sqitch_attach(gm_db *db, const gm_ledger *ledger, gm_err *err);

/* A statement with the registry's schema where "%.*s" stands, as gm_version_table_ask. */
gm_code gm_sqitch_ask(gm_db *db, const gm_ledger *ledger, const char *statement,
                      const gm_value *values, size_t count, gm_rows *rows, gm_err *err);

/* "ada" of "ada@host": as sqitch has it for a user whom nobody has named, with "ada@host" for the
 * address. */
gm_str gm_sqitch_user(const gm_ledger *ledger);

/* In hex, as sqitch notes it of a deploy script. */
gm_str gm_sqitch_script_hash(gm_arena *arena, const gm_revision *revision);

/* ---- version_sqitch_write.c ---- */

/* Of gm_version_table_ops. GM_E_REFUSED for a change that the plan has not, or whose needs are not
 * met; GM_E_LOCKED while sqitch is at work. */
gm_code gm_sqitch_insert(gm_db *db, const gm_ledger *ledger, const gm_ledger_row *row,
                         bool *inserted, gm_err *err);
gm_code gm_sqitch_remove(gm_db *db, const gm_ledger *ledger, gm_str id, bool *deleted, gm_err *err);

#endif
