/* SPDX-License-Identifier: Apache-2.0 */
/* Expressions -> the strings that they come to; hints, and what a function returns. */
#include "base/buf.h"
#include "models/sqlalchemy.h"

static bool name_of_class(const gm_sa_scope *scope, const gm_py_expr *expr, gm_str *text)
{
    if (!scope->owner || expr->kind != GM_PY_ATTRIBUTE || !gm_str_is(expr->text, "__name__") ||
        expr->left->kind != GM_PY_NAME || !gm_str_is(expr->left->text, "cls"))
        return false;
    *text = scope->owner->statement->name;
    return true;
}

/* `cls.__name__.lower()` */
static bool method(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *call, gm_str *text)
{
    gm_str inner;
    if (call->args.len || call->left->kind != GM_PY_ATTRIBUTE ||
        !gm_str_is(call->left->text, "lower") || !gm_sa_string(sa, scope, call->left->left, &inner))
        return false;
    *text = gm_str_lower(sa->arena, inner);
    return true;
}

static bool name_of_table(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr, gm_str *text)
{
    if (expr->kind != GM_PY_ATTRIBUTE || !gm_str_is(expr->text, "__tablename__"))
        return false;
    gm_sa_class *class = NULL;
    if (expr->left->kind == GM_PY_NAME && gm_str_is(expr->left->text, "cls"))
        class = scope->owner;
    gm_sa_thing thing = gm_sa_resolve(sa, scope, expr->left);
    if (thing.kind == GM_SA_CLASS)
        class = gm_sa_class_of(sa, thing.file, thing.statement);
    if (!class)
        return false;
    gm_sa_place_class(sa, class);
    if (!class->has_table || !class->table.known)
        return false;
    *text = class->table.name;
    return true;
}

/* f"…{NAME}…", where each field is a name whose value is known */
static bool formatted(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr, gm_str *text)
{
    gm_str source = expr->source;
    if (source.len < 3 || (*source.ptr != 'f' && *source.ptr != 'F') ||
        (source.ptr[1] != '"' && source.ptr[1] != '\'') ||
        source.ptr[source.len - 1] != source.ptr[1] || source.ptr[2] == source.ptr[1] ||
        gm_str_has(source, '\\') || gm_str_find(source, source.ptr[1], 2) != source.len - 1)
        return false;
    gm_str rest = gm_str_sub(source, 2, source.len - 1);
    gm_buf buf = gm_buf_new(sa->arena, SIZE_MAX);
    while (rest.len) {
        size_t open = gm_str_find(rest, '{', 0);
        gm_str value;
        gm_buf_add(&buf, gm_str_sub(rest, 0, open));
        if (open == rest.len)
            break;
        size_t close = gm_str_find(rest, '}', open);
        if (open + 1 < rest.len && rest.ptr[open + 1] == '{')
            return false;
        gm_str field = gm_str_sub(rest, open + 1, close);
        const gm_py_statement *s = gm_py_next(gm_py_open(sa->arena, field));
        if (!s || s->kind != GM_PY_EXPR || !gm_sa_is_chain(s->value) ||
            !gm_str_eq(s->value->source, field) || !gm_sa_string(sa, scope, s->value, &value))
            return false;
        gm_buf_add(&buf, value);
        rest = gm_str_sub(rest, close + 1, rest.len);
    }
    *text = gm_buf_str(&buf);
    return true;
}

static bool string_in(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr, gm_str *text)
{
    gm_str left, right;
    const gm_py_expr *value;
    if (gm_py_is_string(expr)) {
        *text = expr->text;
        return true;
    }
    if (expr->kind == GM_PY_OTHER)
        return formatted(sa, scope, expr, text);
    if (expr->kind == GM_PY_CALL)
        return method(sa, scope, expr, text);
    if (expr->kind == GM_PY_BINARY && gm_str_is(expr->text, "+")) {
        if (!gm_sa_string(sa, scope, expr->left, &left) ||
            !gm_sa_string(sa, scope, expr->right, &right))
            return false;
        *text = gm_str_printf(sa->arena, "%.*s%.*s", GM_ARG(left), GM_ARG(right));
        return true;
    }
    if (!gm_sa_is_chain(expr))
        return false;
    if (name_of_class(scope, expr, text) || name_of_table(sa, scope, expr, text))
        return true;
    if (expr->kind == GM_PY_NAME && scope->within &&
        (value = gm_sa_assigned(scope->within, expr->text)))
        return gm_sa_string(sa, scope, value, text);
    gm_sa_thing thing = gm_sa_resolve(sa, scope, expr);
    gm_sa_scope there = {.file = thing.file};
    return thing.kind == GM_SA_VALUE && gm_sa_string(sa, &there, thing.value, text);
}

bool gm_sa_string(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr, gm_str *text)
{
    if (!expr || !gm_sa_enter(sa))
        return false;
    bool known = string_in(sa, scope, expr, text) && text->len <= GM_SA_STRING_MAX;
    gm_sa_leave(sa);
    return known;
}

const gm_py_expr *gm_sa_hint(gm_sa *sa, const gm_py_expr *expr, gm_sa_scope *scope)
{
    gm_str name = gm_py_dotted(sa->arena, expr->kind == GM_PY_CALL ? expr->left : expr);
    while (name.len && sa->hints.entries.len) {
        const gm_py_expr *const *hint = gm_map_get(&sa->hints, name);
        if (hint) {
            *scope = (gm_sa_scope){.file = sa->hint_file};
            return *hint;
        }
        size_t dot = gm_str_find(name, '.', 0);
        name = gm_str_sub(name, dot + (dot < name.len), name.len);
    }
    return NULL;
}

const gm_py_expr *gm_sa_returned(const gm_py_statement *function)
{
    const gm_py_expr *returned = NULL;
    GM_EACH (gm_py_statement *const, s, &function->body) {
        if ((*s)->kind == GM_PY_RETURN && !returned)
            returned = (*s)->value;
        else if ((*s)->kind != GM_PY_EXPR || !gm_py_is_string((*s)->value))
            return NULL;
    }
    return returned;
}

bool gm_sa_mentions_column(gm_str source)
{
    return gm_str_search(source, GM_STR("Column(")) < source.len ||
           gm_str_search(source, GM_STR("mapped_column(")) < source.len;
}
