/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_MOVE_LOSSES_H
#define GM_APP_MOVE_LOSSES_H

/*
 * Losses: what a database holds now that steps down would take away, by tables and columns.
 *
 * Statements are read by their words. Whatever cannot be told so, or cannot be counted, is a loss
 * that nobody has counted, never none.
 */

#include "db/db.h"
#include "runner/runner.h"

typedef struct {
    gm_str revision;
    gm_str table;  /* as the statement writes it; empty: it does not say */
    gm_str column; /* of all rows; empty: whole rows */
    bool counted;
    bool at_most;  /* `rows` are all that there are, and the statement may choose */
    int64_t rows;  /* of a column: those that have a value */
    gm_str reason; /* the beginning of the statement */
} gm_loss;

typedef GM_VEC(gm_loss) gm_losses;

/* Without those of nothing: an empty table is no loss. Only counts; changes nothing. */
void gm_losses_find(gm_arena *arena, gm_db *db, const gm_run_steps *steps, gm_losses *losses);

/* "cards: 3 rows", "users.nick: 2 values", "users: 5 rows at most (DELETE FROM users)" */
gm_str gm_loss_words(gm_arena *arena, const gm_loss *loss);

#endif
