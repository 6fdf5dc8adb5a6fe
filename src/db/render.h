/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_RENDER_H
#define GM_DB_RENDER_H

/*
 * Render: a diff -> the statements that carry it out on a database that has `from`. Pure.
 *
 * Names are always explicit. Nothing is dropped that the diff does not drop; what must be dropped
 * and made again on the way (a view over an altered column, a SQLite table that is rebuilt) comes
 * back as `to` has it. Layout is for people: a CREATE TABLE has a line a column.
 */

#include "db/db.h"
#include "schema/diff.h"

typedef struct {
    gm_str sql;   /* without the final semicolon */
    gm_str note;  /* a comment above it, without "-- ", may have several lines; may be empty */
    bool outside; /* must not run in a transaction (ALTER TYPE … ADD VALUE that is used at once) */
} gm_render_statement;

typedef struct {
    GM_VEC(gm_render_statement) statements;
    gm_strs lost; /* what no later down brings back, for people: "the rows of table users", "column
                     users.email" */
} gm_render;

/* GM_E_REFUSED for a change that the engine cannot make, with the object and what to do. */
gm_code gm_db_render(gm_arena *arena, const gm_diff *diff, gm_render *render, gm_err *err);

#endif
