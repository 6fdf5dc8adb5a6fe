/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of SQLModel's classes -> columns.
 *
 * As get_column_from_field of sqlmodel/main.py: an attribute with an annotation is a field, as in
 * pydantic, unless it is a Relationship(). The annotation says type and NULL, Field(…) the rest,
 * and `sa_column` all of it.
 */
#include "models/sqlalchemy.h"

static void doubt(gm_sa *sa, gm_sa_column *column, const gm_py_expr *expr)
{
    column->unresolved = true;
    column->rest = gm_str_printf(sa->arena, "%.*s ? %.*s", GM_ARG(column->rest),
                                 GM_ARG(gm_sa_shown(sa->arena, expr)));
}

bool gm_sa_has_fields(const gm_sa_class *class)
{
    GM_EACH (gm_sa_class *const, each, &class->order)
        GM_EACH (const gm_str, base, &(*each)->outside) {
            gm_sa_thing outside = {.kind = GM_SA_OUTSIDE, .dotted = *base};
            if (gm_sa_is(&outside, "SQLModel") || gm_sa_is(&outside, "BaseModel"))
                return true;
        }
    return false;
}

bool gm_sa_is_sqlmodel_table(const gm_sa_class *class)
{
    const gm_py_expr *table = gm_py_keyword(&class->statement->args, "table");
    if (!table || table->kind != GM_PY_CONSTANT || !gm_str_is(table->text, "True"))
        return false;
    GM_EACH (gm_sa_class *const, each, &class->order) {
        if (*each != class && (*each)->declarative)
            return false; /* another library's keyword */
        GM_EACH (const gm_str, base, &(*each)->outside) {
            gm_sa_thing outside = {.kind = GM_SA_OUTSIDE, .dotted = *base};
            if (gm_sa_is(&outside, "SQLModel"))
                return true;
        }
    }
    return false;
}

/* ---- Field(…) ---- */

static void add_argument(gm_sa *sa, const gm_sa_scope *scope, const char *name,
                         const gm_py_expr *value, gm_sa_column *column)
{
    gm_py_arg arg = {.name = gm_str_from(name), .value = value};
    if (value)
        gm_sa_read_argument(sa, scope, &arg, false, column);
}

static void read_sa_args(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *list,
                         gm_sa_column *column)
{
    if (!list)
        return;
    if (list->kind != GM_PY_LIST && list->kind != GM_PY_TUPLE) {
        doubt(sa, column, list);
        return;
    }
    GM_EACH (const gm_py_arg, arg, &list->args)
        gm_sa_read_argument(sa, scope, arg, false, column);
}

static void read_sa_kwargs(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *dict,
                           gm_sa_column *column)
{
    if (!dict)
        return;
    if (dict->kind != GM_PY_DICT) {
        doubt(sa, column, dict);
        return;
    }
    GM_EACH (const gm_py_arg, pair, &dict->args) {
        gm_str name;
        if (!pair->key || !gm_sa_string(sa, scope, pair->key, &name)) {
            doubt(sa, column, dict);
            return;
        }
        add_argument(sa, scope, gm_str_z(sa->arena, name), pair->value, column);
    }
}

static void read_foreign_key(gm_sa *sa, const gm_sa_scope *scope, const gm_py_args *args,
                             gm_sa_column *column)
{
    const gm_py_expr *target = gm_py_keyword(args, "foreign_key");
    if (!gm_py_is_none(target))
        gm_vec_push(sa->arena, &column->keys, gm_sa_read_key(sa, scope, target, args));
}

/* A number that a database sees of a string or a decimal; empty: none. */
static gm_str number(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *value,
                     gm_sa_column *column)
{
    if (gm_py_is_none(value))
        return (gm_str){0};
    if (value->kind != GM_PY_NUMBER) {
        gm_sa_thing thing = gm_sa_resolve(sa, scope, value);
        if (thing.kind != GM_SA_VALUE || thing.value->kind != GM_PY_NUMBER) {
            doubt(sa, column, value);
            return (gm_str){0};
        }
        value = thing.value;
    }
    return value->text;
}

static void read_size(gm_sa *sa, const gm_sa_scope *scope, const gm_py_args *args,
                      gm_sa_column *column)
{
    if (gm_str_is(column->type, "Text")) {
        gm_str length = number(sa, scope, gm_py_keyword(args, "max_length"), column);
        if (length.len)
            column->type = gm_str_printf(sa->arena, "String(%.*s)", GM_ARG(length));
    } else if (gm_str_is(column->type, "Numeric")) {
        gm_str digits = number(sa, scope, gm_py_keyword(args, "max_digits"), column);
        gm_str places = number(sa, scope, gm_py_keyword(args, "decimal_places"), column);
        if (digits.len)
            column->type = gm_str_printf(sa->arena, "Numeric(%.*s%s%.*s)", GM_ARG(digits),
                                         places.len ? ", " : "", GM_ARG(places));
    }
}

/* `column` has what the annotation says. */
static void read_field(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *call,
                       gm_sa_column *column)
{
    static const char *const same[] = {"primary_key", "unique", "index", "nullable"};
    const gm_py_args *args = &call->args;
    GM_EACH (const gm_py_arg, arg, args)
        if (arg->stars)
            doubt(sa, column, arg->value);
    const gm_py_expr *type = gm_py_keyword(args, "sa_type");
    if (type)
        add_argument(sa, scope, "type_", type, column);
    else
        read_size(sa, scope, args, column);
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++)
        add_argument(sa, scope, same[i], gm_py_keyword(args, same[i]), column);
    read_foreign_key(sa, scope, args, column);
    read_sa_args(sa, scope, gm_py_keyword(args, "sa_column_args"), column);
    read_sa_kwargs(sa, scope, gm_py_keyword(args, "sa_column_kwargs"), column);
}

/* ---- what an attribute is assigned ---- */

typedef enum { PLAIN, FIELD, RELATION, UNKNOWN } value_kind;

/* *call: Field(…) itself, *there: where it stands. A default value is PLAIN. */
static value_kind kind_of(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *value,
                          const gm_py_expr **call, gm_sa_scope *there)
{
    gm_sa_thing callee = gm_sa_callee(sa, scope, value);
    *call = value;
    *there = *scope;
    if (!value || value->kind != GM_PY_CALL)
        return PLAIN;
    if (gm_sa_is(&callee, "Relationship") || gm_sa_is(&callee, "PrivateAttr"))
        return RELATION;
    if (gm_sa_is(&callee, "Field"))
        return FIELD;
    if (callee.kind != GM_SA_FUNCTION ||
        gm_str_search(callee.statement->source, GM_STR("Field(")) == callee.statement->source.len)
        return PLAIN;
    const gm_py_expr *returned = gm_sa_returned(callee.statement);
    *there = (gm_sa_scope){.file = callee.file};
    gm_sa_thing made = gm_sa_callee(sa, there, returned);
    *call = returned;
    /* Parameters would have to be followed. */
    return returned && !value->args.len && gm_sa_is(&made, "Field") ? FIELD : UNKNOWN;
}

static bool is_no_field(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *annotation)
{
    if (annotation->kind == GM_PY_SUBSCRIPT)
        annotation = annotation->left;
    gm_sa_thing thing = gm_sa_resolve(sa, scope, annotation);
    return gm_sa_is(&thing, "ClassVar");
}

bool gm_sa_read_field(gm_sa *sa, const gm_sa_scope *scope, gm_str attribute,
                      const gm_py_expr *annotation, const gm_py_expr *value, size_t line,
                      gm_sa_column *column)
{
    gm_sa_scope there = *scope;
    const gm_py_expr *call = NULL;
    value_kind kind = kind_of(sa, scope, value, &call, &there);
    if (kind == RELATION || gm_str_starts(attribute, GM_STR("_")) ||
        gm_str_is(attribute, "model_config") || is_no_field(sa, scope, annotation))
        return false;
    const gm_py_expr *whole = kind == FIELD ? gm_py_keyword(&call->args, "sa_column") : NULL;
    if (!gm_py_is_none(whole)) {
        if (gm_sa_read_column(sa, &there, attribute, NULL, whole, line, column))
            return true;
        kind = UNKNOWN;
        call = whole;
    }
    gm_sa_annotation said = gm_sa_read_python_type(sa, scope, annotation);
    gm_sa_column read = {.name = attribute, .path = scope->file->path, .line = line};
    read.type = said.type;
    read.unresolved = said.unresolved;
    if (kind == PLAIN && said.call) {
        kind = FIELD;
        call = said.call;
        there = said.call_scope;
    }
    if (kind == FIELD && gm_py_keyword(&call->args, "sa_type"))
        read.unresolved = false;
    if (kind == FIELD)
        read_field(sa, &there, call, &read);
    if (kind == UNKNOWN)
        doubt(sa, &read, value);
    if (!read.nullable_known)
        read.nullable = said.optional;
    if (read.primary)
        read.nullable = false;
    *column = read;
    return true;
}
