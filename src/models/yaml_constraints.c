/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Constraints and indexes. Each has a name: that of its key, and the primary key its table's with
 * "_pkey" unless it says another.
 */
#include "base/buf.h"
#include "lang/sql_text.h"
#include "models/yaml_reader.h"

typedef gm_code constraint_body(gm_models_reader *r, const gm_yaml *node, gm_buf *buf);

static gm_code add_columns(gm_models_reader *r, const gm_yaml *node, gm_buf *buf)
{
    gm_strs columns;
    if (node->kind == GM_YAML_MAP)
        GM_TRY(gm_model_list(r, node, "columns", &columns));
    else
        GM_TRY(gm_model_scalars(r, node, "columns", &columns));
    if (!columns.len)
        return gm_model_fail(r, node, "a key has columns");
    gm_buf_printf(buf, " (%.*s)", GM_ARG(gm_model_columns(r, &columns)));
    return GM_OK;
}

static gm_code add_include(gm_models_reader *r, const gm_yaml *node, gm_buf *buf)
{
    gm_strs include;
    GM_TRY(gm_model_list(r, node, "include", &include));
    if (include.len)
        gm_buf_printf(buf, " INCLUDE (%.*s)", GM_ARG(gm_model_columns(r, &include)));
    return GM_OK;
}

/* deferrable: true, or "initially deferred" */
static gm_code add_deferrable(gm_models_reader *r, const gm_yaml *map, gm_buf *buf)
{
    const gm_yaml *node = gm_model_get(r, map, "deferrable");
    bool wanted = false;
    if (node == NULL)
        return GM_OK;
    if (node->kind == GM_YAML_SCALAR && gm_str_is(node->text, "initially deferred")) {
        gm_buf_z(buf, " DEFERRABLE INITIALLY DEFERRED");
        return GM_OK;
    }
    if (!gm_yaml_bool(node, &wanted))
        return gm_model_fail(r, node, "deferrable is true, false or initially deferred");
    if (wanted)
        gm_buf_z(buf, " DEFERRABLE");
    return GM_OK;
}

static gm_code add_nulls(gm_models_reader *r, const gm_yaml *map, gm_buf *buf)
{
    const gm_yaml *node = gm_model_get(r, map, "nulls_distinct");
    bool distinct = true;
    if (node && !gm_yaml_bool(node, &distinct))
        return gm_model_fail(r, node, "nulls_distinct is true or false");
    if (!distinct)
        gm_buf_z(buf, " NULLS NOT DISTINCT");
    return GM_OK;
}

static gm_code unique_body(gm_models_reader *r, const gm_yaml *node, gm_buf *buf)
{
    static const char *const keys[] = {
        "columns", "include", "nulls_distinct", "deferrable", "renamed_from", "comment", NULL};
    gm_buf_z(buf, "UNIQUE");
    if (node->kind != GM_YAML_MAP)
        return add_columns(r, node, buf);
    GM_TRY(gm_model_keys(r, node, "a unique constraint", keys));
    GM_TRY(add_nulls(r, node, buf));
    GM_TRY(add_columns(r, node, buf));
    GM_TRY(add_include(r, node, buf));
    return add_deferrable(r, node, buf);
}

static gm_code check_body(gm_models_reader *r, const gm_yaml *node, gm_buf *buf)
{
    static const char *const keys[] = {"expression", "renamed_from", "comment", NULL};
    gm_str expression = node->text;
    if (node->kind == GM_YAML_MAP) {
        GM_TRY(gm_model_keys(r, node, "a check", keys));
        GM_TRY(gm_model_text(r, node, "expression", &expression));
    }
    if (!expression.len)
        return gm_model_fail(r, node, "a check has an expression in SQL");
    gm_buf_printf(buf, "CHECK (%.*s)", GM_ARG(expression));
    return GM_OK;
}

static gm_code exclusion_body(gm_models_reader *r, const gm_yaml *node, gm_buf *buf)
{
    static const char *const keys[] = {"using",        "elements", "where", "deferrable",
                                       "renamed_from", "comment",  NULL};
    gm_str method;
    gm_str where;
    gm_strs elements;
    GM_TRY(gm_model_keys(r, node, "an exclusion", keys));
    if (r->dialect != GM_POSTGRES) {
        gm_model_fail(r, node, "SQLite has no exclusion constraints");
        return gm_hint(r->err, "Write it for one dialect: {postgres: {…}}.");
    }
    GM_TRY(gm_model_text(r, node, "using", &method));
    GM_TRY(gm_model_list(r, node, "elements", &elements));
    GM_TRY(gm_model_text(r, node, "where", &where));
    if (!elements.len)
        return gm_model_fail(r, node, "an exclusion has elements: [room WITH =]");
    gm_buf_printf(buf, "EXCLUDE USING %.*s (%.*s)", GM_ARG(method.len ? method : GM_STR("gist")),
                  GM_ARG(gm_str_join(r->arena, &elements, GM_STR(", "))));
    if (where.len)
        gm_buf_printf(buf, " WHERE (%.*s)", GM_ARG(where));
    return add_deferrable(r, node, buf);
}

static gm_code add_action(gm_models_reader *r, const gm_yaml *map, const char *key,
                          const char *words, gm_buf *buf)
{
    static const char *const actions[] = {"no action", "restrict", "cascade", "set null",
                                          "set default"};
    gm_str action;
    GM_TRY(gm_model_text(r, map, key, &action));
    if (!action.len)
        return GM_OK;
    for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++)
        if (gm_str_is(action, actions[i])) {
            gm_buf_printf(buf, " %s ", words);
            for (const char *c = actions[i]; *c; c++)
                gm_buf_char(buf, (char)(*c == ' ' ? ' ' : *c - 'a' + 'A'));
            return GM_OK;
        }
    return gm_model_fail(r, gm_model_get(r, map, key),
                         "%s is no action, restrict, cascade, set null or set default", key);
}

static gm_code foreign_key_body(gm_models_reader *r, const gm_yaml *node, gm_buf *buf)
{
    static const char *const keys[] = {"columns",      "references", "on_delete",
                                       "on_update",    "match",      "deferrable",
                                       "renamed_from", "comment",    NULL};
    static const char *const reference_keys[] = {"table", "columns", NULL};
    gm_str table;
    gm_str match;
    gm_strs columns;
    GM_TRY(gm_model_keys(r, node, "a foreign key", keys));
    gm_buf_z(buf, "FOREIGN KEY");
    GM_TRY(add_columns(r, node, buf));
    const gm_yaml *references = gm_model_get(r, node, "references");
    if (references == NULL)
        return gm_model_fail(r, node, "a foreign key references a table: {table: …, columns: […]}");
    GM_TRY(gm_model_keys(r, references, "references", reference_keys));
    GM_TRY(gm_model_text(r, references, "table", &table));
    GM_TRY(gm_model_list(r, references, "columns", &columns));
    if (!table.len || !columns.len)
        return gm_model_fail(r, references, "references names a table and its columns");
    gm_buf_printf(buf, " REFERENCES %.*s (%.*s)", GM_ARG(gm_model_name(r, table)),
                  GM_ARG(gm_model_columns(r, &columns)));
    GM_TRY(gm_model_text(r, node, "match", &match));
    if (gm_str_is(match, "full"))
        gm_buf_z(buf, " MATCH FULL");
    else if (match.len && !gm_str_is(match, "simple"))
        return gm_model_fail(r, gm_model_get(r, node, "match"), "match is simple or full");
    GM_TRY(add_action(r, node, "on_update", "ON UPDATE", buf));
    GM_TRY(add_action(r, node, "on_delete", "ON DELETE", buf));
    return add_deferrable(r, node, buf);
}

static gm_code add_constraint(gm_models_reader *r, gm_str table, gm_str name, size_t line,
                              const gm_yaml *node, gm_object_kind kind, constraint_body *body,
                              gm_clauses *clauses)
{
    gm_buf buf = gm_buf_new(r->arena, SIZE_MAX);
    if (name.len)
        gm_buf_printf(&buf, "CONSTRAINT %.*s ", GM_ARG(gm_sql_name(r->arena, name)));
    GM_TRY(body(r, node, &buf));
    gm_vec_push(r->arena, clauses, (gm_clause){gm_buf_str(&buf), line});
    if (node->kind != GM_YAML_MAP || !name.len)
        return GM_OK;
    return gm_model_renamed(r, node, (gm_rename){.kind = kind, .table = table, .to = name});
}

/* Without names, as SQLite keeps them; PostgreSQL gives its own. */
static gm_code add_unnamed(gm_models_reader *r, gm_str table, const gm_yaml *list,
                           gm_object_kind kind, constraint_body *body, gm_clauses *clauses)
{
    GM_EACH (gm_yaml *, item, &list->items) {
        const gm_yaml *value = gm_model_value(r, *item, NULL);
        if (value)
            GM_TRY(add_constraint(r, table, GM_STR(""), value->line, value, kind, body, clauses));
    }
    return GM_OK;
}

static gm_code add_all(gm_models_reader *r, gm_str table, const gm_yaml *node, const char *key,
                       gm_object_kind kind, constraint_body *body, gm_clauses *clauses)
{
    const gm_yaml *map = gm_model_get(r, node, key);
    if (map == NULL)
        return GM_OK;
    if (map->kind == GM_YAML_LIST)
        return add_unnamed(r, table, map, kind, body, clauses);
    if (map->kind != GM_YAML_MAP)
        return gm_model_fail(r, map, "%s is a mapping of names, or a list", key);
    GM_EACH (gm_yaml_pair, pair, &map->pairs) {
        const gm_yaml *value = gm_model_value(r, pair->value, NULL);
        if (value)
            GM_TRY(add_constraint(r, table, pair->key, pair->line, value, kind, body, clauses));
    }
    return GM_OK;
}

static gm_code primary_key_body(gm_models_reader *r, const gm_yaml *node, gm_buf *buf)
{
    static const char *const keys[] = {"name",          "columns",      "include", "deferrable",
                                       "autoincrement", "renamed_from", NULL};
    bool counts;
    gm_buf_z(buf, "PRIMARY KEY");
    if (node->kind != GM_YAML_MAP)
        return add_columns(r, node, buf);
    GM_TRY(gm_model_keys(r, node, "a primary key", keys));
    GM_TRY(gm_model_bool(r, node, "autoincrement", &counts));
    GM_TRY(add_columns(r, node, buf));
    if (counts && r->dialect == GM_SQLITE) {
        buf->len--; /* SQLite wants the word inside of the parentheses */
        gm_buf_z(buf, " AUTOINCREMENT)");
    }
    GM_TRY(add_include(r, node, buf));
    return add_deferrable(r, node, buf);
}

static gm_code add_primary_key(gm_models_reader *r, gm_str table, const gm_yaml *node,
                               gm_clauses *clauses)
{
    const gm_yaml *key = gm_model_get(r, node, "primary_key");
    gm_str name = {0};
    if (key == NULL)
        return GM_OK;
    if (key->kind == GM_YAML_MAP)
        GM_TRY(gm_model_text(r, key, "name", &name));
    bool unnamed = key->kind == GM_YAML_MAP && gm_yaml_get(key, "name") &&
                   gm_yaml_is_null(gm_yaml_get(key, "name"));
    if (!name.len && !unnamed)
        name = gm_str_printf(r->arena, "%.*s_pkey", GM_ARG(table));
    return add_constraint(r, table, name, key->line, key, GM_OBJECT_PRIMARY_KEY, primary_key_body,
                          clauses);
}

gm_code gm_model_constraints(gm_models_reader *r, gm_str table, const gm_yaml *node,
                             gm_clauses *clauses)
{
    GM_TRY(add_primary_key(r, table, node, clauses));
    GM_TRY(add_all(r, table, node, "unique", GM_OBJECT_UNIQUE, unique_body, clauses));
    GM_TRY(add_all(r, table, node, "checks", GM_OBJECT_CHECK, check_body, clauses));
    return add_all(r, table, node, "exclusions", GM_OBJECT_EXCLUSION, exclusion_body, clauses);
}

gm_code gm_model_foreign_keys(gm_models_reader *r, gm_str table, const gm_yaml *node,
                              gm_clauses *clauses)
{
    return add_all(r, table, node, "foreign_keys", GM_OBJECT_FOREIGN_KEY, foreign_key_body,
                   clauses);
}

/* ---- indexes ---- */

static gm_code add_index(gm_models_reader *r, gm_str table, const gm_yaml_pair *pair,
                         const gm_yaml *node)
{
    static const char *const keys[] = {
        "keys",           "unique", "where",   "using",        "include",
        "nulls_distinct", "with",   "comment", "renamed_from", NULL};
    gm_buf buf = gm_buf_new(r->arena, SIZE_MAX);
    bool unique = false;
    gm_str method = {0};
    gm_str where = {0};
    gm_str with = {0};
    gm_strs index_keys = {0};
    if (node->kind == GM_YAML_MAP) {
        GM_TRY(gm_model_keys(r, node, "an index", keys));
        GM_TRY(gm_model_bool(r, node, "unique", &unique));
        GM_TRY(gm_model_text(r, node, "using", &method));
        GM_TRY(gm_model_text(r, node, "where", &where));
        GM_TRY(gm_model_text(r, node, "with", &with));
        GM_TRY(gm_model_list(r, node, "keys", &index_keys));
    } else {
        GM_TRY(gm_model_scalars(r, node, "keys", &index_keys));
    }
    if (!index_keys.len)
        return gm_model_fail(r, node, "an index has keys, each a column or an expression in SQL");
    gm_buf_printf(&buf, "CREATE %sINDEX %.*s ON %.*s", unique ? "UNIQUE " : "",
                  GM_ARG(gm_sql_name(r->arena, pair->key)), GM_ARG(gm_model_name(r, table)));
    if (method.len)
        gm_buf_printf(&buf, " USING %.*s", GM_ARG(method));
    gm_buf_printf(&buf, " (%.*s)", GM_ARG(gm_str_join(r->arena, &index_keys, GM_STR(", "))));
    if (node->kind == GM_YAML_MAP) {
        GM_TRY(add_include(r, node, &buf));
        GM_TRY(add_nulls(r, node, &buf));
    }
    if (with.len)
        gm_buf_printf(&buf, " WITH (%.*s)", GM_ARG(with));
    if (where.len)
        gm_buf_printf(&buf, " WHERE %.*s", GM_ARG(where));
    gm_models_add_sql(r, gm_buf_str(&buf), pair->line);
    GM_TRY(gm_models_add_statement(r, gm_buf_str(&buf), pair->line));
    if (node->kind != GM_YAML_MAP)
        return GM_OK;
    GM_TRY(gm_model_comment(r, node, "INDEX", gm_sql_name(r->arena, pair->key)));
    return gm_model_renamed(r, node,
                            (gm_rename){.kind = GM_OBJECT_INDEX, .table = table, .to = pair->key});
}

gm_code gm_model_indexes(gm_models_reader *r, gm_str table, const gm_yaml *node)
{
    const gm_yaml *map = gm_model_get(r, node, "indexes");
    if (map == NULL)
        return GM_OK;
    if (map->kind != GM_YAML_MAP)
        return gm_model_fail(r, map, "indexes is a mapping of names");
    GM_EACH (gm_yaml_pair, pair, &map->pairs) {
        const gm_yaml *value = gm_model_value(r, pair->value, NULL);
        if (value)
            GM_TRY(add_index(r, table, pair, value));
    }
    return GM_OK;
}
