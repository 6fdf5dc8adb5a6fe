/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions -> types, in one word for those that are the same in a database: Unicode(20) and
 * VARCHAR(length=20) are String(20).
 *
 * A type of another library is as it is written: that is enough to see it change. A class of the
 * project that decorates a type is that type, unless it chooses one for each dialect.
 */
#include "base/buf.h"
#include "models/sqlalchemy.h"

/* What a type is called here, and which arguments a database sees; others are Python's. */
static const struct {
    const char *name;
    const char *as;
    const char *args[2];
} types[] = {
    {"String", "String", {"length"}},
    {"Unicode", "String", {"length"}},
    {"VARCHAR", "String", {"length"}},
    {"NVARCHAR", "String", {"length"}},
    {"AutoString", "String", {"length"}},
    {"CHAR", "CHAR", {"length"}},
    {"Text", "Text", {NULL}},
    {"TEXT", "Text", {NULL}},
    {"UnicodeText", "Text", {NULL}},
    {"Integer", "Integer", {NULL}},
    {"INTEGER", "Integer", {NULL}},
    {"INT", "Integer", {NULL}},
    {"BigInteger", "BigInteger", {NULL}},
    {"BIGINT", "BigInteger", {NULL}},
    {"SmallInteger", "SmallInteger", {NULL}},
    {"SMALLINT", "SmallInteger", {NULL}},
    {"Boolean", "Boolean", {NULL}},
    {"BOOLEAN", "Boolean", {NULL}},
    {"BOOL", "Boolean", {NULL}},
    {"Float", "Float", {"precision"}},
    {"FLOAT", "Float", {"precision"}},
    {"REAL", "REAL", {NULL}},
    {"Double", "Double", {NULL}},
    {"DOUBLE_PRECISION", "Double", {NULL}},
    {"Numeric", "Numeric", {"precision", "scale"}},
    {"NUMERIC", "Numeric", {"precision", "scale"}},
    {"DECIMAL", "Numeric", {"precision", "scale"}},
    {"Date", "Date", {NULL}},
    {"DATE", "Date", {NULL}},
    {"DateTime", "DateTime", {"timezone"}},
    {"DATETIME", "DateTime", {"timezone"}},
    {"TIMESTAMP", "DateTime", {"timezone"}},
    {"Time", "Time", {"timezone"}},
    {"TIME", "Time", {"timezone"}},
    {"Interval", "Interval", {NULL}},
    {"INTERVAL", "Interval", {NULL}},
    {"LargeBinary", "LargeBinary", {"length"}},
    {"BLOB", "LargeBinary", {"length"}},
    {"BYTEA", "LargeBinary", {NULL}},
    {"Uuid", "Uuid", {NULL}},
    {"UUID", "Uuid", {NULL}},
    {"JSON", "JSON", {NULL}},
    {"JSONB", "JSONB", {NULL}},
    {"CIText", "CITEXT", {NULL}},
    {"CITEXT", "CITEXT", {NULL}},
    {"PickleType", "LargeBinary", {NULL}},
};

static gm_sa_type plain(gm_str text)
{
    return (gm_sa_type){.text = text};
}

static gm_sa_type unknown(gm_sa *sa, const gm_py_expr *expr)
{
    return (gm_sa_type){
        .text = gm_str_printf(sa->arena, "? %.*s", GM_ARG(gm_sa_shown(sa->arena, expr))),
        .unresolved = true};
}

/* ---- Enum ---- */

static bool member_of(gm_sa *sa, const gm_sa_scope *scope, const gm_py_statement *s, bool values,
                      bool strings, gm_str *label)
{
    if (s->kind != GM_PY_ASSIGN || !s->value || s->targets.len != 1 ||
        s->targets.items[0]->kind != GM_PY_NAME ||
        gm_str_starts(s->targets.items[0]->text, GM_STR("_")))
        return false;
    *label = s->targets.items[0]->text;
    if (!values)
        return true;
    gm_str value;
    const gm_py_expr *first = s->value->kind == GM_PY_TUPLE && s->value->args.len
                                  ? s->value->args.items[0].value
                                  : s->value;
    if (gm_sa_string(sa, scope, first, &value))
        *label = value;
    else if (strings && s->value->kind == GM_PY_CALL) /* auto() */
        *label = gm_str_lower(sa->arena, *label);
    else
        *label = gm_sa_shown(sa->arena, s->value);
    return true;
}

/* Its own or an ancestor's base of this name? */
static bool comes_from(const gm_sa_class *class, const char *word)
{
    GM_EACH (gm_sa_class *const, each, &class->order)
        GM_EACH (const gm_str, base, &(*each)->outside) {
            gm_sa_thing thing = {.kind = GM_SA_OUTSIDE, .dotted = *base};
            if (gm_sa_is(&thing, word))
                return true;
        }
    return false;
}

bool gm_sa_is_enum(gm_sa *sa, const gm_sa_thing *thing)
{
    static const char *const words[] = {"Enum",    "IntEnum",  "StrEnum",     "Flag",
                                        "IntFlag", "RichEnum", "LabeledEnum", "ReprEnum"};
    if (thing->kind != GM_SA_CLASS)
        return false;
    const gm_sa_class *class = gm_sa_class_of(sa, thing->file, thing->statement);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (comes_from(class, words[i]))
            return true;
    return false;
}

bool gm_sa_enum_labels(gm_sa *sa, const gm_sa_thing *thing, bool values, gm_strs *labels)
{
    if (!gm_sa_is_enum(sa, thing))
        return false;
    gm_sa_class *class = gm_sa_class_of(sa, thing->file, thing->statement);
    gm_sa_scope scope = {.file = thing->file, .within = thing->statement};
    GM_EACH (gm_py_statement *const, s, &thing->statement->body) {
        gm_str label;
        if (member_of(sa, &scope, *s, values, comes_from(class, "StrEnum"), &label))
            gm_vec_push(sa->arena, labels, label);
    }
    return labels->len > 0;
}

static bool is_false(const gm_py_expr *expr)
{
    return expr && expr->kind == GM_PY_CONSTANT && gm_str_is(expr->text, "False");
}

/* Only as text in a column, as long as its longest label. */
static gm_sa_type as_string(gm_sa *sa, const gm_strs *labels, const gm_py_expr *length)
{
    size_t longest = 0;
    GM_EACH (const gm_str, label, labels)
        longest = label->len > longest ? label->len : longest;
    if (length && length->kind == GM_PY_NUMBER)
        return plain(gm_str_printf(sa->arena, "String(%.*s)", GM_ARG(length->text)));
    return plain(gm_str_printf(sa->arena, "String(%zu)", longest));
}

gm_str gm_sa_labelled(gm_sa *sa, gm_str name, gm_strs *labels)
{
    gm_strs_sort(labels);
    return gm_str_printf(sa->arena, "Enum %.*s('%.*s')", GM_ARG(name),
                         GM_ARG(gm_str_join(sa->arena, labels, GM_STR("', '"))));
}

static gm_sa_type read_enum(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *call)
{
    gm_strs labels = {0};
    gm_str name = {0};
    const gm_py_expr *named = gm_py_keyword(&call->args, "name");
    if (!gm_py_is_none(named))
        (void)gm_sa_string(sa, scope, named, &name);
    GM_EACH (const gm_py_arg, arg, &call->args) {
        gm_str label;
        if (arg->name.len)
            continue;
        if (arg->stars)
            return unknown(sa, call);
        gm_sa_thing thing = gm_sa_resolve(sa, scope, arg->value);
        bool values = gm_py_keyword(&call->args, "values_callable") != NULL;
        if (gm_sa_string(sa, scope, arg->value, &label))
            gm_vec_push(sa->arena, &labels, label);
        else if (!gm_sa_enum_labels(sa, &thing, values, &labels))
            return unknown(sa, call);
        else if (!name.len)
            name = gm_str_lower(sa->arena, thing.statement->name);
    }
    if (is_false(gm_py_keyword(&call->args, "native_enum")))
        return as_string(sa, &labels, gm_py_keyword(&call->args, "length"));
    return plain(gm_sa_labelled(sa, name, &labels));
}

/* ---- types of libraries ---- */

/* A number, a constant that is one, True; nothing for what is the default anyway. */
static bool argument(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *value, gm_str *text)
{
    *text = (gm_str){0};
    if (!value || gm_py_is_none(value) || is_false(value))
        return true;
    if (value->kind == GM_PY_NUMBER || value->kind == GM_PY_CONSTANT) {
        *text = value->text;
        return true;
    }
    gm_sa_thing thing = gm_sa_resolve(sa, scope, value);
    if (thing.kind != GM_SA_VALUE || thing.value->kind != GM_PY_NUMBER)
        return false;
    *text = thing.value->text;
    return true;
}

static gm_sa_type of_table(gm_sa *sa, const gm_sa_scope *scope, size_t at, const gm_py_expr *expr)
{
    gm_strs given = {0};
    for (size_t i = 0; i < 2 && types[at].args[i] && expr->kind == GM_PY_CALL; i++) {
        const gm_py_expr *value = gm_py_keyword(&expr->args, types[at].args[i]);
        gm_str text;
        if (!argument(sa, scope, value ? value : gm_py_positional(&expr->args, i), &text))
            return unknown(sa, expr);
        if (text.len)
            gm_vec_push(sa->arena, &given, text);
    }
    /* PostgreSQL and SQLite keep both in the same way, and MySQL wants a length. */
    if (!given.len && strcmp(types[at].as, "String") == 0)
        return plain(GM_STR("Text"));
    if (!given.len)
        return plain(gm_str_from(types[at].as));
    return plain(gm_str_printf(sa->arena, "%s(%.*s)", types[at].as,
                               GM_ARG(gm_str_join(sa->arena, &given, GM_STR(", ")))));
}

/* Of another library's type the literal arguments count: others are keys, engines and the like. */
static gm_str as_written(gm_sa *sa, gm_str word, const gm_py_expr *expr)
{
    gm_strs given = {0};
    if (expr->kind == GM_PY_CALL)
        GM_EACH (const gm_py_arg, arg, &expr->args) {
            bool literal = arg->value->kind == GM_PY_STRING || arg->value->kind == GM_PY_NUMBER ||
                           arg->value->kind == GM_PY_CONSTANT;
            if (literal)
                gm_vec_push(sa->arena, &given,
                            gm_str_printf(sa->arena, "%.*s%s%.*s", GM_ARG(arg->name),
                                          arg->name.len ? "=" : "",
                                          GM_ARG(gm_sa_shown(sa->arena, arg->value))));
        }
    if (!given.len)
        return word;
    return gm_str_printf(sa->arena, "%.*s(%.*s)", GM_ARG(word),
                         GM_ARG(gm_str_join(sa->arena, &given, GM_STR(", "))));
}

static gm_sa_type wrapped(gm_sa *sa, const gm_sa_scope *scope, const char *name,
                          const gm_py_expr *inner)
{
    gm_sa_type type = gm_sa_read_type(sa, scope, inner);
    type.text = gm_str_printf(sa->arena, "%s(%.*s)", name, GM_ARG(type.text));
    return type;
}

static gm_sa_type of_library(gm_sa *sa, const gm_sa_scope *scope, gm_str word,
                             const gm_py_expr *expr)
{
    const gm_py_expr *first = expr->kind == GM_PY_CALL ? gm_py_positional(&expr->args, 0) : NULL;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (gm_str_is(word, types[i].name))
            return of_table(sa, scope, i, expr);
    if ((gm_str_is(word, "Enum") || gm_str_is(word, "ENUM")) && expr->kind == GM_PY_CALL)
        return read_enum(sa, scope, expr);
    if (gm_str_is(word, "mutable_json_type") && gm_py_keyword(&expr->args, "dbtype"))
        return gm_sa_read_type(sa, scope, gm_py_keyword(&expr->args, "dbtype"));
    if (gm_str_is(word, "ARRAY") && first)
        return wrapped(sa, scope, "ARRAY", first);
    if (!word.len)
        return unknown(sa, expr);
    return plain(as_written(sa, word, expr));
}

/* ---- types of the project ---- */

static const gm_py_statement *in_body(const gm_py_statement *class, const char *name)
{
    GM_EACH (gm_py_statement *const, s, &class->body) {
        if ((*s)->kind == GM_PY_FUNCTION && gm_str_is((*s)->name, name))
            return *s;
        if ((*s)->kind == GM_PY_ASSIGN && (*s)->targets.len &&
            (*s)->targets.items[0]->kind == GM_PY_NAME &&
            gm_str_is((*s)->targets.items[0]->text, name))
            return *s;
    }
    return NULL;
}

/* A class that only adds to a library's type is that type to a database. */
static gm_str base_type(const gm_sa_class *class)
{
    GM_EACH (gm_sa_class *const, each, &class->order) {
        if (in_body((*each)->statement, "load_dialect_impl") ||
            in_body((*each)->statement, "get_col_spec"))
            break;
        GM_EACH (const gm_str, base, &(*each)->outside) {
            gm_sa_thing outside = {.kind = GM_SA_OUTSIDE, .dotted = *base};
            gm_str word = gm_sa_word(&outside);
            if (gm_str_ends(word, GM_STR("Type")) && !gm_str_is(word, "UserDefinedType"))
                return word;
        }
    }
    return class->statement->name;
}

/* A decorated type gets the arguments of its decorator, unless that has an __init__ of its own. */
static gm_sa_type of_class(gm_sa *sa, const gm_sa_thing *thing, const gm_sa_scope *scope,
                           const gm_py_expr *expr)
{
    gm_sa_class *class = gm_sa_class_of(sa, thing->file, thing->statement);
    bool own = false;
    GM_EACH (gm_sa_class *const, each, &class->order) {
        gm_sa_scope there = {.file = (*each)->file, .within = (*each)->statement};
        if (in_body((*each)->statement, "load_dialect_impl") ||
            in_body((*each)->statement, "get_col_spec"))
            break;
        own = own || in_body((*each)->statement, "__init__");
        const gm_py_statement *impl = in_body((*each)->statement, "impl");
        if (impl && impl->value) {
            gm_sa_thing bare = gm_sa_resolve(sa, &there, impl->value);
            if (!own && expr->kind == GM_PY_CALL && bare.kind == GM_SA_OUTSIDE && bare.dotted.len)
                return of_library(sa, scope, gm_sa_word(&bare), expr);
            return gm_sa_read_type(sa, &there, impl->value);
        }
        if (!comes_from(class, "TypeDecorator") && !own)
            GM_EACH (const gm_str, base, &(*each)->outside) {
                gm_sa_thing outside = {.kind = GM_SA_OUTSIDE, .dotted = *base};
                for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
                    if (gm_sa_is(&outside, types[i].name))
                        return of_table(sa, scope, i, expr);
            }
    }
    return of_library(sa, scope, base_type(class), expr);
}

static bool is_method(const gm_py_expr *expr, const char *name)
{
    return expr->kind == GM_PY_CALL && expr->left->kind == GM_PY_ATTRIBUTE &&
           gm_str_is(expr->left->text, name);
}

static gm_sa_type with_variant(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *call)
{
    gm_sa_type type = gm_sa_read_type(sa, scope, call->left->left);
    const gm_py_expr *other = gm_py_positional(&call->args, 0);
    const gm_py_expr *dialect = gm_py_positional(&call->args, 1);
    if (!other || !dialect)
        return unknown(sa, call);
    gm_sa_type variant = gm_sa_read_type(sa, scope, other);
    type.text = gm_str_printf(sa->arena, "%.*s, on %.*s %.*s", GM_ARG(type.text),
                              GM_ARG(gm_sa_shown(sa->arena, dialect)), GM_ARG(variant.text));
    type.unresolved = type.unresolved || variant.unresolved;
    return type;
}

static gm_sa_type read_type(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr)
{
    gm_sa_scope there = {0};
    const gm_py_expr *hint = gm_sa_hint(sa, expr, &there);
    if (hint)
        return gm_sa_read_type(sa, &there, hint);
    if (is_method(expr, "with_variant"))
        return with_variant(sa, scope, expr);
    if (is_method(expr, "as_mutable") && gm_py_positional(&expr->args, 0))
        return gm_sa_read_type(sa, scope, gm_py_positional(&expr->args, 0));
    if (expr->kind != GM_PY_NAME && expr->kind != GM_PY_ATTRIBUTE && expr->kind != GM_PY_CALL)
        return unknown(sa, expr);
    gm_sa_thing thing = gm_sa_resolve(sa, scope, expr->kind == GM_PY_CALL ? expr->left : expr);
    there = (gm_sa_scope){.file = thing.file};
    switch (thing.kind) {
    case GM_SA_OUTSIDE:
        return of_library(sa, scope, gm_sa_word(&thing), expr);
    case GM_SA_CLASS:
        return of_class(sa, &thing, scope, expr);
    case GM_SA_VALUE:
        return expr->kind == GM_PY_CALL ? unknown(sa, expr)
                                        : gm_sa_read_type(sa, &there, thing.value);
    case GM_SA_FUNCTION:
        if (expr->kind == GM_PY_CALL && gm_sa_returned(thing.statement))
            return gm_sa_read_type(sa, &there, gm_sa_returned(thing.statement));
        return unknown(sa, expr);
    default:
        return unknown(sa, expr);
    }
}

gm_sa_type gm_sa_read_type(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr)
{
    if (!gm_sa_enter(sa))
        return unknown(sa, expr);
    gm_sa_type type = read_type(sa, scope, expr);
    gm_sa_leave(sa);
    return type;
}
