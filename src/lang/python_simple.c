/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens -> statements without a body. */
#include "lang/python_parse.h"

static bool at_end(const gm_py_parser *p)
{
    return p->token.kind == GM_PY_TOKEN_NEWLINE || p->token.kind == GM_PY_TOKEN_END ||
           gm_py_at(p, ';');
}

/* ---- imports ---- */

/* "a.b" or "..a": as written, without blanks. */
static gm_str module(gm_py_parser *p, bool relative)
{
    size_t start = p->token.start;
    gm_strs parts = {0};
    bool name_next = true;
    while (relative && (gm_py_at(p, '.') || gm_py_at(p, GM_PY_ELLIPSIS))) {
        gm_py_push(p->arena, &parts, gm_py_text(p, &p->token));
        gm_py_advance(p);
    }
    bool dots = parts.len > 0;
    while (name_next && p->token.kind == GM_PY_TOKEN_NAME) {
        gm_py_push(p->arena, &parts, gm_py_text(p, &p->token));
        gm_py_advance(p);
        dots = false;
        name_next = gm_py_at(p, '.');
        if (name_next) {
            gm_py_push(p->arena, &parts, GM_STR("."));
            gm_py_advance(p);
        }
    }
    if (name_next && !dots) {
        gm_py_fail(p);
        return (gm_str){0};
    }
    gm_str written = gm_str_sub(p->lexer.text, start, p->last_end);
    size_t len = 0;
    GM_EACH (const gm_str, part, &parts)
        len += part->len;
    return len == written.len ? written : gm_str_join(p->arena, &parts, GM_STR(""));
}

static bool name(gm_py_parser *p, gm_str *text)
{
    if (p->token.kind != GM_PY_TOKEN_NAME)
        return gm_py_fail(p);
    *text = gm_py_text(p, &p->token);
    gm_py_advance(p);
    return true;
}

static void import_modules(gm_py_parser *p, gm_py_statement *statement)
{
    do {
        gm_py_import import = {.module = module(p, false)};
        import.as = gm_str_sub(import.module, 0, gm_str_find(import.module, '.', 0));
        if (p->failed || (gm_py_take(p, GM_PY_AS) && !name(p, &import.as)))
            return;
        gm_py_push(p->arena, &statement->imports, import);
    } while (gm_py_take(p, ','));
}

static void import_names(gm_py_parser *p, gm_py_statement *statement)
{
    gm_str from = module(p, true);
    if (p->failed || !gm_py_expect(p, GM_PY_IMPORT_WORD))
        return;
    if (gm_py_at(p, '*')) {
        gm_py_import all = {from, gm_py_text(p, &p->token), gm_py_text(p, &p->token)};
        gm_py_advance(p);
        gm_py_push(p->arena, &statement->imports, all);
        return;
    }
    bool brackets = gm_py_take(p, '(');
    do {
        gm_py_import import = {.module = from};
        if (!name(p, &import.name))
            return;
        import.as = import.name;
        if (gm_py_take(p, GM_PY_AS) && !name(p, &import.as))
            return;
        gm_py_push(p->arena, &statement->imports, import);
    } while (gm_py_take(p, ',') && !(brackets && gm_py_at(p, ')')));
    if (brackets)
        gm_py_expect(p, ')');
}

static void import(gm_py_parser *p, gm_py_statement *statement)
{
    statement->kind = GM_PY_IMPORT;
    if (gm_py_take(p, GM_PY_FROM)) {
        import_names(p, statement);
    } else {
        gm_py_advance(p);
        import_modules(p, statement);
    }
}

/* ---- what is known by its keyword ---- */

static void names(gm_py_parser *p)
{
    gm_str text;
    do
        if (!name(p, &text))
            return;
    while (gm_py_take(p, ','));
}

static void delete (gm_py_parser *p)
{
    const gm_py_expr *target = gm_py_targets(p);
    if (target && !gm_py_is_target(target))
        gm_py_fail(p);
}

static void raise(gm_py_parser *p)
{
    if (!at_end(p) && gm_py_expression(p) && gm_py_take(p, GM_PY_FROM))
        gm_py_expression(p);
}

static void assertion(gm_py_parser *p)
{
    if (gm_py_expression(p) && gm_py_take(p, ','))
        gm_py_expression(p);
}

/* False: no statement begins with this word. */
static bool keyword(gm_py_parser *p, gm_py_statement *statement)
{
    unsigned word = p->token.word;
    switch (word) {
    case GM_PY_FROM:
    case GM_PY_IMPORT_WORD:
        import(p, statement);
        return true;
    case GM_PY_ASSERT:
    case GM_PY_BREAK:
    case GM_PY_CONTINUE:
    case GM_PY_DEL:
    case GM_PY_GLOBAL:
    case GM_PY_NONLOCAL:
    case GM_PY_PASS_WORD:
    case GM_PY_RAISE:
    case GM_PY_RETURN_WORD:
        break;
    default:
        return false;
    }
    statement->text = gm_py_text(p, &p->token);
    gm_py_advance(p);
    if (word == GM_PY_ASSERT) {
        assertion(p);
    } else if (word == GM_PY_DEL) {
        delete (p);
    } else if (word == GM_PY_RAISE) {
        raise(p);
    } else if (word == GM_PY_GLOBAL || word == GM_PY_NONLOCAL) {
        names(p);
    } else if (word == GM_PY_PASS_WORD) {
        statement->kind = GM_PY_PASS;
    } else if (word == GM_PY_RETURN_WORD) {
        statement->kind = GM_PY_RETURN;
        if (!at_end(p))
            statement->value = gm_py_expressions(p);
    }
    return true;
}

/* ---- type X = …, of Python 3.12 ---- */

static bool at_type(gm_py_parser *p)
{
    if (p->token.kind != GM_PY_TOKEN_NAME || !gm_str_is(gm_py_text(p, &p->token), "type"))
        return false;
    gm_py_place here = gm_py_mark(p);
    gm_py_advance(p);
    bool type = p->token.kind == GM_PY_TOKEN_NAME;
    gm_py_return_to(p, &here);
    return type;
}

static void type_alias(gm_py_parser *p, gm_py_statement *statement)
{
    statement->text = gm_py_text(p, &p->token);
    gm_py_advance(p);
    gm_py_advance(p);
    if (gm_py_type_parameters(p) && gm_py_expect(p, '='))
        gm_py_expression(p);
}

/* ---- assignments and expressions ---- */

static bool target(gm_py_parser *p, gm_py_statement *statement, const gm_py_expr *expr)
{
    if (!gm_py_is_target(expr))
        return gm_py_fail(p);
    gm_py_push(p->arena, &statement->targets, expr);
    return true;
}

static void assignment(gm_py_parser *p, gm_py_statement *statement, const gm_py_expr *first)
{
    statement->kind = GM_PY_ASSIGN;
    const gm_py_expr *value = first;
    while (value && gm_py_at(p, '=')) {
        if (!target(p, statement, value))
            return;
        gm_py_advance(p);
        value = gm_py_yield_or_expressions(p);
    }
    statement->value = value;
}

static void annotated(gm_py_parser *p, gm_py_statement *statement, const gm_py_expr *first)
{
    statement->kind = GM_PY_ASSIGN;
    if (first->kind == GM_PY_TUPLE || first->kind == GM_PY_LIST || !target(p, statement, first)) {
        gm_py_fail(p);
        return;
    }
    gm_py_advance(p);
    statement->annotation = gm_py_expression(p);
    if (statement->annotation && gm_py_take(p, '='))
        statement->value = gm_py_yield_or_expressions(p);
}

static void augmented(gm_py_parser *p, gm_py_statement *statement, const gm_py_expr *first)
{
    statement->kind = GM_PY_AUGMENT;
    gm_str text = gm_py_text(p, &p->token);
    statement->text = gm_str_sub(text, 0, text.len - 1);
    if (!target(p, statement, first))
        return;
    gm_py_advance(p);
    statement->value = gm_py_yield_or_expressions(p);
}

static void expression(gm_py_parser *p, gm_py_statement *statement)
{
    const gm_py_expr *first = gm_py_yield_or_expressions(p);
    if (!first)
        return;
    if (gm_py_at(p, '=')) {
        assignment(p, statement, first);
    } else if (gm_py_at(p, ':')) {
        annotated(p, statement, first);
    } else if (gm_py_at(p, GM_PY_AUGMENTED)) {
        augmented(p, statement, first);
    } else {
        statement->kind = GM_PY_EXPR;
        statement->value = first;
    }
}

gm_py_statement *gm_py_simple(gm_py_parser *p)
{
    gm_py_statement *statement = gm_py_statement_new(p, GM_PY_STATEMENT_OTHER);
    if (at_type(p))
        type_alias(p, statement);
    else if (!keyword(p, statement))
        expression(p, statement);
    if (!p->failed && !at_end(p))
        gm_py_fail(p);
    gm_py_statement_end(p, statement);
    return statement;
}
