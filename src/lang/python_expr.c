/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens -> expressions: what has operators between operands. */
#include "lang/python_parse.h"

/* ---- tokens ---- */

void gm_py_advance(gm_py_parser *p)
{
    if (p->token.kind >= GM_PY_TOKEN_NAME) {
        p->last_end = p->token.end;
        /* A string may have line ends in it; the lexer is right behind. */
        p->last_line = p->lexer.line;
    }
    p->token = gm_py_lex(&p->lexer);
}

bool gm_py_at(const gm_py_parser *p, unsigned word)
{
    return p->token.word == word;
}

bool gm_py_take(gm_py_parser *p, unsigned word)
{
    if (p->token.word != word)
        return false;
    gm_py_advance(p);
    return true;
}

bool gm_py_take_kind(gm_py_parser *p, gm_py_token_kind kind)
{
    if (p->token.kind != kind)
        return false;
    gm_py_advance(p);
    return true;
}

bool gm_py_fail(gm_py_parser *p)
{
    p->failed = true;
    return false;
}

bool gm_py_expect(gm_py_parser *p, unsigned word)
{
    return gm_py_take(p, word) || gm_py_fail(p);
}

gm_str gm_py_text(const gm_py_parser *p, const gm_py_token *token)
{
    return (gm_str){p->lexer.text.ptr + token->start, token->end - token->start};
}

bool gm_py_enter(gm_py_parser *p)
{
    if (p->depth >= GM_PY_DEPTH_MAX)
        return gm_py_fail(p);
    p->depth++;
    return true;
}

void gm_py_leave(gm_py_parser *p)
{
    p->depth--;
}

gm_py_place gm_py_mark(const gm_py_parser *p)
{
    return (gm_py_place){p->token,    p->lexer.at,  p->lexer.line, p->lexer.brackets,
                         p->last_end, p->last_line, p->depth};
}

void gm_py_return_to(gm_py_parser *p, const gm_py_place *place)
{
    p->token = place->token;
    p->lexer.at = place->at;
    p->lexer.line = place->line;
    p->lexer.brackets = place->brackets;
    p->lexer.begins = p->lexer.empty = false;
    p->last_end = place->last_end;
    p->last_line = place->last_line;
    p->depth = place->depth;
    p->failed = false;
}

/* ---- making them ---- */

gm_py_expr *gm_py_expr_new(gm_py_parser *p, gm_py_kind kind, const gm_py_token *start)
{
    gm_py_expr *expr = gm_new(p->arena, gm_py_expr);
    expr->kind = kind;
    expr->line = start->line;
    expr->source = gm_str_sub(p->lexer.text, start->start, p->last_end);
    return expr;
}

void gm_py_over(gm_py_expr *expr, const gm_py_expr *child)
{
    /* What is cut off a chain of operators or calls takes the rest of the chain with it. */
    bool cut = child && child->cut && child == expr->left;
    if (child && child->height >= expr->height)
        expr->height = child->height + 1;
    if (expr->height < GM_PY_DEPTH_MAX && !cut)
        return;
    *expr =
        (gm_py_expr){.kind = GM_PY_OTHER, .cut = true, .line = expr->line, .source = expr->source};
}

static const gm_py_expr *other(gm_py_parser *p, const gm_py_token *start)
{
    return p->failed ? NULL : gm_py_expr_new(p, GM_PY_OTHER, start);
}

/* ---- operators ---- */

enum { OR = 1, AND, NOT, COMPARE, BIT_OR, BIT_XOR, BIT_AND, SHIFT, SUM, PRODUCT };

static unsigned binds(const gm_py_parser *p)
{
    switch (p->token.word) {
    case GM_PY_OR:
        return OR;
    case GM_PY_AND:
        return AND;
    case GM_PY_IN:
    case GM_PY_NOT:
    case GM_PY_IS:
    case '<':
    case '>':
    case GM_PY_EQUAL:
    case GM_PY_NOT_EQUAL:
    case GM_PY_LESS_EQUAL:
    case GM_PY_MORE_EQUAL:
        return COMPARE;
    case '|':
        return BIT_OR;
    case '^':
        return BIT_XOR;
    case '&':
        return BIT_AND;
    case GM_PY_SHIFT_LEFT:
    case GM_PY_SHIFT_RIGHT:
        return SHIFT;
    case '+':
    case '-':
        return SUM;
    case '*':
    case '/':
    case '%':
    case '@':
    case GM_PY_FLOOR:
        return PRODUCT;
    default:
        return 0;
    }
}

/* Takes it; comparisons may be of two words. */
static gm_str operator(gm_py_parser *p)
{
    gm_py_token token = p->token;
    gm_py_advance(p);
    if (token.word == GM_PY_NOT) {
        gm_py_expect(p, GM_PY_IN);
        return GM_STR("not in");
    }
    if (token.word == GM_PY_IS && gm_py_take(p, GM_PY_NOT))
        return GM_STR("is not");
    return gm_py_text(p, &token);
}

static const gm_py_expr *unary(gm_py_parser *p);

static const gm_py_expr *two(gm_py_parser *p, const gm_py_token *start, gm_str text,
                             const gm_py_expr *left, const gm_py_expr *right)
{
    if (p->failed)
        return NULL;
    gm_py_expr *expr = gm_py_expr_new(p, GM_PY_BINARY, start);
    expr->text = text;
    expr->left = left;
    expr->right = right;
    gm_py_over(expr, left);
    gm_py_over(expr, right);
    return expr;
}

static const gm_py_expr *one(gm_py_parser *p, const gm_py_token *start, const gm_py_expr *right)
{
    if (p->failed)
        return NULL;
    gm_py_expr *expr = gm_py_expr_new(p, GM_PY_UNARY, start);
    expr->text = gm_py_text(p, start);
    expr->right = right;
    gm_py_over(expr, right);
    return expr;
}

static const gm_py_expr *power(gm_py_parser *p)
{
    gm_py_token start = p->token;
    const gm_py_expr *left = gm_py_operand(p);
    if (!left || !gm_py_at(p, GM_PY_POWER))
        return left;
    if (!gm_py_enter(p))
        return NULL;
    gm_str text = operator(p);
    const gm_py_expr *right = unary(p);
    gm_py_leave(p);
    return two(p, &start, text, left, right);
}

static const gm_py_expr *unary(gm_py_parser *p)
{
    if (!gm_py_at(p, '-') && !gm_py_at(p, '+') && !gm_py_at(p, '~'))
        return power(p);
    if (!gm_py_enter(p))
        return NULL;
    gm_py_token start = p->token;
    gm_py_advance(p);
    const gm_py_expr *right = unary(p);
    gm_py_leave(p);
    return one(p, &start, right);
}

static const gm_py_expr *binary(gm_py_parser *p, unsigned least);

static const gm_py_expr *negation(gm_py_parser *p)
{
    if (!gm_py_enter(p))
        return NULL;
    gm_py_token start = p->token;
    gm_py_advance(p);
    const gm_py_expr *right = binary(p, NOT);
    gm_py_leave(p);
    return one(p, &start, right);
}

/* What binds at least as `least` does. */
static const gm_py_expr *binary(gm_py_parser *p, unsigned least)
{
    gm_py_token start = p->token;
    const gm_py_expr *left = least <= NOT && gm_py_at(p, GM_PY_NOT) ? negation(p) : unary(p);
    unsigned compared = 0;
    for (unsigned level; left && (level = binds(p)) >= least && level;) {
        gm_str text = operator(p);
        const gm_py_expr *right = p->failed ? NULL : binary(p, level + 1);
        /* `a < b < c` is no comparison of a comparison. */
        left =
            level == COMPARE && compared++ ? other(p, &start) : two(p, &start, text, left, right);
    }
    return left;
}

/* ---- what binds least ---- */

static const gm_py_expr *lambda(gm_py_parser *p)
{
    gm_py_token start = p->token;
    gm_py_advance(p);
    if (gm_py_parameters(p, ':', false) && gm_py_expect(p, ':'))
        gm_py_expression(p);
    return other(p, &start);
}

static const gm_py_expr *conditional(gm_py_parser *p, const gm_py_token *start)
{
    gm_py_advance(p);
    if (binary(p, OR) && gm_py_expect(p, GM_PY_ELSE))
        gm_py_expression(p);
    return other(p, start);
}

const gm_py_expr *gm_py_expression(gm_py_parser *p)
{
    if (!gm_py_enter(p))
        return NULL;
    gm_py_token start = p->token;
    const gm_py_expr *expr = gm_py_at(p, GM_PY_LAMBDA) ? lambda(p) : binary(p, OR);
    if (expr && start.word != GM_PY_LAMBDA && gm_py_at(p, GM_PY_IF))
        expr = conditional(p, &start);
    gm_py_leave(p);
    return expr;
}

const gm_py_expr *gm_py_named(gm_py_parser *p)
{
    gm_py_token start = p->token;
    const gm_py_expr *expr = gm_py_expression(p);
    if (!expr || !gm_py_at(p, GM_PY_WALRUS))
        return expr;
    if (expr->kind != GM_PY_NAME)
        gm_py_fail(p);
    gm_py_advance(p);
    gm_py_expression(p);
    return other(p, &start);
}

bool gm_py_begins_expr(const gm_py_parser *p)
{
    switch (p->token.kind) {
    case GM_PY_TOKEN_NAME:
    case GM_PY_TOKEN_NUMBER:
    case GM_PY_TOKEN_STRING:
        return true;
    case GM_PY_TOKEN_WORD:
        break;
    default:
        return false;
    }
    switch (p->token.word) {
    case '(':
    case '[':
    case '{':
    case '-':
    case '+':
    case '~':
    case '*':
    case GM_PY_ELLIPSIS:
    case GM_PY_NONE:
    case GM_PY_TRUE:
    case GM_PY_FALSE:
    case GM_PY_NOT:
    case GM_PY_LAMBDA:
    case GM_PY_AWAIT:
        return true;
    default:
        return false;
    }
}

/* From outside: what stands in brackets can come back here. */
static const gm_py_expr *binary_within(gm_py_parser *p, unsigned least)
{
    if (!gm_py_enter(p))
        return NULL;
    const gm_py_expr *expr = binary(p, least);
    gm_py_leave(p);
    return expr;
}

const gm_py_expr *gm_py_bit_or(gm_py_parser *p)
{
    return binary_within(p, BIT_OR);
}

const gm_py_expr *gm_py_disjunction(gm_py_parser *p)
{
    return binary_within(p, OR);
}

const gm_py_expr *gm_py_condition(gm_py_parser *p)
{
    gm_py_token start = p->token;
    const gm_py_expr *expr = gm_py_disjunction(p);
    if (!expr || !gm_py_take(p, GM_PY_WALRUS))
        return expr;
    gm_py_expression(p);
    return other(p, &start);
}

typedef const gm_py_expr *element(gm_py_parser *p);

static const gm_py_expr *list_of(gm_py_parser *p, element *read)
{
    gm_py_token start = p->token;
    gm_py_args args = {0};
    bool comma = false;
    do {
        gm_py_arg arg = {.stars = gm_py_take(p, '*')};
        arg.value = arg.stars ? gm_py_bit_or(p) : read(p);
        if (!arg.value)
            return NULL;
        /* Most are one value, and need no list. */
        if (!comma && !arg.stars && !gm_py_at(p, ','))
            return arg.value;
        gm_py_push(p->arena, &args, arg);
        comma = gm_py_take(p, ',');
    } while (comma && gm_py_begins_expr(p));
    if (args.len == 1 && !comma) /* a `*value` alone */
        return other(p, &start);
    gm_py_expr *tuple = gm_py_expr_new(p, GM_PY_TUPLE, &start);
    tuple->args = args;
    GM_EACH (const gm_py_arg, arg, &args)
        gm_py_over(tuple, arg->value);
    return tuple;
}

const gm_py_expr *gm_py_expressions(gm_py_parser *p)
{
    return list_of(p, gm_py_named);
}

const gm_py_expr *gm_py_targets(gm_py_parser *p)
{
    return list_of(p, gm_py_bit_or);
}

const gm_py_expr *gm_py_yield_or_expressions(gm_py_parser *p)
{
    gm_py_token start = p->token;
    if (!gm_py_take(p, GM_PY_YIELD))
        return gm_py_expressions(p);
    if (gm_py_take(p, GM_PY_FROM))
        gm_py_expression(p);
    else if (gm_py_begins_expr(p))
        gm_py_expressions(p);
    return other(p, &start);
}

bool gm_py_is_target(const gm_py_expr *expr)
{
    switch (expr->kind) {
    case GM_PY_NAME:
    case GM_PY_ATTRIBUTE:
    case GM_PY_SUBSCRIPT:
        return true;
    case GM_PY_TUPLE:
    case GM_PY_LIST:
        GM_EACH (const gm_py_arg, arg, &expr->args)
            if (!gm_py_is_target(arg->value))
                return false;
        return true;
    default:
        return false;
    }
}
