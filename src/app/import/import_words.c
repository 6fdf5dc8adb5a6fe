/* SPDX-License-Identifier: Apache-2.0 */
/* Names, SQL in strings, and server defaults. */
#include "app/import/import_sql.h"
#include "lang/sql_text.h"

bool gm_import_refuse(gm_import_writer *w, const char *why)
{
    if (!w->why.len)
        w->why = gm_str_from(why);
    return false;
}

void gm_import_add_name(const gm_import_writer *w, gm_str name)
{
    gm_buf_add(w->out, gm_sql_name(w->arena, name));
}

/* A schema may have dots, and each of its parts is a name. SQLite has none but attached files. */
gm_str gm_import_qualified(const gm_import_writer *w, gm_str schema, gm_str name)
{
    gm_str bare = gm_sql_name(w->arena, name);
    if (!schema.len)
        return bare;
    return gm_str_printf(w->arena, "%.*s.%.*s", GM_ARG(gm_sql_name(w->arena, schema)),
                         GM_ARG(bare));
}

void gm_import_add_names(const gm_import_writer *w, const gm_strs *names)
{
    for (size_t i = 0; i < names->len; i++) {
        gm_buf_z(w->out, i ? ", " : "(");
        gm_import_add_name(w, names->items[i]);
    }
    gm_buf_char(w->out, ')');
}

static bool is_word(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (unsigned char)c >= 0x80;
}

/* `(?<![:\w\x5c]):(\w+)(?!:)`: one letter before a colon is none, two are, without the last. */
static bool is_parameter(gm_str text, size_t at)
{
    char before = at ? text.ptr[at - 1] : ' ';
    size_t end = at + 1;
    while (end < text.len && is_word(text.ptr[end]))
        end++;
    if (before == ':' || before == '\\' || is_word(before) || end == at + 1)
        return false;
    return end > at + 2 || end == text.len || text.ptr[end] != ':';
}

/* `\x5c(:[\w\$]*)(?![:\w\$])` is what stands behind the backslash. */
static bool is_escape(gm_str text, size_t at)
{
    size_t end = at + 2;
    if (at + 1 >= text.len || text.ptr[at + 1] != ':')
        return false;
    while (end < text.len && (is_word(text.ptr[end]) || text.ptr[end] == '$'))
        end++;
    return end == text.len || text.ptr[end] != ':';
}

bool gm_import_plain_sql(gm_import_writer *w, gm_str text, gm_str *sql)
{
    gm_buf buf = gm_buf_new(w->arena, SIZE_MAX);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == ':' && is_parameter(text, i))
            return gm_import_refuse(w, "it has a parameter");
        if (text.ptr[i] != '\\' || !is_escape(text, i))
            gm_buf_char(&buf, text.ptr[i]);
    }
    *sql = gm_buf_str(&buf);
    return true;
}

bool gm_import_sql_of(gm_import_writer *w, const gm_py_expr *expr, gm_str *sql)
{
    gm_str text = {0};
    expr = gm_import_value(w->scope, expr);
    gm_str called = gm_import_called(w->scope, expr);
    /* A literal column is no text(): a colon is a colon there. */
    if (gm_str_is(called, "sa.literal_column"))
        return gm_import_only(expr, 2, NULL) &&
               gm_import_text(w->scope, gm_py_positional(&expr->args, 0), sql);
    if (gm_str_is(called, "sa.text") || gm_str_is(called, "sa.DDL")) {
        if (!gm_import_only(expr, 1, (const char *const[]){"text", NULL}))
            return false;
        expr = gm_import_argument(expr, 0, "text");
    }
    if (!gm_import_text(w->scope, expr, &text))
        return false;
    if (gm_str_is(called, "sa.DDL")) {
        *sql = text;
        return !gm_str_has(text, '%');
    }
    return gm_import_plain_sql(w, text, sql);
}

bool gm_import_word(const gm_import_writer *w, const gm_py_expr *call, const char *name,
                    gm_str *word)
{
    const gm_py_expr *expr = gm_py_keyword(&call->args, name);
    *word = (gm_str){0};
    return gm_import_none(w->scope, expr) || gm_import_text(w->scope, expr, word);
}

bool gm_import_flag(const gm_import_writer *w, const gm_py_expr *call, const char *name,
                    bool otherwise, bool *value)
{
    const gm_py_expr *expr = gm_py_keyword(&call->args, name);
    *value = otherwise;
    return gm_import_none(w->scope, expr) || gm_import_bool(w->scope, expr, value);
}

/* ---- server defaults ---- */

/* func.now() and its like. Arguments are strings and numbers. */
static bool function_sql(gm_import_writer *w, const gm_py_expr *call, gm_str name, gm_str *sql)
{
    static const char *const bare[] = {
        "current_timestamp", "current_date", "current_time", "localtime",
        "localtimestamp",    "current_user", "session_user", "user"};
    gm_buf buf = gm_buf_new(w->arena, SIZE_MAX);
    if (!gm_import_only(call, SIZE_MAX, NULL))
        return false;
    if (!call->args.len && !w->postgres && gm_str_is(name, "now")) {
        *sql = GM_STR("CURRENT_TIMESTAMP");
        return true;
    }
    for (size_t i = 0; i < sizeof(bare) / sizeof(bare[0]); i++)
        if (!call->args.len && gm_str_is(name, bare[i])) {
            gm_str word = gm_str_from(bare[i]);
            for (size_t at = 0; at < word.len; at++)
                gm_buf_char(&buf, word.ptr[at] == '_' ? '_' : (char)(word.ptr[at] - 'a' + 'A'));
            *sql = gm_buf_str(&buf);
            return true;
        }
    gm_buf_printf(&buf, "%.*s(", GM_ARG(gm_sql_name(w->arena, name)));
    for (size_t i = 0; i < call->args.len; i++) {
        gm_str text = {0};
        const gm_py_expr *value = call->args.items[i].value;
        gm_buf_z(&buf, i ? ", " : "");
        if (gm_import_text(w->scope, value, &text))
            gm_buf_add(&buf, gm_sql_string(w->arena, text));
        else if (gm_import_number(w->scope, value, &text) ||
                 (gm_import_calls(w->scope, value, "sa.text") && gm_import_sql_of(w, value, &text)))
            gm_buf_add(&buf, text);
        else
            return false;
    }
    gm_buf_char(&buf, ')');
    *sql = gm_buf_str(&buf);
    return true;
}

static bool expression(gm_import_writer *w, const gm_py_expr *expr, gm_str *sql)
{
    gm_str called = gm_import_called(w->scope, expr);
    if (gm_str_is(called, "sa.true") || gm_str_is(called, "sa.false")) {
        bool yes = gm_str_is(called, "sa.true");
        *sql = w->postgres ? (yes ? GM_STR("true") : GM_STR("false"))
                           : (yes ? GM_STR("1") : GM_STR("0"));
        return !expr->args.len;
    }
    if (gm_str_is(called, "sa.null")) {
        *sql = GM_STR("NULL");
        return !expr->args.len;
    }
    if (gm_str_is(called, "sa.literal_column"))
        return gm_import_sql_of(w, expr, sql);
    return gm_str_starts(called, GM_STR("func.")) &&
           function_sql(w, expr, gm_str_sub(called, 5, called.len), sql);
}

bool gm_import_server_default(gm_import_writer *w, const gm_py_expr *expr, gm_str *sql,
                              gm_import_default *kind)
{
    gm_str text = {0};
    *kind = GM_IMPORT_NO_DEFAULT;
    if (gm_import_none(w->scope, expr))
        return true;
    expr = gm_import_value(w->scope, expr);
    if (gm_import_calls(w->scope, expr, "sa.DefaultClause") && gm_import_only(expr, 1, NULL))
        expr = gm_import_value(w->scope, gm_py_positional(&expr->args, 0));
    *kind = GM_IMPORT_CONSTANT;
    if (gm_import_text(w->scope, expr, &text)) {
        *sql = gm_sql_string(w->arena, text);
        return true;
    }
    if (gm_import_calls(w->scope, expr, "sa.text"))
        return gm_import_sql_of(w, expr, sql) && sql->len;
    *kind = GM_IMPORT_EXPRESSION;
    if (!expression(w, expr, sql))
        return false;
    if (!w->postgres)
        *sql = gm_str_printf(w->arena, "(%.*s)", GM_ARG(*sql));
    return true;
}
