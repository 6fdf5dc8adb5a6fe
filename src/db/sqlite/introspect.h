/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_SQLITE_INTROSPECT_H
#define GM_DB_SQLITE_INTROSPECT_H

/*
 * The main database of a connection -> schema. Properties by kind, all in canonical text
 * (db/sqlite/canon.h); names are in lower case there, since SQLite does not tell case apart:
 *
 * table         "strict", "without rowid": "true"; "virtual": the module and its arguments
 * column        "type": as declared, in lower case; "not null": "true"; "default": without the
 *               parentheses around it, not there when it is NULL; "collation" (not BINARY);
 *               "generated": the expression; "stored": "true"; "not null on conflict";
 *               "not null constraint", "default constraint", "collation constraint",
 *               "generated constraint": a constraint's name
 * primary key   "columns": "a, b COLLATE nocase DESC"; "autoincrement": "true"; "on conflict";
 *               "inline": "true" for INTEGER PRIMARY KEY DESC, which is no alias for the rowid
 * unique        "columns", "on conflict"
 * check         "expression", "on conflict"
 * foreign key   "columns"; "references": "users(id)"; "on update", "on delete" (not NO ACTION),
 *               "match" (not SIMPLE); "deferrable": "initially deferred"
 * index         "columns": with expressions; "unique": "true"; "where"
 * view          "definition": from behind the name
 * trigger       "definition": from behind the name, BEFORE written out, FOR EACH ROW left out
 *
 * Constraints of one table that have one name, or no name and say the same, have "name" and "again"
 * besides. `text` is the statement in sqlite_schema; of columns and constraints it is the part of
 * their table's text, so that where it lies tells whether a constraint is a column's own.
 *
 * Not read: temporary and attached things, statistics (sqlite_stat1), shadow tables.
 */

#include "db/introspect.h"

gm_code gm_sqlite_introspect(gm_db *db, gm_schema *schema, gm_err *err);

#endif
