/* SPDX-License-Identifier: Apache-2.0 */
/* create_index and drop_index. */
#include "app/import/import_sql.h"
#include "lang/sql_text.h"

/* {"column": "gin_trgm_ops"} */
static bool operator_class(gm_import_writer *w, const gm_py_expr *ops, gm_str column, gm_str *found)
{
    ops = gm_import_value(w->scope, ops);
    *found = (gm_str){0};
    if (gm_import_none(w->scope, ops))
        return true;
    if (ops->kind != GM_PY_DICT)
        return false;
    GM_EACH (const gm_py_arg, pair, &ops->args) {
        gm_str key = {0};
        gm_str value = {0};
        if (!pair->key || !gm_import_text(w->scope, pair->key, &key) ||
            !gm_import_text(w->scope, pair->value, &value))
            return false;
        if (gm_str_eq(key, column))
            *found = value;
    }
    return true;
}

/* A string is a column; text("…"), literal_column("…") and a function are SQL. */
static bool add_item(gm_import_writer *w, const gm_py_expr *item, const gm_py_expr *ops)
{
    gm_str name = {0};
    gm_str class = {0};
    gm_str sql = {0};
    gm_import_default kind;
    gm_str called = gm_import_called(w->scope, item);
    item = gm_import_value(w->scope, item);
    if (gm_str_is(called, "sa.column") && gm_import_only(item, 2, NULL))
        item = gm_py_positional(&item->args, 0);
    if (gm_import_text(w->scope, item, &name)) {
        sql = gm_sql_name(w->arena, name);
    } else if (gm_str_starts(called, GM_STR("func."))) {
        /* Functions of columns are said as text("lower(a)") in most places. */
        if (!gm_import_server_default(w, item, &sql, &kind))
            return false;
        name = (gm_str){0};
    } else {
        if (!gm_import_sql_of(w, item, &sql))
            return false;
        name = gm_str_is(called, "sa.literal_column") ? sql : (gm_str){0};
    }
    if (name.len && w->postgres && !operator_class(w, ops, name, &class))
        return false;
    gm_buf_add(w->out, sql);
    if (class.len)
        gm_buf_printf(w->out, " %.*s", GM_ARG(class));
    return sql.len > 0;
}

/* The columns of op.create_index are a list, those of sa.Index its arguments. */
static bool add_items(gm_import_writer *w, const gm_import_operation *o)
{
    const gm_py_expr *ops = gm_py_keyword(&o->call->args, "postgresql_ops");
    const gm_py_args *items;
    bool index = gm_str_is(o->operation, "Index");
    size_t count = 0;
    gm_buf_char(w->out, '(');
    if (!index && !gm_import_list(w->scope, gm_import_behind(o, 2, "columns"), &items))
        return false;
    for (;; count++) {
        const gm_py_expr *item = index                ? gm_py_positional(&o->call->args, count + 1)
                                 : count < items->len ? items->items[count].value
                                                      : NULL;
        if (!item)
            break;
        gm_buf_z(w->out, count ? ", " : "");
        if (!add_item(w, item, ops))
            return false;
    }
    gm_buf_char(w->out, ')');
    return count > 0;
}

/* WITH (fillfactor = 50) */
static bool add_storage(gm_import_writer *w, const gm_py_expr *with)
{
    with = gm_import_value(w->scope, with);
    if (gm_import_none(w->scope, with))
        return true;
    if (with->kind != GM_PY_DICT)
        return false;
    for (size_t i = 0; i < with->args.len; i++) {
        gm_str key = {0};
        gm_str value = {0};
        const gm_py_arg *pair = &with->args.items[i];
        if (!pair->key || !gm_import_text(w->scope, pair->key, &key) ||
            (!gm_import_text(w->scope, pair->value, &value) &&
             !gm_import_number(w->scope, pair->value, &value)))
            return false;
        gm_buf_printf(w->out, "%s%.*s = %.*s", i ? ", " : " WITH (", GM_ARG(key), GM_ARG(value));
    }
    gm_buf_z(w->out, with->args.len ? ")" : "");
    return true;
}

static bool add_postgres_options(gm_import_writer *w, const gm_py_expr *call)
{
    gm_strs include = {0};
    bool not_distinct;
    const gm_py_expr *included = gm_py_keyword(&call->args, "postgresql_include");
    if ((!gm_import_none(w->scope, included) && !gm_import_texts(w->scope, included, &include)) ||
        !gm_import_flag(w, call, "postgresql_nulls_not_distinct", false, &not_distinct))
        return false;
    if (include.len) {
        gm_buf_z(w->out, " INCLUDE ");
        gm_import_add_names(w, &include);
    }
    gm_buf_z(w->out, not_distinct ? " NULLS NOT DISTINCT" : "");
    return add_storage(w, gm_py_keyword(&call->args, "postgresql_with"));
}

static bool add_where(gm_import_writer *w, const gm_py_expr *call)
{
    const gm_py_expr *where =
        gm_py_keyword(&call->args, w->postgres ? "postgresql_where" : "sqlite_where");
    gm_str sql = {0};
    if (gm_import_none(w->scope, where))
        return true;
    if (!gm_import_sql_of(w, where, &sql))
        return false;
    gm_buf_printf(w->out, " WHERE %.*s", GM_ARG(sql));
    return true;
}

/* CONCURRENTLY wants to be outside of a transaction. */
static bool concurrently(gm_import_writer *w, const gm_py_expr *call, bool *value)
{
    if (!gm_import_flag(w, call, "postgresql_concurrently", false, value))
        return false;
    *value = *value && w->postgres;
    w->outside |= *value;
    return true;
}

bool gm_import_create_index(gm_import_writer *w, const gm_import_operation *o)
{
    static const char *const known[] = {"index_name",
                                        "table_name",
                                        "columns",
                                        "schema",
                                        "unique",
                                        "if_not_exists",
                                        "postgresql_where",
                                        "postgresql_using",
                                        "postgresql_ops",
                                        "postgresql_include",
                                        "postgresql_with",
                                        "postgresql_concurrently",
                                        "postgresql_nulls_not_distinct",
                                        "sqlite_where",
                                        "info",
                                        "mysql_*",
                                        "mariadb_*",
                                        "mssql_*",
                                        "oracle_*",
                                        NULL};
    gm_str table = {0};
    gm_str schema = {0};
    gm_str name = {0};
    gm_str using = {0};
    bool unique;
    bool lenient;
    bool apart;
    size_t positional = gm_str_is(o->operation, "Index") ? SIZE_MAX : 3;
    if (gm_import_none(w->scope, gm_import_argument(o->call, 0, "index_name")))
        return gm_import_refuse(w, "the index has no name");
    if (!gm_import_operation_only(o, positional, known) ||
        !gm_import_text(w->scope, gm_import_argument(o->call, 0, "index_name"), &name) ||
        !gm_import_table_of(w, o, 1, "table_name", &table, &schema) ||
        !gm_import_flag(w, o->call, "unique", false, &unique) ||
        !gm_import_flag(w, o->call, "if_not_exists", false, &lenient) ||
        !gm_import_word(w, o->call, "postgresql_using", &using) ||
        !concurrently(w, o->call, &apart))
        return false;
    gm_buf_printf(w->out, "CREATE %sINDEX %s%s%.*s ON %.*s ", unique ? "UNIQUE " : "",
                  apart ? "CONCURRENTLY " : "", lenient ? "IF NOT EXISTS " : "",
                  GM_ARG(gm_sql_name(w->arena, name)),
                  GM_ARG(gm_import_qualified(w, schema, table)));
    if (w->postgres && using.len)
        gm_buf_printf(w->out, "USING %.*s ", GM_ARG(using));
    if (!add_items(w, o) || (w->postgres && !add_postgres_options(w, o->call)) ||
        !add_where(w, o->call))
        return false;
    gm_buf_z(w->out, ";\n");
    return true;
}

bool gm_import_drop_index(gm_import_writer *w, const gm_import_operation *o)
{
    static const char *const known[] = {"index_name",   "table_name", "schema",  "if_exists",
                                        "postgresql_*", "sqlite_*",   "mysql_*", "mariadb_*",
                                        "mssql_*",      "unique",     NULL};
    gm_str schema = o->schema;
    gm_str name = {0};
    bool lenient;
    bool apart;
    if (!gm_import_only(o->call, o->batch ? 1 : 2, known) ||
        !gm_import_text(w->scope, gm_import_argument(o->call, 0, "index_name"), &name) ||
        (!o->batch && !gm_import_word(w, o->call, "schema", &schema)) ||
        !gm_import_flag(w, o->call, "if_exists", false, &lenient) ||
        !concurrently(w, o->call, &apart))
        return false;
    if (schema.len && !w->postgres)
        return gm_import_refuse(w, "SQLite has no schemas");
    gm_buf_printf(w->out, "DROP INDEX %s%s%.*s;\n", apart ? "CONCURRENTLY " : "",
                  lenient ? "IF EXISTS " : "", GM_ARG(gm_import_qualified(w, schema, name)));
    return true;
}
