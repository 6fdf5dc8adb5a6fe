/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions -> the library's field that they make.
 *
 * A field of the project's own is a class that inherits from one: what its __init__ puts into
 * kwargs counts as if it had been written in the call.
 */
#include "models/django.h"

bool gm_dj_is_django(gm_str dotted)
{
    return gm_str_starts(dotted, GM_STR("django."));
}

gm_str gm_dj_last(gm_str dotted)
{
    size_t dot = gm_str_rfind(dotted, '.');
    return dot == dotted.len ? dotted : gm_str_sub(dotted, dot + 1, dotted.len);
}

static bool is_one_of(gm_str word, const char *const *words)
{
    for (; *words; words++)
        if (gm_str_is(word, *words))
            return true;
    return false;
}

/* Called as fields are, and without a column. */
static bool has_no_column(gm_str word)
{
    static const char *const words[] = {"GenericForeignKey",
                                        "GenericRelation",
                                        "ImageSpecField",
                                        "AuditlogHistoryField",
                                        "ReverseManyToOneField",
                                        "RelatedField",
                                        "SearchField",
                                        "FilterField",
                                        "AutocompleteField",
                                        "RelatedFields",
                                        NULL};
    return is_one_of(word, words);
}

/* Of forms and serializers, which may be attributes of the same names. */
static bool is_of_forms(gm_str dotted)
{
    static const char *const parts[] = {"forms",  "serializers", "widgets", "filters",
                                        "schema", "graphene",    NULL};
    gm_str rest = dotted;
    while (rest.len) {
        size_t dot = gm_str_find(rest, '.', 0);
        if (is_one_of(gm_str_sub(rest, 0, dot), parts))
            return true;
        rest = gm_str_sub(rest, dot + (dot < rest.len), rest.len);
    }
    return false;
}

static bool is_field(gm_str dotted)
{
    static const char *const others[] = {"ForeignKey",   "TreeForeignKey",   "ParentalKey",
                                         "TreeOneToOne", "ParentalOneToOne", NULL};
    gm_str word = gm_dj_last(dotted);
    if (has_no_column(word) || is_of_forms(dotted))
        return false;
    return gm_str_ends(word, GM_STR("Field")) || is_one_of(word, others);
}

/* ---- arguments ---- */

static void take_args(gm_dj *dj, const gm_sa_scope *scope, const gm_py_args *args, size_t from,
                      gm_dj_call *call)
{
    for (size_t i = from; i < args->len; i++) {
        const gm_py_arg *arg = &args->items[i];
        if (arg->stars || !arg->value)
            call->opaque = true;
        else
            gm_vec_push(dj->sa.arena, &call->args, (gm_dj_arg){arg->name, arg->value, *scope});
    }
}

const gm_dj_arg *gm_dj_argument(const gm_dj_call *call, const char *name, size_t at)
{
    size_t place = 0;
    GM_EACH (const gm_dj_arg, arg, &call->args)
        if (gm_str_is(arg->name, name))
            return arg;
    GM_EACH (const gm_dj_arg, arg, &call->args)
        if (!arg->name.len && place++ == at)
            return arg;
    return NULL;
}

/* ---- fields of the project ---- */

static const gm_py_statement *method(const gm_py_statement *class, const char *name)
{
    GM_EACH (gm_py_statement *const, s, &class->body)
        if ((*s)->kind == GM_PY_FUNCTION && gm_str_is((*s)->name, name))
            return *s;
    return NULL;
}

/* kwargs["max_length"] = 5; kwargs.setdefault("max_length", 5) */
static bool sets_argument(gm_dj *dj, const gm_sa_scope *scope, const gm_py_statement *s,
                          gm_dj_call *call)
{
    gm_dj_arg arg = {.scope = *scope};
    const gm_py_expr *name = NULL;
    if (s->kind == GM_PY_ASSIGN && s->targets.len == 1 &&
        s->targets.items[0]->kind == GM_PY_SUBSCRIPT && s->targets.items[0]->args.len == 1) {
        name = s->targets.items[0]->args.items[0].value;
        arg.value = s->value;
    } else if (s->kind == GM_PY_EXPR && s->value->kind == GM_PY_CALL &&
               s->value->left->kind == GM_PY_ATTRIBUTE &&
               gm_str_is(s->value->left->text, "setdefault")) {
        name = gm_py_positional(&s->value->args, 0);
        arg.value = gm_py_positional(&s->value->args, 1);
    }
    if (!name || !gm_py_is_string(name) || !arg.value)
        return false;
    arg.name = name->text;
    gm_vec_push(dj->sa.arena, &call->args, arg);
    return true;
}

/* super().__init__(…), super(Name, self).__init__(…), models.CharField.__init__(self, …) */
static bool calls_init(gm_dj *dj, const gm_sa_scope *scope, const gm_py_statement *s,
                       gm_dj_call *call)
{
    const gm_py_expr *made = s->kind == GM_PY_EXPR ? s->value : NULL;
    if (!made || made->kind != GM_PY_CALL || made->left->kind != GM_PY_ATTRIBUTE ||
        !gm_str_is(made->left->text, "__init__"))
        return false;
    GM_EACH (const gm_py_arg, arg, &made->args)
        if (arg->name.len && arg->value)
            gm_vec_push(dj->sa.arena, &call->args, (gm_dj_arg){arg->name, arg->value, *scope});
    return true;
}

static bool is_docstring(const gm_py_statement *s)
{
    return s->kind == GM_PY_PASS || (s->kind == GM_PY_EXPR && gm_py_is_string(s->value));
}

/* self.blank_first = … is nobody's business here. */
static bool sets_itself(const gm_py_statement *s)
{
    return s->kind == GM_PY_ASSIGN && s->targets.len == 1 &&
           s->targets.items[0]->kind == GM_PY_ATTRIBUTE;
}

static void read_init(gm_dj *dj, const gm_sa_scope *scope, const gm_py_statement *init,
                      gm_dj_call *call)
{
    GM_EACH (gm_py_statement *const, s, &init->body)
        if (!is_docstring(*s) && !sets_itself(*s) && !sets_argument(dj, scope, *s, call) &&
            !calls_init(dj, scope, *s, call))
            call->opaque = true;
}

static gm_dj_made of_class(gm_dj *dj, gm_sa_class *class, gm_dj_call *call)
{
    GM_EACH (gm_sa_class *const, each, &class->order) {
        const gm_sa_scope there = {.file = (*each)->file, .within = (*each)->statement};
        const gm_py_statement *init = method((*each)->statement, "__init__");
        if (init)
            read_init(dj, &there, init, call);
        if (method((*each)->statement, "db_type") ||
            method((*each)->statement, "get_internal_type")) {
            GM_EACH (gm_sa_class *const, any, &class->order)
                GM_EACH (const gm_str, base, &(*any)->outside)
                    if (is_field(*base)) {
                        call->dotted = (*each)->statement->name;
                        call->word = call->dotted;
                        call->django = false;
                        return GM_DJ_FIELD;
                    }
        }
    }
    GM_EACH (gm_sa_class *const, each, &class->order)
        GM_EACH (const gm_str, base, &(*each)->outside) {
            if (!is_field(*base) || gm_str_is(gm_dj_last(*base), "Field"))
                continue;
            call->dotted = *base;
            call->word = gm_dj_last(*base);
            call->django = gm_dj_is_django(*base);
            return GM_DJ_FIELD;
        }
    GM_EACH (gm_sa_class *const, each, &class->order)
        GM_EACH (const gm_str, base, &(*each)->outside)
            if (has_no_column(gm_dj_last(*base)))
                return GM_DJ_NO_FIELD;
    return GM_DJ_NO_FIELD;
}

/* ---- calls ---- */

static gm_dj_made of_callee(gm_dj *dj, const gm_sa_scope *scope, const gm_py_expr *callee,
                            gm_dj_call *call);

/* What a function returns; where it does more, it may be a field. */
static gm_dj_made of_function(gm_dj *dj, const gm_sa_thing *thing, gm_dj_call *call)
{
    const gm_sa_scope there = {.file = thing->file};
    const gm_py_expr *returned = gm_sa_returned(thing->statement);
    gm_dj_call inner = {0};
    if (returned && returned->kind == GM_PY_CALL) {
        gm_dj_made made = gm_dj_find_call(dj, &there, returned, &inner);
        if (made == GM_DJ_FIELD)
            *call = inner;
        return made;
    }
    gm_str source = thing->statement->source;
    return gm_str_search(source, GM_STR("Field(")) < source.len ||
                   gm_str_search(source, GM_STR("ForeignKey(")) < source.len
               ? GM_DJ_DOUBT
               : GM_DJ_NO_FIELD;
}

/* partial(models.CharField, max_length=5) */
static gm_dj_made of_value(gm_dj *dj, const gm_sa_thing *thing, gm_dj_call *call)
{
    const gm_sa_scope there = {.file = thing->file};
    const gm_py_expr *made = thing->value;
    const gm_py_expr *callee = made->kind == GM_PY_CALL ? gm_py_positional(&made->args, 0) : NULL;
    gm_sa_thing partial = gm_sa_callee(&dj->sa, &there, made);
    if (!callee || !gm_sa_is(&partial, "partial"))
        return GM_DJ_NO_FIELD;
    take_args(dj, &there, &made->args, 1, call);
    return of_callee(dj, &there, callee, call);
}

/* What a library makes of a field: encrypt(models.CharField(…)) */
static gm_dj_made of_outside(gm_dj *dj, const gm_sa_thing *thing, gm_dj_call *call)
{
    gm_str word = gm_dj_last(thing->dotted);
    if (is_field(thing->dotted)) {
        call->dotted = thing->dotted;
        call->word = word;
        call->django = gm_dj_is_django(thing->dotted);
        return GM_DJ_FIELD;
    }
    gm_dj_call inner = {0};
    const gm_dj_arg *first = call->args.len ? &call->args.items[0] : NULL;
    if (!word.len || !first || first->name.len || first->value->kind != GM_PY_CALL ||
        is_of_forms(thing->dotted) || has_no_column(word) ||
        gm_dj_find_call(dj, &first->scope, first->value, &inner) != GM_DJ_FIELD)
        return GM_DJ_NO_FIELD;
    inner.opaque = true;
    inner.django = false;
    *call = inner;
    return GM_DJ_FIELD;
}

static gm_dj_made of_callee(gm_dj *dj, const gm_sa_scope *scope, const gm_py_expr *callee,
                            gm_dj_call *call)
{
    if (!gm_sa_enter(&dj->sa))
        return GM_DJ_DOUBT;
    gm_sa_thing thing = gm_sa_resolve(&dj->sa, scope, callee);
    gm_dj_made made = GM_DJ_NO_FIELD;
    if (thing.kind == GM_SA_OUTSIDE)
        made = of_outside(dj, &thing, call);
    else if (thing.kind == GM_SA_CLASS)
        made = of_class(dj, gm_sa_class_of(&dj->sa, thing.file, thing.statement), call);
    else if (thing.kind == GM_SA_FUNCTION)
        made = of_function(dj, &thing, call);
    else if (thing.kind == GM_SA_VALUE)
        made = of_value(dj, &thing, call);
    gm_sa_leave(&dj->sa);
    return made;
}

static gm_dj_made find_call(gm_dj *dj, const gm_sa_scope *scope, const gm_py_expr *expr,
                            gm_dj_call *call)
{
    gm_sa_scope there = {0};
    const gm_py_expr *hint = gm_sa_hint(&dj->sa, expr, &there);
    take_args(dj, scope, &expr->args, 0, call);
    if (!hint)
        return of_callee(dj, scope, expr->left, call);
    call->opaque = false; /* the hint says all that there is to know */
    if (hint->kind == GM_PY_CALL)
        take_args(dj, &there, &hint->args, 0, call);
    call->dotted = gm_py_dotted(dj->sa.arena, hint->kind == GM_PY_CALL ? hint->left : hint);
    call->word = gm_dj_last(call->dotted);
    call->django = true;
    return is_field(call->dotted) ? GM_DJ_FIELD : GM_DJ_NO_FIELD;
}

gm_dj_made gm_dj_find_call(gm_dj *dj, const gm_sa_scope *scope, const gm_py_expr *expr,
                           gm_dj_call *call)
{
    *call = (gm_dj_call){0};
    if (!expr || expr->kind != GM_PY_CALL)
        return GM_DJ_NO_FIELD;
    if (!gm_sa_enter(&dj->sa))
        return GM_DJ_DOUBT;
    gm_dj_made made = find_call(dj, scope, expr, call);
    gm_sa_leave(&dj->sa);
    return made;
}
