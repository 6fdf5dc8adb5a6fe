/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens -> expressions: names, literals, displays, calls and subscripts. */
#include "lang/python_parse.h"

static gm_py_expr *leaf(gm_py_parser *p, gm_py_kind kind)
{
    gm_py_token start = p->token;
    gm_py_advance(p);
    gm_py_expr *expr = gm_py_expr_new(p, kind, &start);
    expr->text = expr->source;
    return expr;
}

/* ---- strings ---- */

/* Literals that stand side by side are one. */
static const gm_py_expr *strings(gm_py_parser *p)
{
    gm_py_token start = p->token;
    gm_strs parts = {0};
    gm_str text = {0};
    bool bytes = false;
    bool fields = false;
    for (size_t count = 0; p->token.kind == GM_PY_TOKEN_STRING; count++) {
        gm_str value = {0};
        bool of_bytes = false;
        gm_py_value kind =
            gm_py_string_value(p->arena, gm_py_text(p, &p->token), &of_bytes, &value);
        if (kind == GM_PY_NO_VALUE || (count && of_bytes != bytes)) {
            gm_py_fail(p);
            return NULL;
        }
        if (count == 1)
            gm_py_push(p->arena, &parts, text);
        if (count)
            gm_py_push(p->arena, &parts, value);
        fields = fields || kind == GM_PY_FIELDS;
        bytes = of_bytes;
        text = value;
        gm_py_advance(p);
    }
    gm_py_expr *expr = gm_py_expr_new(p, fields ? GM_PY_OTHER : GM_PY_STRING, &start);
    if (fields)
        return expr;
    expr->bytes = bytes;
    expr->text = parts.len ? gm_str_join(p->arena, &parts, GM_STR("")) : text;
    return expr;
}

/* ---- comprehensions ---- */

static bool at_comprehension(const gm_py_parser *p)
{
    return gm_py_at(p, GM_PY_FOR) || gm_py_at(p, GM_PY_ASYNC);
}

/* The `for … in … if …` behind the element. */
static bool comprehension(gm_py_parser *p)
{
    while (at_comprehension(p)) {
        gm_py_take(p, GM_PY_ASYNC);
        if (!gm_py_expect(p, GM_PY_FOR))
            return false;
        const gm_py_expr *target = gm_py_targets(p);
        if (!target || !gm_py_is_target(target))
            return gm_py_fail(p);
        if (!gm_py_expect(p, GM_PY_IN) || !gm_py_disjunction(p))
            return false;
        while (gm_py_take(p, GM_PY_IF))
            if (!gm_py_condition(p))
                return false;
    }
    return true;
}

/* ---- displays ---- */

/* Elements with commas between them, up to and with `end`. */
static bool elements(gm_py_parser *p, unsigned end, gm_py_args *args, bool *comma)
{
    while (!gm_py_take(p, end)) {
        if (args->len && !*comma)
            return gm_py_fail(p);
        gm_py_arg arg = {.stars = gm_py_take(p, '*')};
        arg.value = arg.stars ? gm_py_bit_or(p) : gm_py_named(p);
        if (!arg.value)
            return false;
        gm_py_push(p->arena, args, arg);
        *comma = gm_py_take(p, ',');
    }
    return true;
}

static gm_py_expr *display(gm_py_parser *p, gm_py_kind kind, const gm_py_token *start,
                           const gm_py_args *args)
{
    gm_py_expr *expr = gm_py_expr_new(p, kind, start);
    expr->args = *args;
    GM_EACH (const gm_py_arg, arg, args) {
        gm_py_over(expr, arg->key);
        gm_py_over(expr, arg->value);
    }
    return expr;
}

/* Behind the first element of a display, when `for` follows it. */
static const gm_py_expr *finish_comprehension(gm_py_parser *p, unsigned end,
                                              const gm_py_token *start)
{
    if (!comprehension(p) || !gm_py_expect(p, end))
        return NULL;
    return gm_py_expr_new(p, GM_PY_OTHER, start);
}

static const gm_py_expr *list_or_set(gm_py_parser *p, gm_py_kind kind, unsigned end,
                                     const gm_py_token *start, gm_py_arg first)
{
    gm_py_args args = {0};
    if (first.value) {
        if (at_comprehension(p))
            return finish_comprehension(p, end, start);
        gm_py_push(p->arena, &args, first);
    }
    bool comma = gm_py_take(p, ',');
    if (!elements(p, end, &args, &comma))
        return NULL;
    return display(p, kind, start, &args);
}

static bool first_element(gm_py_parser *p, unsigned end, gm_py_arg *first)
{
    if (gm_py_at(p, end))
        return true;
    first->stars = gm_py_take(p, '*');
    first->value = first->stars ? gm_py_bit_or(p) : gm_py_named(p);
    return first->value != NULL;
}

static const gm_py_expr *list(gm_py_parser *p)
{
    gm_py_token start = p->token;
    gm_py_arg first = {0};
    gm_py_advance(p);
    if (!first_element(p, ']', &first))
        return NULL;
    return list_or_set(p, GM_PY_LIST, ']', &start, first);
}

static bool pair(gm_py_parser *p, gm_py_arg *arg)
{
    if (gm_py_take(p, GM_PY_POWER)) {
        arg->value = gm_py_bit_or(p);
        return arg->value != NULL;
    }
    arg->key = gm_py_expression(p);
    if (!arg->key || !gm_py_expect(p, ':'))
        return false;
    arg->value = gm_py_expression(p);
    return arg->value != NULL;
}

/* Behind its first pair. */
static const gm_py_expr *dict(gm_py_parser *p, const gm_py_token *start, gm_py_arg first)
{
    gm_py_args args = {0};
    if (first.value) {
        if (at_comprehension(p))
            return finish_comprehension(p, '}', start);
        gm_py_push(p->arena, &args, first);
    }
    while (!gm_py_take(p, '}')) {
        gm_py_arg arg = {0};
        if (!gm_py_expect(p, ','))
            return NULL;
        if (gm_py_take(p, '}'))
            break;
        if (!pair(p, &arg))
            return NULL;
        gm_py_push(p->arena, &args, arg);
    }
    return display(p, GM_PY_DICT, start, &args);
}

static const gm_py_expr *braces(gm_py_parser *p)
{
    gm_py_token start = p->token;
    gm_py_arg first = {0};
    gm_py_advance(p);
    if (gm_py_at(p, GM_PY_POWER))
        return pair(p, &first) ? dict(p, &start, first) : NULL;
    if (gm_py_take(p, '}'))
        return gm_py_expr_new(p, GM_PY_DICT, &start);
    if (!first_element(p, '}', &first))
        return NULL;
    if (first.stars || !gm_py_take(p, ':'))
        return list_or_set(p, GM_PY_SET, '}', &start, first);
    first.key = first.value;
    first.value = gm_py_expression(p);
    return first.value ? dict(p, &start, first) : NULL;
}

/* A value in parentheses, a tuple, a generator or a yield. */
static const gm_py_expr *parentheses(gm_py_parser *p)
{
    gm_py_token start = p->token;
    gm_py_arg first = {0};
    gm_py_args args = {0};
    gm_py_advance(p);
    if (gm_py_at(p, GM_PY_YIELD)) {
        const gm_py_expr *yield = gm_py_yield_or_expressions(p);
        return yield && gm_py_expect(p, ')') ? yield : NULL;
    }
    if (!first_element(p, ')', &first))
        return NULL;
    if (first.value && at_comprehension(p))
        return finish_comprehension(p, ')', &start);
    if (first.value && !first.stars && gm_py_take(p, ')'))
        return first.value;
    if (first.value) {
        gm_py_push(p->arena, &args, first);
        if (!gm_py_expect(p, ','))
            return NULL;
    }
    bool comma = true;
    return elements(p, ')', &args, &comma) ? display(p, GM_PY_TUPLE, &start, &args) : NULL;
}

/* ---- calls and subscripts ---- */

static bool call_arg(gm_py_parser *p, gm_py_arg *arg)
{
    gm_py_token start = p->token;
    if (gm_py_take(p, '*'))
        arg->stars = 1;
    else if (gm_py_take(p, GM_PY_POWER))
        arg->stars = 2;
    arg->value = arg->stars ? gm_py_expression(p) : gm_py_named(p);
    if (!arg->value)
        return false;
    /* A name in parentheses begins with them. */
    if (gm_py_at(p, '=') && start.kind == GM_PY_TOKEN_NAME && arg->value->kind == GM_PY_NAME) {
        gm_py_advance(p);
        arg->name = arg->value->text;
        arg->value = gm_py_expression(p);
    }
    return arg->value != NULL;
}

bool gm_py_call_args(gm_py_parser *p, gm_py_args *args)
{
    while (!gm_py_take(p, ')')) {
        gm_py_token start = p->token;
        gm_py_arg arg = {0};
        if (!call_arg(p, &arg))
            return false;
        if (at_comprehension(p) && !arg.stars && !arg.name.len) {
            if (!comprehension(p))
                return false;
            arg.value = gm_py_expr_new(p, GM_PY_OTHER, &start);
        }
        gm_py_push(p->arena, args, arg);
        if (!gm_py_take(p, ',') && !gm_py_at(p, ')'))
            return gm_py_fail(p);
    }
    return true;
}

static const gm_py_expr *behind(gm_py_parser *p, gm_py_kind kind, const gm_py_token *start,
                                const gm_py_expr *left, const gm_py_args *args)
{
    gm_py_expr *expr = display(p, kind, start, args);
    if (expr->kind == kind) {
        expr->left = left;
        gm_py_over(expr, left);
    }
    return expr;
}

static const gm_py_expr *call(gm_py_parser *p, const gm_py_token *start, const gm_py_expr *left)
{
    gm_py_args args = {0};
    gm_py_advance(p);
    if (!gm_py_call_args(p, &args))
        return NULL;
    return behind(p, GM_PY_CALL, start, left, &args);
}

/* `from:to:step`, of which each may be missing; behind `from`. */
static const gm_py_expr *slice(gm_py_parser *p, const gm_py_token *start)
{
    while (gm_py_take(p, ':'))
        if (gm_py_begins_expr(p) && !gm_py_expression(p))
            return NULL;
    return gm_py_expr_new(p, GM_PY_OTHER, start);
}

static bool subscript_arg(gm_py_parser *p, gm_py_arg *arg)
{
    gm_py_token start = p->token;
    arg->stars = gm_py_take(p, '*');
    if (arg->stars)
        arg->value = gm_py_bit_or(p);
    else if (gm_py_at(p, ':'))
        arg->value = slice(p, &start);
    else if ((arg->value = gm_py_named(p)) && gm_py_at(p, ':'))
        arg->value = slice(p, &start);
    return arg->value != NULL;
}

static const gm_py_expr *subscript(gm_py_parser *p, const gm_py_token *start,
                                   const gm_py_expr *left)
{
    gm_py_args args = {0};
    gm_py_advance(p);
    do {
        gm_py_arg arg = {0};
        if (!subscript_arg(p, &arg))
            return NULL;
        gm_py_push(p->arena, &args, arg);
    } while (gm_py_take(p, ',') && !gm_py_at(p, ']'));
    if (!gm_py_expect(p, ']'))
        return NULL;
    return behind(p, GM_PY_SUBSCRIPT, start, left, &args);
}

static const gm_py_expr *attribute(gm_py_parser *p, const gm_py_token *start,
                                   const gm_py_expr *left)
{
    gm_py_advance(p);
    if (p->token.kind != GM_PY_TOKEN_NAME) {
        gm_py_fail(p);
        return NULL;
    }
    gm_str name = gm_py_text(p, &p->token);
    gm_py_advance(p);
    gm_py_expr *expr = gm_py_expr_new(p, GM_PY_ATTRIBUTE, start);
    expr->left = left;
    expr->text = name;
    gm_py_over(expr, left);
    return expr;
}

/* ---- operands ---- */

static const gm_py_expr *atom(gm_py_parser *p)
{
    switch (p->token.kind) {
    case GM_PY_TOKEN_NAME:
        return leaf(p, GM_PY_NAME);
    case GM_PY_TOKEN_NUMBER:
        return leaf(p, GM_PY_NUMBER);
    case GM_PY_TOKEN_STRING:
        return strings(p);
    default:
        break;
    }
    switch (p->token.word) {
    case GM_PY_NONE:
    case GM_PY_TRUE:
    case GM_PY_FALSE:
    case GM_PY_ELLIPSIS:
        return leaf(p, GM_PY_CONSTANT);
    case '(':
        return parentheses(p);
    case '[':
        return list(p);
    case '{':
        return braces(p);
    default:
        gm_py_fail(p);
        return NULL;
    }
}

const gm_py_expr *gm_py_operand(gm_py_parser *p)
{
    gm_py_token await = p->token;
    gm_py_take(p, GM_PY_AWAIT);
    gm_py_token start = p->token;
    const gm_py_expr *expr = atom(p);
    while (expr) {
        if (gm_py_at(p, '.'))
            expr = attribute(p, &start, expr);
        else if (gm_py_at(p, '('))
            expr = call(p, &start, expr);
        else if (gm_py_at(p, '['))
            expr = subscript(p, &start, expr);
        else
            break;
    }
    return expr && await.word == GM_PY_AWAIT ? gm_py_expr_new(p, GM_PY_OTHER, &await) : expr;
}

/* ---- parameters ---- */

bool gm_py_parameters(gm_py_parser *p, unsigned end, bool typed)
{
    while (!gm_py_at(p, end)) {
        bool star = gm_py_take(p, '*');
        bool alone = (star && gm_py_at(p, ',')) || (!star && gm_py_take(p, '/'));
        if (!star && !alone)
            gm_py_take(p, GM_PY_POWER);
        if (!alone && !gm_py_take_kind(p, GM_PY_TOKEN_NAME))
            return gm_py_fail(p);
        if (typed && gm_py_take(p, ':')) {
            gm_py_take(p, '*'); /* `*args: *Types` */
            if (!gm_py_expression(p))
                return false;
        }
        if (gm_py_take(p, '=') && !gm_py_expression(p))
            return false;
        if (!gm_py_take(p, ',') && !gm_py_at(p, end))
            return gm_py_fail(p);
    }
    return true;
}
