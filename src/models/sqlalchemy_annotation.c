/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `Mapped[…]` -> a type, whether it may be null, and what an alias of Annotated[] brings along.
 *
 * As SQLAlchemy 2.0 reads them: https://docs.sqlalchemy.org/en/20/orm/declarative_tables.html
 */
#include "models/sqlalchemy.h"

/* The types of Python's that have a type of their own without a type_annotation_map. */
static const struct {
    const char *name;
    const char *type;
} python_types[] = {
    {"str", "Text"},           {"int", "Integer"},       {"bool", "Boolean"}, {"float", "Float"},
    {"bytes", "LargeBinary"},  {"datetime", "DateTime"}, {"date", "Date"},    {"time", "Time"},
    {"timedelta", "Interval"}, {"Decimal", "Numeric"},   {"UUID", "Uuid"},
};

/* pydantic's, which are strings to SQLModel */
static const char *const strings[] = {"EmailStr",    "IPv4Address", "IPv4Network", "IPv6Address",
                                      "IPv6Network", "Path",        NULL};

static void read_inner(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr,
                       gm_sa_annotation *into);

static void unresolved(gm_sa *sa, const gm_py_expr *expr, gm_sa_annotation *into)
{
    into->type = gm_str_printf(sa->arena, "? %.*s", GM_ARG(gm_sa_shown(sa->arena, expr)));
    into->unresolved = true;
}

/* ---- type_annotation_map ---- */

static gm_str last_part(gm_sa *sa, const gm_py_expr *expr)
{
    gm_str name = gm_py_dotted(sa->arena, expr);
    size_t dot = gm_str_rfind(name, '.');
    return dot == name.len ? name : gm_str_sub(name, dot + 1, name.len);
}

static bool same_key(gm_sa *sa, const gm_py_expr *a, const gm_py_expr *b)
{
    gm_str name = last_part(sa, a);
    if (name.len)
        return gm_str_eq(name, last_part(sa, b));
    return gm_str_eq(gm_sa_shown(sa->arena, a), gm_sa_shown(sa->arena, b));
}

static const gm_py_expr *map_of(const gm_sa_class *class)
{
    GM_EACH (gm_py_statement *const, s, &class->statement->body) {
        if ((*s)->kind != GM_PY_ASSIGN || !(*s)->value ||
            (*s)->targets.items[0]->kind != GM_PY_NAME)
            continue;
        const gm_py_expr *value = (*s)->value;
        if (gm_str_is((*s)->targets.items[0]->text, "type_annotation_map"))
            return value;
        if (gm_str_is((*s)->targets.items[0]->text, "registry") && value->kind == GM_PY_CALL)
            return gm_py_keyword(&value->args, "type_annotation_map");
    }
    return NULL;
}

/* What the bases of the class that is read say of a type; NULL. */
static const gm_py_expr *mapped_to(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *key,
                                   const char *word, gm_sa_scope *there)
{
    if (!scope->owner)
        return NULL;
    GM_EACH (gm_sa_class *const, class, &scope->owner->order) {
        const gm_py_expr *map = map_of(*class);
        *there = (gm_sa_scope){.file = (*class)->file};
        if (map && map->kind == GM_PY_NAME) {
            gm_sa_thing thing = gm_sa_resolve(sa, there, map);
            map = thing.value;
            there->file = thing.file;
        }
        if (!map || map->kind != GM_PY_DICT)
            continue;
        GM_EACH (const gm_py_arg, pair, &map->args)
            if (pair->key &&
                (word ? gm_str_is(last_part(sa, pair->key), word) : same_key(sa, pair->key, key)))
                return pair->value;
    }
    return NULL;
}

static bool by_map(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr,
                   gm_sa_annotation *into)
{
    gm_sa_scope there;
    const gm_py_expr *value = mapped_to(sa, scope, expr, NULL, &there);
    if (!value)
        return false;
    gm_sa_type type = gm_sa_read_type(sa, &there, value);
    into->type = type.text;
    into->unresolved = into->unresolved || type.unresolved;
    return true;
}

/* ---- names ---- */

static void of_enum(gm_sa *sa, const gm_sa_scope *scope, const gm_sa_thing *thing,
                    gm_sa_annotation *into)
{
    gm_sa_scope there;
    gm_strs labels = {0};
    const gm_py_expr *all = mapped_to(sa, scope, NULL, "Enum", &there);
    if (!all)
        all = mapped_to(sa, scope, NULL, "StrEnum", &there);
    bool values = all && all->kind == GM_PY_CALL && gm_py_keyword(&all->args, "values_callable");
    const gm_py_expr *native =
        all && all->kind == GM_PY_CALL ? gm_py_keyword(&all->args, "native_enum") : NULL;
    (void)gm_sa_enum_labels(sa, thing, values, &labels);
    if (native && gm_str_is(native->text, "False"))
        into->type = GM_STR("Text");
    else
        into->type = gm_sa_labelled(sa, gm_str_lower(sa->arena, thing->statement->name), &labels);
}

static bool is_one_of(gm_str word, const char *const *words)
{
    for (; *words; words++)
        if (gm_str_is(word, *words))
            return true;
    return false;
}

static void of_outside(gm_sa *sa, const gm_sa_scope *scope, const gm_sa_thing *thing,
                       const gm_py_expr *expr, gm_sa_annotation *into)
{
    for (size_t i = 0; i < sizeof(python_types) / sizeof(python_types[0]); i++)
        if (gm_sa_is(thing, python_types[i].name)) {
            into->type = gm_str_from(python_types[i].type);
            return;
        }
    if (scope->owner && scope->owner->sqlmodel && is_one_of(gm_sa_word(thing), strings)) {
        into->type = GM_STR("Text");
        return;
    }
    unresolved(sa, expr, into);
}

static void of_name(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr,
                    gm_sa_annotation *into)
{
    gm_sa_scope there = {0};
    const gm_py_expr *hint = gm_sa_hint(sa, expr, &there);
    if (hint) {
        gm_sa_type type = gm_sa_read_type(sa, &there, hint);
        into->type = type.text;
        return;
    }
    if (by_map(sa, scope, expr, into))
        return;
    gm_sa_thing thing = gm_sa_resolve(sa, scope, expr);
    there = (gm_sa_scope){.file = thing.file, .owner = scope->owner};
    if (thing.kind == GM_SA_OUTSIDE) {
        of_outside(sa, scope, &thing, expr, into);
    } else if (thing.kind == GM_SA_VALUE) {
        read_inner(sa, &there, thing.value, into);
    } else if (gm_sa_is_enum(sa, &thing)) {
        of_enum(sa, scope, &thing, into);
    } else if (thing.kind == GM_SA_CLASS) {
        into->relation = gm_sa_class_of(sa, thing.file, thing.statement)->declarative;
        unresolved(sa, expr, into);
    } else {
        unresolved(sa, expr, into);
    }
}

/* ---- the forms of annotations ---- */

static void of_annotated(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr,
                         gm_sa_annotation *into)
{
    if (expr->args.len)
        read_inner(sa, scope, expr->args.items[0].value, into);
    for (size_t i = 1; i < expr->args.len; i++) {
        const gm_py_expr *extra = expr->args.items[i].value;
        gm_sa_thing callee = gm_sa_callee(sa, scope, extra);
        if (gm_sa_is(&callee, "mapped_column") || gm_sa_is(&callee, "Field")) {
            into->call = extra;
            into->call_scope = *scope;
            into->call_scope.within = NULL;
        }
    }
}

static void of_literal(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr,
                       gm_sa_annotation *into)
{
    gm_strs labels = {0};
    GM_EACH (const gm_py_arg, arg, &expr->args) {
        gm_str label;
        if (!gm_sa_string(sa, scope, arg->value, &label)) {
            unresolved(sa, expr, into);
            return;
        }
        gm_vec_push(sa->arena, &labels, label);
    }
    into->type = gm_sa_labelled(sa, GM_STR(""), &labels);
}

static void of_subscript(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr,
                         gm_sa_annotation *into)
{
    static const char *const many[] = {"list",     "List",       "set", "Set",
                                       "Sequence", "Collection", NULL};
    gm_sa_thing thing = gm_sa_resolve(sa, scope, expr->left);
    gm_str word = gm_sa_word(&thing);
    if (gm_str_is(word, "Optional") || gm_str_is(word, "Union")) {
        into->optional = into->optional || gm_str_is(word, "Optional");
        GM_EACH (const gm_py_arg, arg, &expr->args)
            read_inner(sa, scope, arg->value, into);
    } else if (gm_str_is(word, "Annotated")) {
        of_annotated(sa, scope, expr, into);
    } else if (gm_str_is(word, "Literal")) {
        of_literal(sa, scope, expr, into);
    } else if (!by_map(sa, scope, expr, into) && !by_map(sa, scope, expr->left, into)) {
        into->relation = is_one_of(word, many);
        unresolved(sa, expr, into);
    }
}

/* The expression that is written in a string. */
static const gm_py_expr *quoted(gm_sa *sa, const gm_py_expr *expr)
{
    const gm_py_statement *s = gm_py_next(gm_py_open(sa->arena, expr->text));
    return s && s->kind == GM_PY_EXPR ? s->value : NULL;
}

static void read_inner(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr,
                       gm_sa_annotation *into)
{
    if (!gm_sa_enter(sa)) {
        unresolved(sa, expr, into);
        return;
    }
    if (gm_py_is_none(expr))
        into->optional = true;
    else if (gm_py_is_string(expr) && quoted(sa, expr))
        read_inner(sa, scope, quoted(sa, expr), into);
    else if (expr->kind == GM_PY_BINARY && gm_str_is(expr->text, "|")) {
        read_inner(sa, scope, expr->left, into);
        read_inner(sa, scope, expr->right, into);
    } else if (expr->kind == GM_PY_SUBSCRIPT)
        of_subscript(sa, scope, expr, into);
    else if (expr->kind == GM_PY_NAME || expr->kind == GM_PY_ATTRIBUTE)
        of_name(sa, scope, expr, into);
    else
        unresolved(sa, expr, into);
    gm_sa_leave(sa);
}

gm_sa_annotation gm_sa_read_annotation(gm_sa *sa, const gm_sa_scope *scope,
                                       const gm_py_expr *annotation)
{
    static const char *const collections[] = {"DynamicMapped", "WriteOnlyMapped", NULL};
    gm_sa_annotation read = {0};
    if (annotation && gm_py_is_string(annotation))
        annotation = quoted(sa, annotation);
    if (!annotation || annotation->kind != GM_PY_SUBSCRIPT || !annotation->args.len)
        return read;
    gm_sa_thing thing = gm_sa_resolve(sa, scope, annotation->left);
    gm_str word = gm_sa_word(&thing);
    if (is_one_of(word, collections)) {
        read.mapped = true;
        read.relation = true;
    } else if (gm_str_is(word, "Mapped")) {
        read.mapped = true;
        read_inner(sa, scope, annotation->args.items[0].value, &read);
    }
    return read;
}

gm_sa_annotation gm_sa_read_python_type(gm_sa *sa, const gm_sa_scope *scope,
                                        const gm_py_expr *annotation)
{
    gm_sa_annotation read = {.mapped = true};
    read_inner(sa, scope, annotation, &read);
    return read;
}
