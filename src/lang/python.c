/* SPDX-License-Identifier: Apache-2.0 */
#include "lang/python.h"

#include "lang/python_parse.h"

struct gm_py_reader {
    gm_py_parser parser;
    const gm_py_statement *previous;
};

gm_py_reader *gm_py_open(gm_arena *arena, gm_str source)
{
    gm_py_reader *reader = gm_new(arena, gm_py_reader);
    reader->parser.arena = arena;
    gm_py_lex_begin(&reader->parser.lexer, arena, source);
    /* As if behind the line end of a statement before the first. */
    reader->parser.token.kind = GM_PY_TOKEN_NEWLINE;
    return reader;
}

static gm_py_statement *next(gm_py_reader *reader)
{
    gm_py_parser *p = &reader->parser;
    while (gm_py_take_kind(p, GM_PY_TOKEN_NEWLINE) || gm_py_take_kind(p, GM_PY_TOKEN_DEDENT))
        ;
    if (p->token.kind == GM_PY_TOKEN_END)
        return NULL;
    gm_py_statement *statement = gm_py_statement_read(p, reader->previous);
    reader->previous = statement;
    return statement;
}

const gm_py_statement *gm_py_next(gm_py_reader *reader)
{
    return next(reader);
}

gm_str gm_py_rest(const gm_py_reader *reader)
{
    const gm_py_parser *p = &reader->parser;
    size_t from = p->token.kind == GM_PY_TOKEN_NEWLINE ? p->lexer.at : p->token.start;
    return gm_str_sub(p->lexer.text, from, p->lexer.text.len);
}

gm_py_statements gm_py_read_all(gm_py_reader *reader)
{
    gm_py_statements all = {0};
    for (gm_py_statement *statement; (statement = next(reader));)
        gm_vec_push(reader->parser.arena, &all, statement);
    return all;
}

/* ---- looking at expressions ---- */

gm_str gm_py_dotted(gm_arena *arena, const gm_py_expr *expr)
{
    gm_str names[GM_PY_DEPTH_MAX + 1];
    size_t count = 0;
    for (; expr && expr->kind == GM_PY_ATTRIBUTE; expr = expr->left)
        names[count++] = expr->text;
    if (!expr || expr->kind != GM_PY_NAME)
        return (gm_str){0};
    if (count == 0)
        return expr->text;
    gm_strs parts = {0};
    gm_vec_reserve(arena, &parts, count + 1);
    gm_vec_push(arena, &parts, expr->text);
    while (count)
        gm_vec_push(arena, &parts, names[--count]);
    return gm_str_join(arena, &parts, GM_STR("."));
}

bool gm_py_is_none(const gm_py_expr *expr)
{
    return !expr || (expr->kind == GM_PY_CONSTANT && gm_str_is(expr->text, "None"));
}

bool gm_py_is_string(const gm_py_expr *expr)
{
    return expr && expr->kind == GM_PY_STRING && !expr->bytes;
}

const gm_py_expr *gm_py_keyword(const gm_py_args *args, const char *name)
{
    GM_EACH (const gm_py_arg, arg, args)
        if (gm_str_is(arg->name, name))
            return arg->value;
    return NULL;
}

const gm_py_expr *gm_py_positional(const gm_py_args *args, size_t at)
{
    GM_EACH (const gm_py_arg, arg, args) {
        if (arg->stars == 1)
            return NULL;
        if (arg->name.len || arg->stars)
            continue;
        if (at-- == 0)
            return arg->value;
    }
    return NULL;
}
