/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_MOVE_BESIDE_H
#define GM_APP_MOVE_BESIDE_H

/*
 * What lies beside a SQLite database and must agree with it: gmig's notes on another tool's version
 * table, and sqitch's registry. Whoever copies the one has to copy the other.
 */

#include "db/db.h"
#include "runner/ledger.h"

typedef struct {
    gm_str path;
    gm_str ending; /* of a copy: behind the name of the database's own */
} gm_beside;

typedef GM_VEC(gm_beside) gm_beside_list;

/* Those that are there, of the database at `path`. None on PostgreSQL, and where nobody but gmig
 * keeps the versions. */
gm_beside_list gm_beside_find(gm_arena *arena, const gm_ledger *ledger, gm_str path);

/* Where sqitch's registry is or would be; empty for any other tool. */
gm_str gm_beside_registry(const gm_ledger *ledger);

/* As SQLite copies a database that is in use. `to` must not be there. */
gm_code gm_beside_copy(gm_arena *arena, gm_str from, gm_str to, gm_err *err);

#endif
