/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bytes -> `name = 'text'` and `name = None`, on a line of their own: what migrations say of
 * themselves. There are thousands of such lines in a history, and to read one as tokens and
 * expressions costs nearly three times as much.
 */
#include "lang/python_parse.h"

static size_t pass_blanks(gm_str text, size_t at)
{
    while (at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\t'))
        at++;
    return at;
}

/* Behind the closing quote of a string without escapes; 0 when it is another one. */
static size_t string_end(gm_str text, size_t at)
{
    char quote = text.ptr[at++];
    while (at < text.len && text.ptr[at] != quote && text.ptr[at] != '\\' &&
           (unsigned char)text.ptr[at] >= ' ')
        at++;
    return at < text.len && text.ptr[at] == quote ? at + 1 : 0;
}

/* Behind the value, if it is one of these and the line ends there; else 0. */
static size_t value_end(gm_str text, size_t at)
{
    gm_str none = GM_STR("None");
    size_t end = 0;
    if (at < text.len && (text.ptr[at] == '\'' || text.ptr[at] == '"'))
        end = string_end(text, at);
    else if (gm_str_eq(gm_str_sub(text, at, at + none.len), none))
        end = at + none.len;
    size_t line_end = pass_blanks(text, end);
    return line_end < text.len && (text.ptr[line_end] == '\n' || text.ptr[line_end] == '\r') ? end
                                                                                             : 0;
}

gm_py_statement *gm_py_plain_assignment(gm_py_parser *p)
{
    gm_str text = p->lexer.text;
    if (p->token.kind != GM_PY_TOKEN_NAME || p->lexer.brackets)
        return NULL;
    size_t at = pass_blanks(text, p->lexer.at);
    if (at == text.len || text.ptr[at] != '=')
        return NULL;
    gm_py_token value = {.start = pass_blanks(text, at + 1), .line = p->token.line};
    value.end = value_end(text, value.start);
    if (!value.end)
        return NULL;

    gm_py_statement *statement = gm_py_statement_new(p, GM_PY_ASSIGN);
    p->last_end = p->token.end;
    gm_py_expr *name = gm_py_expr_new(p, GM_PY_NAME, &p->token);
    name->text = name->source;
    gm_py_push(p->arena, &statement->targets, name);

    bool string = text.ptr[value.start] != 'N';
    p->last_end = value.end;
    p->last_line = value.line;
    gm_py_expr *expr = gm_py_expr_new(p, string ? GM_PY_STRING : GM_PY_CONSTANT, &value);
    expr->text = gm_str_sub(text, value.start + string, value.end - string);
    statement->value = expr;
    gm_py_statement_end(p, statement);

    p->lexer.at = value.end;
    p->token = gm_py_lex(&p->lexer); /* the line end */
    return statement;
}
