/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_SCRATCH_SEED_H
#define GM_SCRATCH_SEED_H

/*
 * Seed: a row in every table that takes one, to see whether a migration keeps rows.
 *
 * Every value is that of "1" for its type, so that foreign keys hold by construction. A table whose
 * checks refuse such a row stays empty and proves nothing.
 */

#include "db/db.h"
#include "schema/diff.h"

typedef struct {
    gm_str table;    /* as SQL, before the migration */
    gm_str after;    /* as SQL, after it; empty: the migration drops it */
    gm_strs columns; /* as SQL: those that go through unchanged */
    gm_strs columns_after;
    gm_str row; /* what they held */
} gm_seed_row;

typedef GM_VEC(gm_seed_row) gm_seeds;

/* Rows in the tables of diff->from. Fails only when the database does. */
gm_code gm_seed(gm_arena *arena, gm_db *db, const gm_diff *diff, gm_seeds *seeds, gm_err *err);

/* Are they all there, with what they held? *trouble names the first that is not. `up`: the
 * migration has run; else it was reverted. */
gm_code gm_seed_check(gm_arena *arena, gm_db *db, const gm_seeds *seeds, bool up, gm_str *trouble,
                      gm_err *err);

#endif
