/* SPDX-License-Identifier: Apache-2.0 */
#include "lang/sql_text.h"

#include <stdlib.h>

#include "base/buf.h"
#include "lang/sql_scan.h"

/*
 * Words that cannot be the name of a table or column as they are. PostgreSQL: the reserved keywords
 * of src/include/parser/kwlist.h, those that may name functions and types included. SQLite: the
 * keywords of tool/mkkeywordhash.c that its grammar takes for no name. In byte order.
 */
static const char *const reserved[] = {
    "add",
    "all",
    "alter",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "authorization",
    "autoincrement",
    "between",
    "binary",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "collation",
    "column",
    "commit",
    "concurrently",
    "constraint",
    "create",
    "cross",
    "current_catalog",
    "current_date",
    "current_role",
    "current_schema",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "delete",
    "desc",
    "distinct",
    "do",
    "drop",
    "else",
    "end",
    "escape",
    "except",
    "exists",
    "false",
    "fetch",
    "for",
    "foreign",
    "freeze",
    "from",
    "full",
    "grant",
    "group",
    "having",
    "if",
    "ilike",
    "in",
    "index",
    "initially",
    "inner",
    "insert",
    "intersect",
    "into",
    "is",
    "isnull",
    "join",
    "lateral",
    "leading",
    "left",
    "like",
    "limit",
    "localtime",
    "localtimestamp",
    "natural",
    "not",
    "nothing",
    "notnull",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "outer",
    "overlaps",
    "placing",
    "primary",
    "raise",
    "references",
    "returning",
    "right",
    "select",
    "session_user",
    "set",
    "similar",
    "some",
    "symmetric",
    "table",
    "tablesample",
    "then",
    "to",
    "trailing",
    "transaction",
    "true",
    "union",
    "unique",
    "update",
    "user",
    "using",
    "values",
    "variadic",
    "verbose",
    "when",
    "where",
    "window",
    "with",
};

static int by_word(const void *key, const void *item)
{
    return gm_str_cmp(*(const gm_str *)key, gm_str_from(*(const char *const *)item));
}

static bool is_reserved(gm_str name)
{
    return bsearch(&name, reserved, sizeof(reserved) / sizeof(reserved[0]), sizeof(reserved[0]),
                   by_word) != NULL;
}

static bool is_plain(gm_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || c == '_';
        if (!letter && (i == 0 || c < '0' || c > '9'))
            return false;
    }
    return name.len > 0;
}

static gm_str quoted(gm_arena *arena, char quote, gm_str text)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_char(&buf, quote);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == quote)
            gm_buf_char(&buf, quote);
        gm_buf_char(&buf, text.ptr[i]);
    }
    gm_buf_char(&buf, quote);
    return gm_buf_str(&buf);
}

gm_str gm_sql_name(gm_arena *arena, gm_str name)
{
    return is_plain(name) && !is_reserved(name) ? name : quoted(arena, '"', name);
}

gm_str gm_sql_string(gm_arena *arena, gm_str text)
{
    return quoted(arena, '\'', text);
}

/* A quoted name that would mean the same without its quotes loses them; "a""b" is never plain. */
static gm_str normal_token(gm_arena *arena, const gm_token *token)
{
    if (token->kind == GM_TOKEN_WORD)
        return gm_str_lower(arena, token->text);
    if (token->kind == GM_TOKEN_NAME && token->text.len > 2) {
        gm_str inner = gm_str_sub(token->text, 1, token->text.len - 1);
        if (is_plain(inner) && !is_reserved(inner))
            return inner;
    }
    return token->text;
}

gm_str gm_sql_normal(gm_arena *arena, gm_dialect dialect, gm_str text)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_scanner scanner = {.dialect = dialect, .text = text, .line = 1};
    for (;;) {
        gm_token token = gm_scan_next(&scanner);
        if (token.kind == GM_TOKEN_END)
            break;
        if (buf.len)
            gm_buf_char(&buf, ' ');
        if (token.kind == GM_TOKEN_BROKEN) {
            /* The rest as it stands: it is for the server to refuse. */
            gm_buf_add(&buf, gm_str_sub(text, scanner.at, text.len));
            break;
        }
        gm_buf_add(&buf, normal_token(scratch, &token));
    }
    return gm_buf_str(&buf);
}

gm_str gm_sql_closed(gm_arena *arena, gm_dialect dialect, gm_str statement)
{
    gm_scanner scanner = {.dialect = dialect, .text = statement, .line = 1};
    gm_token token = gm_scan_next(&scanner);
    size_t end = 0;
    while (token.kind != GM_TOKEN_END && token.kind != GM_TOKEN_BROKEN) {
        end = (size_t)(token.text.ptr + token.text.len - statement.ptr);
        token = gm_scan_next(&scanner);
    }
    gm_str rest = gm_str_sub(statement, end, statement.len);
    bool hidden = gm_str_search(rest, GM_STR("--")) < rest.len;
    return gm_str_printf(arena, "%.*s%s;", GM_ARG(statement), hidden ? "\n" : "");
}
