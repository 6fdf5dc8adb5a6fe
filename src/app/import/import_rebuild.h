/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_IMPORT_IMPORT_REBUILD_H
#define GM_APP_IMPORT_IMPORT_REBUILD_H

/*
 * A table of SQLite in parts that a batch can change one by one, and as text again; between the
 * files that build it anew.
 */

#include "app/import/import_batch.h"
#include "schema/schema.h"

typedef struct {
    gm_str name;
    gm_str type;
    gm_str value; /* of DEFAULT; empty: none */
    gm_str rest;  /* COLLATE, GENERATED … */
    bool not_null;
    gm_str whole; /* in place of all that */
} gm_import_part_column;

typedef struct {
    gm_str name;
    gm_str sql;
    gm_str columns; /* of a key: what it has to do with */
    bool primary;
} gm_import_part_constraint;

typedef struct {
    gm_import_writer *w;
    const gm_import_batch *batch;
    const gm_schema *from;
    const gm_object *table;
    GM_VEC(gm_import_part_column) columns;
    GM_VEC(gm_import_part_constraint) constraints;
    gm_strs kept;    /* CREATE INDEX and CREATE TRIGGER of what stays */
    gm_strs indexes; /* names of the indexes that stay */
    gm_buf after;    /* new indexes */
    gm_str numbered; /* the column that is PRIMARY KEY AUTOINCREMENT */
} gm_import_parts;

bool gm_import_part_belongs(const gm_import_parts *parts, const gm_object *object);
/* Is `name` among the names of SQL text? */
bool gm_import_part_mentions(gm_str sql, gm_str name);
/* The parts of parts->table. */
bool gm_import_parts_take(gm_import_parts *parts);
/* CREATE TABLE. */
gm_str gm_import_parts_text(const gm_import_parts *parts);

#endif
