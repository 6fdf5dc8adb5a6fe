/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "lang/sql_text.h"
#include "models/yaml_reader.h"

static const char *const table_keys[] = {"columns", "primary_key",  "unique",   "foreign_keys",
                                         "checks",  "exclusions",   "indexes",  "comment",
                                         "options", "partition_by", "unlogged", "renamed_from",
                                         NULL};

static gm_code read_columns(gm_models_reader *r, gm_str table, const gm_yaml *node,
                            gm_clauses *columns, gm_clauses *checks)
{
    const gm_yaml *map = gm_yaml_get(node, "columns");
    if (map == NULL || map->kind != GM_YAML_MAP)
        return gm_model_fail(r, map ? map : node, "a table has columns: a mapping of their names");
    GM_EACH (gm_yaml_pair, pair, &map->pairs) {
        gm_clause clause;
        const gm_yaml *column = gm_model_value(r, pair->value, NULL);
        if (column == NULL)
            continue;
        GM_TRY(gm_model_column(r, table, pair->key, pair->line, column, &clause, checks));
        gm_vec_push(r->arena, columns, clause);
    }
    return GM_OK;
}

/* What stands behind the parentheses. */
static gm_code read_tail(gm_models_reader *r, const gm_yaml *node, gm_str *tail)
{
    gm_str partition;
    gm_str options;
    gm_buf buf = gm_buf_new(r->arena, SIZE_MAX);
    GM_TRY(gm_model_text(r, node, "partition_by", &partition));
    GM_TRY(gm_model_text(r, node, "options", &options));
    if (partition.len && r->dialect == GM_POSTGRES)
        gm_buf_printf(&buf, " PARTITION BY %.*s", GM_ARG(partition));
    if (options.len)
        gm_buf_printf(&buf, " %.*s", GM_ARG(options));
    *tail = gm_buf_str(&buf);
    return GM_OK;
}

static gm_str table_sql(gm_models_reader *r, gm_str name, bool unlogged, const gm_clauses *clauses,
                        gm_str tail)
{
    gm_buf buf = gm_buf_new(r->arena, SIZE_MAX);
    gm_buf_printf(&buf, "CREATE %sTABLE %.*s (", unlogged ? "UNLOGGED " : "", GM_ARG(name));
    GM_EACH (gm_clause, clause, clauses)
        gm_buf_printf(&buf, "%s\n    %.*s", clause == clauses->items ? "" : ",",
                      GM_ARG(clause->text));
    gm_buf_printf(&buf, "\n)%.*s", GM_ARG(tail));
    return gm_buf_str(&buf);
}

/*
 * On PostgreSQL a foreign key comes behind its table, since the other table may come later, or need
 * this one. SQLite looks for the other table when rows come, and takes no constraint later.
 */
static void add_foreign_keys(gm_models_reader *r, gm_str name, const gm_clauses *keys)
{
    GM_EACH (gm_clause, key, keys)
        gm_models_add_sql(
            r,
            gm_str_printf(r->arena, "ALTER TABLE %.*s ADD %.*s", GM_ARG(name), GM_ARG(key->text)),
            key->line);
}

static gm_code column_comments(gm_models_reader *r, gm_str name, const gm_yaml *node)
{
    const gm_yaml *map = gm_yaml_get(node, "columns");
    GM_EACH (gm_yaml_pair, pair, &map->pairs) {
        const gm_yaml *column = gm_model_value(r, pair->value, NULL);
        gm_str full = gm_str_printf(r->arena, "%.*s.%.*s", GM_ARG(name),
                                    GM_ARG(gm_sql_name(r->arena, pair->key)));
        if (column)
            GM_TRY(gm_model_comment(r, column, "COLUMN", full));
    }
    return GM_OK;
}

/* Comments on constraints, wherever they stand in the table's mapping. */
static gm_code constraint_comments(gm_models_reader *r, gm_str name, const gm_yaml *node)
{
    static const char *const kinds[] = {"unique", "checks", "exclusions", "foreign_keys"};
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const gm_yaml *map = gm_model_get(r, node, kinds[i]);
        if (map == NULL || map->kind != GM_YAML_MAP)
            continue;
        GM_EACH (gm_yaml_pair, pair, &map->pairs) {
            const gm_yaml *value = gm_model_value(r, pair->value, NULL);
            gm_str full = gm_str_printf(r->arena, "%.*s ON %.*s",
                                        GM_ARG(gm_sql_name(r->arena, pair->key)), GM_ARG(name));
            if (value && value->kind == GM_YAML_MAP)
                GM_TRY(gm_model_comment(r, value, "CONSTRAINT", full));
        }
    }
    return GM_OK;
}

static void append(gm_models_reader *r, gm_clauses *to, const gm_clauses *more)
{
    GM_EACH (gm_clause, clause, more)
        gm_vec_push(r->arena, to, *clause);
}

gm_code gm_model_table(gm_models_reader *r, gm_str table, const gm_yaml *node, size_t line)
{
    gm_clauses clauses = {0};
    gm_clauses checks = {0};
    gm_clauses keys = {0};
    gm_str tail;
    bool unlogged;
    size_t dot = gm_str_find(table, '.', 0);
    bool qualified = r->dialect == GM_POSTGRES && dot < table.len;
    gm_str bare = qualified ? gm_str_sub(table, dot + 1, table.len) : table;
    gm_str name = gm_model_name(r, table);
    GM_TRY(gm_model_keys(r, node, "a table", table_keys));
    GM_TRY(read_columns(r, bare, node, &clauses, &checks));
    GM_TRY(gm_model_constraints(r, bare, node, &clauses));
    GM_TRY(gm_model_foreign_keys(r, bare, node, &keys));
    GM_TRY(read_tail(r, node, &tail));
    GM_TRY(gm_model_bool(r, node, "unlogged", &unlogged));
    unlogged = unlogged && r->dialect == GM_POSTGRES;
    append(r, &clauses, &checks);
    if (r->dialect == GM_SQLITE)
        append(r, &clauses, &keys);
    gm_models_add_sql(r, table_sql(r, name, unlogged, &clauses, tail), line);
    if (r->dialect == GM_POSTGRES) {
        add_foreign_keys(r, name, &keys);
        append(r, &clauses, &keys);
    }
    gm_str facts_tail = unlogged ? gm_str_printf(r->arena, "unlogged %.*s", GM_ARG(tail)) : tail;
    GM_TRY(gm_models_add_table(r, name, line, &clauses, facts_tail));
    GM_TRY(gm_model_indexes(r, table, node));
    GM_TRY(gm_model_comment(r, node, "TABLE", name));
    GM_TRY(column_comments(r, name, node));
    GM_TRY(constraint_comments(r, name, node));
    return gm_model_renamed(
        r, node,
        (gm_rename){.kind = GM_OBJECT_TABLE,
                    .schema = qualified ? gm_str_sub(table, 0, dot) : GM_STR(""),
                    .to = bare});
}
