/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_SQLITE_READ_H
#define GM_DB_SQLITE_READ_H

/*
 * Read: the statements that sqlite_schema keeps -> objects. SQLite has taken each of them, so they
 * are well formed; what the reader does not follow is GM_E_UNKNOWN, never passed over.
 * https://sqlite.org/lang_createtable.html and src/parse.y
 */

#include "db/sqlite/canon.h"
#include "schema/schema.h"

/* A foreign key waits until all tables are read: it may name a parent that comes later. */
typedef struct {
    gm_object *key;
    gm_str parent;
    gm_str columns; /* canonical, "" when the statement names none */
} gm_sqlite_reference;

typedef struct {
    gm_schema *schema;
    GM_VEC(gm_sqlite_reference) references;
} gm_sqlite_reader;

/*
 * `table` has its name and text. `columns` has the lower-case names of its columns as the pragma
 * says them. Adds it, its columns and its constraints; texts of those are views of the table's.
 */
gm_code gm_sqlite_read_table(gm_sqlite_reader *reader, gm_object *table, const gm_map *columns,
                             gm_err *err);

/* Sets the properties from `text`. */
gm_code gm_sqlite_read_virtual(gm_schema *schema, gm_object *table, gm_err *err);
gm_code gm_sqlite_read_index(gm_schema *schema, gm_object *index, const gm_map *columns,
                             gm_err *err);
gm_code gm_sqlite_read_view(gm_schema *schema, gm_object *view, gm_err *err);
gm_code gm_sqlite_read_trigger(gm_schema *schema, gm_object *trigger, gm_err *err);

/* Completes the foreign keys and adds them. */
void gm_sqlite_resolve_references(gm_sqlite_reader *reader);

/* Adds it; what says the same as another, or has its name, is told apart by a property more. */
void gm_sqlite_add_constraint(gm_schema *schema, gm_object *constraint);

/* "a, b COLLATE NOCASE DESC" from the list between `from` and `to`. */
gm_str gm_sqlite_column_list(gm_arena *arena, const gm_tokens *tokens, size_t from, size_t to,
                             const gm_map *columns);

gm_code gm_sqlite_unread(const gm_object *object, gm_err *err);

#endif
