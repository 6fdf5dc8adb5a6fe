/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_SQLITE_RENDER_H
#define GM_DB_SQLITE_RENDER_H

/*
 * A diff -> statements for SQLite, as db/render.h says.
 *
 * https://sqlite.org/lang_altertable.html: a table or column is renamed, and a column is added or
 * dropped, by ALTER TABLE where SQLite can; everything else builds the table anew from the desired
 * text (section 7 there). That wants foreign keys off outside of the transaction, as the runner has
 * them, or the rows of children would be deleted with the old table.
 */

#include "db/render.h"

gm_code gm_sqlite_render(gm_arena *arena, const gm_diff *diff, gm_render *render, gm_err *err);

/* ---- between the files of rendering ---- */

/* Extended: columns are added and nothing else, which no view or trigger can be in the way of. */
typedef enum { GM_TABLE_KEPT, GM_TABLE_EXTENDED, GM_TABLE_ALTERED, GM_TABLE_REBUILT } gm_table_way;

typedef struct {
    const gm_object *from; /* the table before and after */
    const gm_object *to;
    gm_table_way way;
} gm_table_plan;

typedef struct {
    gm_arena *arena;
    const gm_diff *diff;
    gm_render *out;
    GM_VEC(gm_table_plan) tables; /* those that are on both sides */
} gm_sqlite_renderer;

void gm_sqlite_add(gm_sqlite_renderer *r, gm_str note, const char *format, ...) GM_PRINTF(3, 4);

/* The change of an object of `from`, or of `to`; NULL. */
const gm_change *gm_sqlite_change_from(const gm_sqlite_renderer *r, const gm_object *object);
const gm_change *gm_sqlite_change_to(const gm_sqlite_renderer *r, const gm_object *object);
/* Does `object` (a column, constraint, index or trigger) belong to the table? */
bool gm_sqlite_belongs(const gm_object *object, const gm_object *table);
/* Does SQL text have `name` as a word or a quoted name? */
bool gm_sqlite_mentions(gm_str sql, gm_str name);
/* `base` with `ending`, and a number where an object of either schema has that name. */
gm_str gm_sqlite_unused_name(const gm_sqlite_renderer *r, gm_str base, const char *ending);

/* What must be done to each table that is on both sides. */
void gm_sqlite_plan_tables(gm_sqlite_renderer *r);
/* Renames, added and dropped columns. */
void gm_sqlite_alter_tables(gm_sqlite_renderer *r);

/* What is renamed in one place, tables or the columns of a table. */
typedef struct {
    gm_str now;
    gm_str to; /* empty: it goes, and only its name may be wanted */
} gm_sqlite_naming;

typedef GM_VEC(gm_sqlite_naming) gm_sqlite_namings;

/*
 * Renames each to its name, in an order in which that is free; what is in the way is given another
 * name first, which `now` then says. `table` empty: they are tables.
 */
void gm_sqlite_rename_all(gm_sqlite_renderer *r, gm_str table, gm_sqlite_namings *namings);
void gm_sqlite_rebuild_tables(gm_sqlite_renderer *r);

#endif
