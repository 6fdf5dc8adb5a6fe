/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_SANDBOX_H
#define GM_DB_SANDBOX_H

/*
 * Sandbox: a SQLite database in memory for SQL that strangers may have written.
 *
 * An authorizer refuses whatever reaches beyond it: ATTACH of a file and VACUUM INTO, extensions,
 * pragmas that write files or lift limits. Values, statements, memory and running time are limited.
 * https://sqlite.org/security.html
 */

#include "db/db.h"

gm_code gm_db_open_sandbox(gm_arena *arena, int64_t deadline_ms, gm_db **db, gm_err *err);

/* The whole database as bytes, and a database with such bytes. GM_E_DATABASE for bytes that are
 * none; they must come from a place that only this user writes to. */
gm_code gm_db_image(gm_arena *arena, gm_db *db, gm_str *bytes, gm_err *err);
gm_code gm_db_load_image(gm_db *db, gm_str bytes, gm_err *err);

#endif
