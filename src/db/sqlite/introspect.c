/* SPDX-License-Identifier: Apache-2.0 */
#include "db/sqlite/introspect.h"

#include "db/sqlite/read.h"
#include "db/sqlite/sqlite.h"

/* pragma_table_list knows which tables belong to a virtual one (shadow tables). */
static const char list_tables[] =
    "SELECT m.name, l.type, m.sql FROM main.sqlite_schema m "
    "JOIN pragma_table_list l ON l.schema = 'main' AND l.name = m.name "
    "WHERE m.type = 'table' AND l.type IN ('table', 'virtual') "
    "AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
    "AND m.name NOT IN ('gmig_revisions', 'gmig_journal') ORDER BY m.rowid";

static const char list_columns[] =
    "SELECT m.name, lower(x.name) FROM main.sqlite_schema m, pragma_table_xinfo(m.name, 'main') x "
    "WHERE m.type = 'table' AND m.rootpage > 0";

static const char list_others[] =
    "SELECT type, name, tbl_name, sql FROM main.sqlite_schema "
    "WHERE type IN ('index', 'view', 'trigger') AND sql IS NOT NULL "
    "AND tbl_name NOT IN ('gmig_revisions', 'gmig_journal') ORDER BY rowid";

typedef struct {
    gm_arena *arena; /* for what is not kept */
    gm_schema *schema;
    gm_sqlite_reader reader;
    gm_map columns; /* lower-case name of a table -> gm_map of its columns */
} introspection;

static gm_code read_columns(introspection *in, gm_db *db, gm_err *err)
{
    gm_rows rows = {0};
    GM_TRY(gm_sqlite_query(in->arena, db, list_columns, NULL, 0, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++) {
        gm_str table = gm_str_lower(in->arena, rows.rows.items[i][0].text);
        gm_map *columns = gm_map_get(&in->columns, table);
        if (!columns) {
            columns = gm_new(in->arena, gm_map);
            *columns = gm_map_new(in->arena);
            gm_map_add(&in->columns, table, columns);
        }
        gm_map_add(columns, rows.rows.items[i][1].text, NULL);
    }
    return GM_OK;
}

static gm_code read_tables(introspection *in, gm_db *db, gm_err *err)
{
    gm_rows rows = {0};
    gm_arena *arena = in->schema->arena;
    GM_TRY(gm_sqlite_query(arena, db, list_tables, NULL, 0, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++) {
        const gm_value *row = rows.rows.items[i];
        gm_object *table = gm_new(arena, gm_object);
        table->kind = GM_OBJECT_TABLE;
        table->name = row[0].text;
        table->text = row[2].text;
        if (gm_str_is(row[1].text, "virtual")) {
            GM_TRY(gm_sqlite_read_virtual(in->schema, table, err));
            gm_schema_add(in->schema, table);
            continue;
        }
        const gm_map *columns = gm_map_get(&in->columns, gm_str_lower(in->arena, table->name));
        if (!columns)
            return gm_sqlite_unread(table, err);
        GM_TRY(gm_sqlite_read_table(&in->reader, table, columns, err));
    }
    gm_sqlite_resolve_references(&in->reader);
    return GM_OK;
}

static gm_code read_other(introspection *in, const gm_value *row, gm_err *err)
{
    gm_object *object = gm_new(in->schema->arena, gm_object);
    bool view = gm_str_is(row[0].text, "view");
    bool index = gm_str_is(row[0].text, "index");
    object->kind = view ? GM_OBJECT_VIEW : index ? GM_OBJECT_INDEX : GM_OBJECT_TRIGGER;
    object->name = row[1].text;
    object->table = view ? GM_STR("") : row[2].text;
    object->text = row[3].text;
    if (view)
        GM_TRY(gm_sqlite_read_view(in->schema, object, err));
    else if (index)
        GM_TRY(gm_sqlite_read_index(
            in->schema, object, gm_map_get(&in->columns, gm_str_lower(in->arena, object->table)),
            err));
    else
        GM_TRY(gm_sqlite_read_trigger(in->schema, object, err));
    gm_schema_add(in->schema, object);
    return GM_OK;
}

static gm_code read_others(introspection *in, gm_db *db, gm_err *err)
{
    gm_rows rows = {0};
    GM_TRY(gm_sqlite_query(in->schema->arena, db, list_others, NULL, 0, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++)
        GM_TRY(read_other(in, rows.rows.items[i], err));
    return GM_OK;
}

/* ---- what needs what ---- */

/*
 * A view or trigger needs each table and view whose name is a word in it. A word may be something
 * else, and then an order is kept that nothing asked for, which does no harm.
 */
static void link_mentions(introspection *in, gm_object *object, const gm_map *relations)
{
    gm_tokens tokens;
    if (!gm_sqlite_tokens(in->arena, object->text, &tokens))
        return;
    GM_EACH (gm_token, token, &tokens) {
        if (token->kind == GM_TOKEN_NUMBER || token->kind == GM_TOKEN_MARK)
            continue;
        gm_str word = gm_str_lower(in->arena, gm_sqlite_unquote(in->arena, token));
        gm_object *other = gm_map_get(relations, word);
        if (other)
            gm_object_need(in->schema->arena, object, other);
    }
}

static void link_all(introspection *in)
{
    gm_map relations = gm_map_new(in->arena);
    for (size_t i = 0; i < in->schema->objects.len; i++) {
        gm_object *object = in->schema->objects.items[i];
        if (object->kind == GM_OBJECT_TABLE || object->kind == GM_OBJECT_VIEW)
            gm_map_add(&relations, gm_str_lower(in->arena, object->name), object);
    }
    for (size_t i = 0; i < in->schema->objects.len; i++) {
        gm_object *object = in->schema->objects.items[i];
        if (object->kind == GM_OBJECT_VIEW || object->kind == GM_OBJECT_TRIGGER)
            link_mentions(in, object, &relations);
        gm_object *owner = gm_schema_owner(in->schema, object);
        if (!owner)
            continue;
        gm_object_need(in->schema->arena, object, owner);
        object->table = owner->name; /* sqlite_schema has it as CREATE TRIGGER … ON spelled it */
    }
}

gm_code gm_sqlite_introspect(gm_db *db, gm_schema *schema, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    introspection in = {.arena = scratch,
                        .schema = schema,
                        .reader = {.schema = schema},
                        .columns = gm_map_new(scratch)};
    GM_TRY(read_columns(&in, db, err));
    GM_TRY(read_tables(&in, db, err));
    GM_TRY(read_others(&in, db, err));
    link_all(&in);
    return GM_OK;
}
