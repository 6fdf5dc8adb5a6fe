/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `class Meta` -> indexes and constraints.
 *
 * One with a name is known by it, one without by its columns.
 */
#include "base/buf.h"
#include "models/django.h"

typedef struct {
    gm_dj *dj;
    const gm_dj_class *model;
    const gm_dj_fields *fields;
} place;

static gm_orm_fact here(const gm_sa_scope *scope, const gm_py_expr *expr)
{
    return (gm_orm_fact){.path = scope->file->path, .line = expr->line};
}

static void doubtful(const place *p, const gm_sa_scope *scope, const gm_py_expr *expr)
{
    gm_orm_fact fact = here(scope, expr);
    fact.unresolved = true;
    gm_dj_add(p->dj, p->model, GM_STR("options"), gm_sa_shown(p->dj->sa.arena, expr), NULL, NULL,
              fact);
}

static gm_str column_of(const place *p, gm_str name)
{
    GM_EACH (const gm_dj_field, field, p->fields)
        if (gm_str_eq(field->name, name))
            return field->column;
    return name;
}

static gm_str columns_of(const place *p, const gm_strs *names)
{
    gm_strs columns = {0};
    GM_EACH (const gm_str, name, names) {
        bool down = gm_str_starts(*name, GM_STR("-"));
        gm_str column = column_of(p, down ? gm_str_sub(*name, 1, name->len) : *name);
        gm_vec_push(p->dj->sa.arena, &columns,
                    down ? gm_str_printf(p->dj->sa.arena, "-%.*s", GM_ARG(column)) : column);
    }
    return gm_str_join(p->dj->sa.arena, &columns, GM_STR(", "));
}

/* ---- lists ---- */

static bool is_list(const gm_py_expr *expr)
{
    return expr->kind == GM_PY_LIST || expr->kind == GM_PY_TUPLE || expr->kind == GM_PY_SET;
}

typedef void take_item(const place *p, const gm_sa_scope *scope, const gm_py_expr *item);

/* Displays, sums of such, and what names stand for. */
static void walk(const place *p, const gm_sa_scope *scope, const gm_py_expr *list, take_item *take)
{
    if (!gm_sa_enter(&p->dj->sa)) {
        doubtful(p, scope, list);
        return;
    }
    if (is_list(list)) {
        GM_EACH (const gm_py_arg, arg, &list->args) {
            if (arg->stars)
                walk(p, scope, arg->value, take);
            else
                take(p, scope, arg->value);
        }
    } else if (list->kind == GM_PY_BINARY && gm_str_is(list->text, "+")) {
        walk(p, scope, list->left, take);
        walk(p, scope, list->right, take);
    } else if (list->kind == GM_PY_NAME || list->kind == GM_PY_ATTRIBUTE) {
        gm_sa_thing thing = gm_sa_resolve(&p->dj->sa, scope, list);
        const gm_sa_scope there = {.file = thing.file};
        if (thing.kind == GM_SA_VALUE && thing.value != list)
            walk(p, &there, thing.value, take);
        else
            doubtful(p, scope, list);
    } else if (!gm_py_is_none(list)) {
        doubtful(p, scope, list);
    }
    gm_sa_leave(&p->dj->sa);
}

static bool strings_in(const place *p, const gm_sa_scope *scope, const gm_py_expr *list,
                       gm_strs *names)
{
    if (list && (list->kind == GM_PY_NAME || list->kind == GM_PY_ATTRIBUTE)) {
        gm_sa_thing thing = gm_sa_resolve(&p->dj->sa, scope, list);
        list = thing.kind == GM_SA_VALUE ? thing.value : list;
    }
    if (!list || !is_list(list))
        return false;
    GM_EACH (const gm_py_arg, arg, &list->args) {
        gm_str name;
        if (arg->stars || !gm_sa_string(&p->dj->sa, scope, arg->value, &name))
            return false;
        gm_vec_push(p->dj->sa.arena, names, name);
    }
    return true;
}

/* ---- unique_together, index_together ---- */

static void add_together(const place *p, const gm_sa_scope *scope, const gm_py_expr *set,
                         const char *what)
{
    gm_strs names = {0};
    if (!strings_in(p, scope, set, &names)) {
        doubtful(p, scope, set);
        return;
    }
    gm_str object =
        gm_str_printf(p->dj->sa.arena, "%s (%.*s)", what, GM_ARG(columns_of(p, &names)));
    gm_dj_add(p->dj, p->model, object, GM_STR(""), &names, p->fields, here(scope, set));
}

static void take_unique(const place *p, const gm_sa_scope *scope, const gm_py_expr *item)
{
    add_together(p, scope, item, "unique");
}

static void take_index_together(const place *p, const gm_sa_scope *scope, const gm_py_expr *item)
{
    add_together(p, scope, item, "index");
}

/* ("a", "b") is one set, (("a", "b"), ("c", "d")) are two. */
static void read_together(const place *p, const char *option, take_item *take)
{
    gm_sa_scope scope;
    const gm_py_expr *value = gm_dj_option(p->dj, p->model, option, &scope);
    if (!value || gm_py_is_none(value))
        return;
    if (is_list(value) && value->args.len && !value->args.items[0].stars &&
        gm_py_is_string(value->args.items[0].value))
        take(p, &scope, value);
    else
        walk(p, &scope, value, take);
}

/* ---- indexes, constraints ---- */

/* CheckConstraint's `check` became `condition` in Django 5.1. */
static gm_str called(const gm_py_arg *arg)
{
    return gm_str_is(arg->name, "check") ? GM_STR("condition") : arg->name;
}

static gm_str options_of(const place *p, const gm_sa_scope *scope, const gm_py_expr *call,
                         bool *plain)
{
    static const char *const none[] = {
        "name", "fields", "violation_error_message", "violation_error_code", "db_tablespace", NULL};
    gm_py_args sorted = {0};
    gm_buf buf = gm_buf_new(p->dj->sa.arena, SIZE_MAX);
    GM_EACH (const gm_py_arg, arg, &call->args) {
        bool counts = arg->value != NULL;
        for (size_t i = 0; none[i]; i++)
            counts = counts && !gm_str_is(arg->name, none[i]);
        if (counts)
            gm_vec_push(p->dj->sa.arena, &sorted, *arg);
    }
    gm_dj_sort_keywords(&sorted);
    GM_EACH (const gm_py_arg, arg, &sorted) {
        *plain = *plain && !arg->stars;
        gm_buf_printf(&buf, " %.*s=%.*s", GM_ARG(called(arg)),
                      GM_ARG(gm_dj_shown(p->dj, scope, arg, plain)));
    }
    return gm_buf_str(&buf);
}

static gm_str replaced(gm_arena *arena, gm_str text, const char *mark, gm_str with)
{
    size_t at = gm_str_search(text, gm_str_from(mark));
    if (at == text.len)
        return text;
    return gm_str_printf(arena, "%.*s%.*s%.*s", GM_ARG(gm_str_sub(text, 0, at)), GM_ARG(with),
                         GM_ARG(gm_str_sub(text, at + strlen(mark), text.len)));
}

/* The name of an abstract model's index has the names of those that inherit it. */
static gm_str filled(const place *p, gm_str name)
{
    gm_arena *arena = p->dj->sa.arena;
    name =
        replaced(arena, name, "%(class)s", gm_str_lower(arena, p->model->class->statement->name));
    return replaced(arena, name, "%(app_label)s", p->model->app);
}

static const char *kind_of(gm_str word)
{
    if (gm_str_ends(word, GM_STR("Index")))
        return "index";
    if (gm_str_is(word, "UniqueConstraint"))
        return "unique";
    return gm_str_is(word, "CheckConstraint") ? "check" : "constraint";
}

/* Index(fields=["a"], name="b"), UniqueConstraint(…), a class of a library or of the project */
static void take_made(const place *p, const gm_sa_scope *scope, const gm_py_expr *call)
{
    gm_arena *arena = p->dj->sa.arena;
    gm_sa_thing thing = gm_sa_callee(&p->dj->sa, scope, call);
    gm_strs names = {0};
    gm_str name = {0};
    if (call->kind != GM_PY_CALL) {
        if (call->kind == GM_PY_NAME || call->kind == GM_PY_ATTRIBUTE) {
            gm_sa_thing alias = gm_sa_resolve(&p->dj->sa, scope, call);
            const gm_sa_scope there = {.file = alias.file};
            if (alias.kind == GM_SA_VALUE && alias.value->kind == GM_PY_CALL) {
                take_made(p, &there, alias.value);
                return;
            }
        }
        doubtful(p, scope, call);
        return;
    }
    /* What a function of the project makes of its arguments is not followed. */
    if (thing.kind == GM_SA_FUNCTION) {
        doubtful(p, scope, call);
        return;
    }
    gm_str word = gm_dj_last(gm_py_dotted(arena, call->left));
    if (thing.kind == GM_SA_OUTSIDE && thing.dotted.len)
        word = gm_dj_last(thing.dotted);
    const char *kind = kind_of(word);
    const gm_py_expr *listed = gm_py_keyword(&call->args, "fields");
    const gm_py_expr *named = gm_py_keyword(&call->args, "name");
    bool plain = !listed || strings_in(p, scope, listed, &names);
    if (named && !gm_sa_string(&p->dj->sa, scope, named, &name))
        plain = false;
    name = filled(p, name);
    gm_str columns = plain ? columns_of(p, &names) : gm_sa_shown(arena, listed ? listed : call);
    gm_str options = options_of(p, scope, call, &plain);
    gm_orm_fact fact = here(scope, call);
    fact.unresolved = !plain;
    gm_str what = gm_str_printf(arena, name.len ? "%s %.*s" : "%s (%.*s)", kind,
                                GM_ARG(name.len ? name : columns));
    gm_str text =
        gm_str_printf(arena, "%.*s (%.*s)%.*s", GM_ARG(word), GM_ARG(columns), GM_ARG(options));
    GM_EACH (gm_str, each, &names)
        if (gm_str_starts(*each, GM_STR("-")))
            *each = gm_str_sub(*each, 1, each->len);
    gm_dj_add(p->dj, p->model, what, text, &names, p->fields, fact);
}

static void read_list(const place *p, const char *option)
{
    gm_sa_scope scope;
    const gm_py_expr *value = gm_dj_option(p->dj, p->model, option, &scope);
    if (value)
        walk(p, &scope, value, take_made);
}

void gm_dj_read_meta(gm_dj *dj, const gm_dj_class *model, const gm_dj_fields *fields)
{
    const place p = {dj, model, fields};
    read_together(&p, "unique_together", take_unique);
    read_together(&p, "index_together", take_index_together);
    read_list(&p, "indexes");
    read_list(&p, "constraints");
}
