/* SPDX-License-Identifier: Apache-2.0 */
/* sa.Column(…) */
#include "app/import/import_sql.h"
#include "lang/sql_text.h"

/* Computed("a + 1", persisted=True) */
static bool take_computed(gm_import_writer *w, const gm_py_expr *call, gm_import_column *column)
{
    const gm_py_expr *persisted = gm_import_argument(call, 1, "persisted");
    bool stored = w->postgres;
    if (!gm_import_only(call, 2, (const char *const[]){"sqltext", "persisted", NULL}) ||
        !gm_import_sql_of(w, gm_import_argument(call, 0, "sqltext"), &column->computed) ||
        (!gm_import_none(w->scope, persisted) && !gm_import_bool(w->scope, persisted, &stored)))
        return false;
    if (w->postgres && !stored)
        return gm_import_refuse(w, "PostgreSQL 15 computes stored columns only");
    column->stored = stored ? GM_STR(" STORED") : (gm_str){0};
    return column->computed.len > 0;
}

static bool take_item(gm_import_writer *w, const gm_py_expr *item, gm_import_column *column)
{
    gm_str called = gm_import_called(w->scope, item);
    item = gm_import_value(w->scope, item);
    if (gm_str_is(called, "sa.ForeignKey"))
        gm_vec_push(w->arena, &column->keys, item);
    else if (gm_str_is(called, "sa.CheckConstraint"))
        gm_vec_push(w->arena, &column->checks, item);
    else if (gm_str_is(called, "sa.Identity"))
        column->identity = item;
    else if (gm_str_is(called, "sa.Computed"))
        return take_computed(w, item, column);
    else
        return false;
    return true;
}

static bool take_server_default(gm_import_writer *w, gm_import_column *column)
{
    const gm_py_expr *given = gm_py_keyword(&column->call->args, "server_default");
    gm_str called = gm_import_called(w->scope, given);
    if (gm_str_is(called, "sa.Identity") || gm_str_is(called, "sa.Computed"))
        return take_item(w, given, column);
    return gm_import_server_default(w, given, &column->default_sql, &column->default_kind);
}

static bool take_flags(gm_import_writer *w, gm_import_column *column)
{
    const gm_py_expr *call = column->call;
    const gm_py_expr *counted = gm_py_keyword(&call->args, "autoincrement");
    gm_str word = {0};
    bool value = false;
    if (gm_import_bool(w->scope, counted, &value)) {
        column->counted = value;
        column->not_counted = !value;
    } else if (!gm_import_none(w->scope, counted) &&
               (!gm_import_text(w->scope, counted, &word) || !gm_str_is(word, "auto"))) {
        return false;
    }
    column->client_default = !gm_import_none(w->scope, gm_py_keyword(&call->args, "default"));
    if (!gm_import_flag(w, call, "primary_key", false, &column->primary) ||
        !gm_import_flag(w, call, "unique", false, &column->unique) ||
        !gm_import_flag(w, call, "index", false, &column->index) ||
        !gm_import_word(w, call, "comment", &column->comment))
        return false;
    bool otherwise = !column->primary && !column->identity;
    return gm_import_flag(w, call, "nullable", otherwise, &column->nullable);
}

bool gm_import_read_column(gm_import_writer *w, const gm_py_expr *expr, gm_import_column *column)
{
    static const char *const known[] = {
        "name",  "type_",         "nullable", "server_default", "comment", "primary_key", "unique",
        "index", "autoincrement", "default",  "onupdate",       "info",    "doc",         "key",
        NULL};
    expr = gm_import_value(w->scope, expr);
    if (!gm_import_calls(w->scope, expr, "sa.Column") || !gm_import_only(expr, SIZE_MAX, known))
        return false;
    *column = (gm_import_column){.call = expr};
    size_t at = 0;
    const gm_py_expr *name = gm_py_keyword(&expr->args, "name");
    if (!gm_import_text(w->scope, name ? name : gm_py_positional(&expr->args, at++), &column->name))
        return false;
    const gm_py_expr *type = gm_py_keyword(&expr->args, "type_");
    if (!gm_import_read_type(w, type ? type : gm_py_positional(&expr->args, at++), &column->type))
        return false;
    for (; gm_py_positional(&expr->args, at); at++)
        if (!take_item(w, gm_py_positional(&expr->args, at), column))
            return false;
    return take_server_default(w, column) && take_flags(w, column);
}

/* ---- SQL ---- */

static bool add_options(gm_import_writer *w, const gm_py_expr *identity)
{
    static const struct {
        const char *name;
        const char *sql;
        const char *no; /* of one that is a flag */
    } options[] = {{"increment", "INCREMENT BY ", NULL},
                   {"start", "START WITH ", NULL},
                   {"minvalue", "MINVALUE ", NULL},
                   {"maxvalue", "MAXVALUE ", NULL},
                   {"nominvalue", "NO MINVALUE", ""},
                   {"nomaxvalue", "NO MAXVALUE", ""},
                   {"cache", "CACHE ", NULL},
                   {"cycle", "CYCLE", "NO CYCLE"}};
    bool any = false;
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        const gm_py_expr *given = gm_py_keyword(&identity->args, options[i].name);
        gm_str number = {0};
        bool yes = true;
        if (gm_import_none(w->scope, given))
            continue;
        if (options[i].no ? !gm_import_bool(w->scope, given, &yes)
                          : !gm_import_number(w->scope, given, &number))
            return false;
        const char *sql = yes ? options[i].sql : options[i].no;
        if (!*sql)
            continue;
        gm_buf_printf(w->out, "%s%s%.*s", any ? " " : " (", sql, GM_ARG(number));
        any = true;
    }
    gm_buf_z(w->out, any ? ")" : "");
    return true;
}

bool gm_import_add_identity(gm_import_writer *w, const gm_py_expr *identity)
{
    static const char *const known[] = {"always",   "on_null",  "start",      "increment",
                                        "minvalue", "maxvalue", "nominvalue", "nomaxvalue",
                                        "cycle",    "cache",    "order",      NULL};
    bool always = false;
    const gm_py_expr *given = gm_import_argument(identity, 0, "always");
    if (!gm_import_only(identity, 1, known) ||
        (!gm_import_none(w->scope, given) && !gm_import_bool(w->scope, given, &always)))
        return false;
    gm_buf_printf(w->out, "GENERATED %s AS IDENTITY", always ? "ALWAYS" : "BY DEFAULT");
    return add_options(w, identity);
}

/* CheckConstraint("a > 0", name="ck") inside a column. */
static bool add_checks(gm_import_writer *w, const gm_import_column *column)
{
    GM_EACH (const gm_py_expr *, check, &column->checks) {
        gm_import_constraint constraint;
        if (!gm_import_read_constraint(w, *check, &constraint))
            return false;
        gm_buf_char(w->out, ' ');
        gm_buf_add(w->out, gm_import_constraint_sql(w, &constraint));
    }
    return true;
}

bool gm_import_add_column_sql(gm_import_writer *w, const gm_import_column *column, bool serial)
{
    bool identity = column->identity && w->postgres;
    gm_import_add_name(w, column->name);
    gm_buf_char(w->out, ' ');
    if (serial && w->postgres && !identity) {
        gm_buf_z(w->out, column->type.serial);
    } else {
        gm_buf_add(w->out, column->type.sql);
        if (column->default_kind != GM_IMPORT_NO_DEFAULT)
            gm_buf_printf(w->out, " DEFAULT %.*s", GM_ARG(column->default_sql));
    }
    if (w->postgres && column->computed.len)
        gm_buf_printf(w->out, " GENERATED ALWAYS AS (%.*s)%.*s", GM_ARG(column->computed),
                      GM_ARG(column->stored));
    if (identity) {
        gm_buf_char(w->out, ' ');
        if (!gm_import_add_identity(w, column->identity))
            return false;
    }
    if (!column->nullable && !identity)
        gm_buf_z(w->out, " NOT NULL");
    else if (column->nullable && identity)
        gm_buf_z(w->out, " NULL");
    if (!w->postgres && column->computed.len)
        gm_buf_printf(w->out, " GENERATED ALWAYS AS (%.*s)%.*s", GM_ARG(column->computed),
                      GM_ARG(column->stored));
    return add_checks(w, column);
}

void gm_import_add_column_comment(const gm_import_writer *w, gm_str table, gm_str column,
                                  gm_str comment)
{
    gm_str text = comment.len ? gm_sql_string(w->arena, comment) : GM_STR("NULL");
    gm_buf_printf(w->out, "COMMENT ON COLUMN %.*s.%.*s IS %.*s;\n", GM_ARG(table),
                  GM_ARG(gm_sql_name(w->arena, column)), GM_ARG(text));
}
