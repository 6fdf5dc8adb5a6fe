/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options of indexes and constraints -> text that is the same however they are written.
 *
 * A constant is written as its value, and what is called by the last part of the name that it has
 * where it comes from: `models.Q(status=ACTIVE)` is `Q(status="active")`. Keywords of a call stand
 * in the order of their names.
 */
#include "models/django.h"

/* Constants of constants may double; no option has so many parts. */
enum { PARTS_MAX = 1000 };

typedef struct {
    gm_dj *dj;
    size_t parts;
    bool plain;
} work;

static const gm_py_expr *settle(work *w, const gm_sa_scope *scope, const gm_py_expr *expr);

static const gm_py_expr *doubt(work *w, const gm_py_expr *expr)
{
    w->plain = false;
    return expr;
}

static gm_py_expr *copied(const work *w, const gm_py_expr *expr)
{
    gm_py_expr *copy = gm_new(w->dj->sa.arena, gm_py_expr);
    *copy = *expr;
    return copy;
}

static const gm_py_expr *worded(const work *w, gm_py_kind kind, gm_str text)
{
    gm_py_expr *made = gm_new(w->dj->sa.arena, gm_py_expr);
    *made = (gm_py_expr){.kind = kind, .text = text};
    return made;
}

/* A choice of an enum is a tuple with its label, which is not what the name stands for. */
static bool stands_for(const gm_py_expr *name, const gm_py_expr *value)
{
    bool list = value->kind == GM_PY_LIST || value->kind == GM_PY_TUPLE;
    return value != name && !(list && name->kind == GM_PY_ATTRIBUTE);
}

static const gm_py_expr *settle_name(work *w, const gm_sa_scope *scope, const gm_py_expr *name)
{
    gm_str text;
    if (gm_sa_string(&w->dj->sa, scope, name, &text))
        return worded(w, GM_PY_STRING, text);
    gm_sa_thing thing = gm_sa_resolve(&w->dj->sa, scope, name);
    const gm_sa_scope there = {.file = thing.file};
    if (thing.kind == GM_SA_VALUE && stands_for(name, thing.value))
        return settle(w, &there, thing.value);
    if (thing.kind == GM_SA_OUTSIDE && thing.dotted.len)
        return doubt(w, worded(w, GM_PY_NAME, thing.dotted));
    return doubt(w, name);
}

/* What a function of the project returns is not followed. */
static const gm_py_expr *settle_callee(work *w, const gm_sa_scope *scope, const gm_py_expr *call)
{
    gm_sa_thing thing = gm_sa_callee(&w->dj->sa, scope, call);
    gm_str dotted = thing.dotted.len ? thing.dotted : gm_py_dotted(w->dj->sa.arena, call->left);
    if (thing.kind == GM_SA_OUTSIDE && dotted.len)
        return worded(w, GM_PY_NAME, gm_dj_last(dotted));
    if (thing.kind == GM_SA_CLASS)
        return worded(w, GM_PY_NAME, thing.statement->name);
    return doubt(w, call->left);
}

static gm_py_args settle_args(work *w, const gm_sa_scope *scope, const gm_py_args *args)
{
    gm_py_args settled = {0};
    GM_EACH (const gm_py_arg, arg, args) {
        gm_py_arg copy = *arg;
        w->plain = w->plain && arg->value && !arg->stars;
        if (arg->key)
            copy.key = settle(w, scope, arg->key);
        if (arg->value)
            copy.value = settle(w, scope, arg->value);
        gm_vec_push(w->dj->sa.arena, &settled, copy);
    }
    return settled;
}

static int by_name(const void *a, const void *b)
{
    return gm_str_cmp(((const gm_py_arg *)a)->name, ((const gm_py_arg *)b)->name);
}

void gm_dj_sort_keywords(gm_py_args *args)
{
    size_t first = 0;
    while (first < args->len && !args->items[first].name.len)
        first++;
    if (first < args->len)
        gm_sort(&args->items[first], args->len - first, sizeof(*args->items), by_name);
}

static const gm_py_expr *settle_parts(work *w, const gm_sa_scope *scope, const gm_py_expr *expr)
{
    gm_py_expr *copy = copied(w, expr);
    if (expr->kind == GM_PY_CALL)
        copy->left = settle_callee(w, scope, expr);
    else if (expr->left)
        copy->left = settle(w, scope, expr->left);
    if (expr->right)
        copy->right = settle(w, scope, expr->right);
    copy->args = settle_args(w, scope, &expr->args);
    if (expr->kind == GM_PY_CALL)
        gm_dj_sort_keywords(&copy->args);
    return copy;
}

static const gm_py_expr *settle_one(work *w, const gm_sa_scope *scope, const gm_py_expr *expr)
{
    switch (expr->kind) {
    case GM_PY_NAME:
    case GM_PY_ATTRIBUTE:
    case GM_PY_OTHER:
        return settle_name(w, scope, expr);
    case GM_PY_STRING:
    case GM_PY_NUMBER:
    case GM_PY_CONSTANT:
        return expr;
    default:
        return settle_parts(w, scope, expr);
    }
}

static const gm_py_expr *settle(work *w, const gm_sa_scope *scope, const gm_py_expr *expr)
{
    if (++w->parts > PARTS_MAX || !gm_sa_enter(&w->dj->sa))
        return doubt(w, expr);
    const gm_py_expr *settled = settle_one(w, scope, expr);
    gm_sa_leave(&w->dj->sa);
    return settled;
}

/* Django makes tuples of the lists that name columns. */
static bool is_tuple(gm_str option)
{
    return gm_str_is(option, "include") || gm_str_is(option, "opclasses");
}

gm_str gm_dj_shown(gm_dj *dj, const gm_sa_scope *scope, const gm_py_arg *option, bool *plain)
{
    work w = {.dj = dj, .plain = *plain};
    const gm_py_expr *settled = settle(&w, scope, option->value);
    if (is_tuple(option->name) && settled->kind == GM_PY_LIST) {
        gm_py_expr *tuple = copied(&w, settled);
        tuple->kind = GM_PY_TUPLE;
        settled = tuple;
    }
    *plain = w.plain;
    return gm_sa_shown(dj->sa.arena, settled);
}
