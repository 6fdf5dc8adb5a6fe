/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A field's call -> its column.
 *
 * Fields that make the same column are the same here: EmailField and CharField(max_length=254),
 * ImageField and FileField. What Django's migrations record besides (choices, default, help_text,
 * on_delete …) is no part of a schema.
 */
#include "base/buf.h"
#include "models/django.h"

static const struct {
    const char *word;
    const char *type;
    const char *length; /* of a varchar that says none */
} types[] = {
    {"AutoField", "serial", NULL},
    {"BigAutoField", "bigserial", NULL},
    {"SmallAutoField", "smallserial", NULL},
    {"BigIntegerField", "bigint", NULL},
    {"BinaryField", "bytea", NULL},
    {"BooleanField", "boolean", NULL},
    {"NullBooleanField", "boolean", NULL},
    {"CharField", "varchar", ""},
    {"CommaSeparatedIntegerField", "varchar", ""},
    {"EmailField", "varchar", "254"},
    {"FileField", "varchar", "100"},
    {"FilePathField", "varchar", "100"},
    {"ImageField", "varchar", "100"},
    {"SlugField", "varchar", "50"},
    {"URLField", "varchar", "200"},
    {"DateField", "date", NULL},
    {"DateTimeField", "timestamp", NULL},
    {"DurationField", "interval", NULL},
    {"FloatField", "double", NULL},
    {"GenericIPAddressField", "inet", NULL},
    {"IntegerField", "integer", NULL},
    {"JSONField", "jsonb", NULL},
    {"PositiveBigIntegerField", "bigint >= 0", NULL},
    {"PositiveIntegerField", "integer >= 0", NULL},
    {"PositiveSmallIntegerField", "smallint >= 0", NULL},
    {"SmallIntegerField", "smallint", NULL},
    {"TextField", "text", NULL},
    {"TimeField", "time", NULL},
    {"UUIDField", "uuid", NULL},
    {"CICharField", "citext", NULL},
    {"CIEmailField", "citext", NULL},
    {"CITextField", "citext", NULL},
};

/* ---- arguments ---- */

static const gm_py_expr *value_of(const gm_dj_arg *arg)
{
    return arg ? arg->value : NULL;
}

bool gm_dj_truth(gm_dj *dj, const gm_sa_scope *scope, const gm_py_expr *expr, bool *known)
{
    if (!expr)
        return false;
    if (expr->kind == GM_PY_NAME || expr->kind == GM_PY_ATTRIBUTE) {
        gm_sa_thing thing = gm_sa_resolve(&dj->sa, scope, expr);
        expr = thing.kind == GM_SA_VALUE ? thing.value : expr;
    }
    if (expr->kind != GM_PY_CONSTANT) {
        *known = false;
        return false;
    }
    return gm_str_is(expr->text, "True");
}

static gm_str shown(gm_dj *dj, const gm_py_expr *expr)
{
    return gm_sa_shown(dj->sa.arena, expr);
}

/* What cannot be followed stands in the text, so that it is seen when it changes. */
static void doubt(gm_dj *dj, gm_dj_field *field, const char *name, const gm_py_expr *expr)
{
    field->unresolved = true;
    field->rest = gm_str_printf(dj->sa.arena, "%.*s %s=%.*s", GM_ARG(field->rest), name,
                                GM_ARG(shown(dj, expr)));
}

static bool flag(gm_dj *dj, const gm_dj_call *call, const char *name, size_t at, bool otherwise,
                 gm_dj_field *field)
{
    const gm_dj_arg *arg = gm_dj_argument(call, name, at);
    bool known = true;
    if (!arg)
        return otherwise;
    bool truth = gm_dj_truth(dj, &arg->scope, arg->value, &known);
    if (!known)
        doubt(dj, field, name, arg->value);
    return known ? truth : otherwise;
}

/* 1_024 -> 1024 */
static gm_str digits_of(gm_dj *dj, gm_str number)
{
    gm_buf buf = gm_buf_new(dj->sa.arena, SIZE_MAX);
    for (size_t i = 0; i < number.len; i++)
        if (number.ptr[i] != '_')
            gm_buf_char(&buf, number.ptr[i]);
    return gm_buf_str(&buf);
}

/* A number, or a constant that is one; empty where it is not given or None. */
static gm_str number(gm_dj *dj, const gm_dj_arg *arg, gm_dj_field *field)
{
    const gm_py_expr *value = value_of(arg);
    if (!value || gm_py_is_none(value))
        return GM_STR("");
    if (value->kind == GM_PY_NAME || value->kind == GM_PY_ATTRIBUTE) {
        gm_sa_thing thing = gm_sa_resolve(&dj->sa, &arg->scope, value);
        value = thing.kind == GM_SA_VALUE ? thing.value : value;
    }
    if (value->kind == GM_PY_NUMBER)
        return digits_of(dj, value->text);
    field->unresolved = true;
    return shown(dj, value);
}

/* Value(0), which Django makes of 0 itself */
static const gm_py_expr *bare_value(gm_dj *dj, const gm_dj_arg *arg)
{
    const gm_py_expr *value = arg->value;
    if (value->kind != GM_PY_CALL || value->args.len != 1 || value->args.items[0].name.len ||
        value->args.items[0].stars || !value->args.items[0].value)
        return value;
    gm_sa_thing thing = gm_sa_callee(&dj->sa, &arg->scope, value);
    bool wraps = thing.kind == GM_SA_OUTSIDE && gm_dj_is_django(thing.dotted) &&
                 gm_str_is(gm_dj_last(thing.dotted), "Value");
    return wraps ? value->args.items[0].value : value;
}

/* Options that make another column, whichever field has them. */
static void read_more(gm_dj *dj, const gm_dj_call *call, gm_dj_field *field)
{
    static const char *const names[] = {"db_collation", "db_default", "srid",      "dim",
                                        "geography",    "expression", "db_persist"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const gm_dj_arg *arg = gm_dj_argument(call, names[i], SIZE_MAX);
        gm_str text;
        if (!arg)
            continue;
        const gm_py_expr *value = bare_value(dj, arg);
        bool literal = value->kind == GM_PY_NUMBER || value->kind == GM_PY_CONSTANT;
        if (gm_sa_string(&dj->sa, &arg->scope, value, &text))
            literal = true;
        else
            text = shown(dj, value);
        field->unresolved = field->unresolved || (!literal && value->kind != GM_PY_CALL);
        field->rest = gm_str_printf(dj->sa.arena, "%.*s %s=%.*s", GM_ARG(field->rest), names[i],
                                    GM_ARG(text));
    }
}

/* ---- places ---- */

static bool is_one_to_one(gm_str word)
{
    return gm_str_search(word, GM_STR("OneToOne")) < word.len;
}

static bool is_key(gm_str word)
{
    return is_one_to_one(word) || gm_str_is(word, "ForeignKey") ||
           gm_str_is(word, "TreeForeignKey") || gm_str_is(word, "ParentalKey");
}

/* Those whose __init__ takes other arguments by their places than Field's does. */
static bool has_own_places(const gm_dj_call *call)
{
    static const char *const words[] = {
        "ArrayField", "DateField",     "DateTimeField",  "DecimalField",
        "FileField",  "FilePathField", "GeneratedField", "GenericIPAddressField",
        "ImageField", "JSONField",     "TimeField",      "URLField",
        "UUIDField"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (gm_str_is(call->word, words[i]))
            return true;
    return is_key(call->word);
}

/* Of Field.__init__(verbose_name, name, primary_key, max_length, unique, blank, null, db_index, …)
 */
static size_t place_of(const gm_dj_call *call, size_t at)
{
    return has_own_places(call) ? SIZE_MAX : at;
}

/* ---- types ---- */

static gm_str varchar(gm_dj *dj, const gm_dj_call *call, const char *length, gm_dj_field *field)
{
    gm_str given = number(dj, gm_dj_argument(call, "max_length", place_of(call, 3)), field);
    if (!given.len)
        given = gm_str_from(length);
    if (!given.len)
        return GM_STR("varchar");
    return gm_str_printf(dj->sa.arena, "varchar(%.*s)", GM_ARG(given));
}

static gm_str inner_type(gm_dj *dj, const gm_dj_class *model, const gm_dj_arg *arg,
                         gm_dj_field *field)
{
    gm_dj_field inner = {0};
    if (!arg ||
        gm_dj_read_field(dj, model, &arg->scope, field->name, arg->value, &inner) != GM_DJ_FIELD) {
        field->unresolved = true;
        return arg ? shown(dj, arg->value) : GM_STR("?");
    }
    field->unresolved = field->unresolved || inner.unresolved;
    return gm_str_printf(dj->sa.arena, "%.*s%.*s", GM_ARG(inner.type), GM_ARG(inner.rest));
}

static gm_str type_of(gm_dj *dj, const gm_dj_class *model, const gm_dj_call *call,
                      gm_dj_field *field)
{
    gm_arena *arena = dj->sa.arena;
    if (!call->django) {
        field->unresolved = true;
        return gm_str_printf(arena, "? %.*s", GM_ARG(call->dotted));
    }
    if (gm_str_is(call->word, "DecimalField")) {
        gm_str digits = number(dj, gm_dj_argument(call, "max_digits", 2), field);
        gm_str places = number(dj, gm_dj_argument(call, "decimal_places", 3), field);
        return gm_str_printf(arena, "numeric(%.*s, %.*s)", GM_ARG(digits), GM_ARG(places));
    }
    if (gm_str_is(call->word, "ArrayField")) {
        gm_str size = number(dj, gm_dj_argument(call, "size", 1), field);
        gm_str of = inner_type(dj, model, gm_dj_argument(call, "base_field", 0), field);
        return gm_str_printf(arena, "%.*s[%.*s]", GM_ARG(of), GM_ARG(size));
    }
    if (gm_str_is(call->word, "GeneratedField"))
        return gm_str_printf(
            arena, "generated %.*s",
            GM_ARG(inner_type(dj, model, gm_dj_argument(call, "output_field", SIZE_MAX), field)));
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
        if (gm_str_is(call->word, types[i].word))
            return types[i].length ? varchar(dj, call, types[i].length, field)
                                   : gm_str_from(types[i].type);
    return call->word;
}

/* ---- keys ---- */

static gm_str model_of_class(gm_dj *dj, const gm_sa_thing *thing)
{
    const gm_dj_class *model =
        gm_dj_class_of(dj, gm_sa_class_of(&dj->sa, thing->file, thing->statement));
    return gm_dj_concrete(dj, model)->label;
}

/* "auth.user" of django.contrib.auth.models.User. Other libraries' apps may be called otherwise. */
static gm_str model_of_library(gm_dj *dj, gm_str dotted, bool *known)
{
    gm_str part = GM_STR(".models");
    size_t at = gm_str_search(dotted, part);
    if (at == dotted.len)
        return GM_STR("");
    *known = gm_dj_is_django(dotted);
    gm_str label =
        gm_str_printf(dj->sa.arena, "%.*s.%.*s", GM_ARG(gm_dj_last(gm_str_sub(dotted, 0, at))),
                      GM_ARG(gm_dj_last(dotted)));
    return gm_str_lower(dj->sa.arena, label);
}

static gm_str of_string(gm_dj *dj, const gm_dj_class *model, gm_str text)
{
    if (gm_str_is(text, "self") || gm_str_is(text, "recursive"))
        return gm_dj_concrete(dj, model)->label;
    text = gm_str_lower(dj->sa.arena, text);
    if (!gm_str_has(text, '.'))
        text = gm_str_printf(dj->sa.arena, "%.*s.%.*s", GM_ARG(model->app), GM_ARG(text));
    const gm_dj_class *named = gm_map_get(&dj->labels, text);
    return named ? gm_dj_concrete(dj, named)->label : text;
}

/* settings.AUTH_USER_MODEL is whatever the settings say. */
static gm_str of_expr(gm_dj *dj, const gm_dj_class *model, const gm_dj_arg *arg, bool *known)
{
    gm_str text;
    const gm_py_expr *expr = arg->value;
    gm_str user = GM_STR("settings.AUTH_USER_MODEL");
    if (gm_sa_string(&dj->sa, &arg->scope, expr, &text)) {
        *known = true;
        return of_string(dj, model, text);
    }
    if (expr->kind == GM_PY_CALL &&
        gm_str_is(gm_dj_last(gm_py_dotted(dj->sa.arena, expr->left)), "get_user_model"))
        return user;
    gm_sa_thing thing = gm_sa_resolve(&dj->sa, &arg->scope, expr);
    if (thing.kind == GM_SA_CLASS) {
        *known = true;
        return model_of_class(dj, &thing);
    }
    if (thing.kind == GM_SA_OUTSIDE && gm_str_is(gm_dj_last(thing.dotted), "AUTH_USER_MODEL"))
        return user;
    if (thing.kind == GM_SA_VALUE && thing.value->kind == GM_PY_CALL && thing.value != expr) {
        const gm_dj_arg there = {.value = thing.value, .scope = {.file = thing.file}};
        const gm_py_expr *callee = thing.value->left;
        if (gm_str_is(gm_dj_last(gm_py_dotted(dj->sa.arena, callee)), "get_user_model"))
            return user;
        return shown(dj, there.value);
    }
    text = model_of_library(dj, thing.dotted, known);
    return text.len ? text : shown(dj, expr);
}

static void read_target(gm_dj *dj, const gm_dj_class *model, const gm_dj_call *call,
                        gm_dj_field *field)
{
    const gm_dj_arg *to = gm_dj_argument(call, "to", 0);
    field->target = GM_STR("?");
    if (to)
        field->target = of_expr(dj, model, to, &field->target_known);
    field->constraint = flag(dj, call, "db_constraint", SIZE_MAX, true, field);
}

static bool is_many(gm_str word)
{
    return gm_str_ends(word, GM_STR("ManyToManyField")) || gm_str_is(word, "ManyToMany");
}

static void read_many(gm_dj *dj, const gm_dj_class *model, const gm_dj_call *call,
                      gm_dj_field *field)
{
    const gm_dj_arg *through = gm_dj_argument(call, "through", SIZE_MAX);
    const gm_dj_arg *table = gm_dj_argument(call, "db_table", SIZE_MAX);
    field->kind = GM_DJ_MANY;
    field->through = through && !gm_py_is_none(through->value);
    field->unresolved = call->opaque;
    read_target(dj, model, call, field);
    if (table && !gm_sa_string(&dj->sa, &table->scope, table->value, &field->column))
        doubt(dj, field, "db_table", table->value);
}

static void read_key(gm_dj *dj, const gm_dj_class *model, const gm_dj_call *call,
                     gm_dj_field *field)
{
    const gm_dj_arg *to_field = gm_dj_argument(call, "to_field", SIZE_MAX);
    field->kind = GM_DJ_KEY;
    field->type = GM_STR("key");
    read_target(dj, model, call, field);
    field->parent_link = flag(dj, call, "parent_link", SIZE_MAX, false, field);
    if (to_field && !gm_py_is_none(to_field->value) &&
        !gm_sa_string(&dj->sa, &to_field->scope, to_field->value, &field->to_field))
        doubt(dj, field, "to_field", to_field->value);
}

/* ---- fields ---- */

static void read_column(gm_dj *dj, const gm_dj_call *call, gm_dj_field *field)
{
    const gm_dj_arg *column = gm_dj_argument(call, "db_column", SIZE_MAX);
    const char *end = field->kind == GM_DJ_KEY ? "_id" : "";
    field->column = gm_str_printf(dj->sa.arena, "%.*s%s", GM_ARG(field->name), end);
    if (column && !gm_py_is_none(column->value) &&
        !gm_sa_string(&dj->sa, &column->scope, column->value, &field->column))
        doubt(dj, field, "db_column", column->value);
}

gm_dj_made gm_dj_read_field(gm_dj *dj, const gm_dj_class *model, const gm_sa_scope *scope,
                            gm_str name, const gm_py_expr *value, gm_dj_field *field)
{
    gm_dj_call call;
    gm_dj_made made = gm_dj_find_call(dj, scope, value, &call);
    if (made != GM_DJ_FIELD || !value)
        return made;
    *field = (gm_dj_field){.name = name, .path = scope->file->path, .line = value->line};
    if (is_many(call.word)) {
        read_many(dj, model, &call, field);
        return made;
    }
    bool key = is_key(call.word);
    bool slug = call.django && gm_str_is(call.word, "SlugField");
    if (key)
        read_key(dj, model, &call, field);
    else
        field->type = type_of(dj, model, &call, field);
    if (call.opaque) {
        field->unresolved = true;
        field->rest = gm_str_printf(dj->sa.arena, "%.*s by %.*s", GM_ARG(field->rest),
                                    GM_ARG(shown(dj, value->left)));
    }
    read_column(dj, &call, field);
    read_more(dj, &call, field);
    field->primary = flag(dj, &call, "primary_key", place_of(&call, 2), false, field);
    field->null = flag(dj, &call, "null", place_of(&call, 6),
                       gm_str_is(call.word, "NullBooleanField"), field);
    field->unique = flag(dj, &call, "unique", place_of(&call, 4), is_one_to_one(call.word), field);
    field->index = flag(dj, &call, "db_index", place_of(&call, 7), key || slug, field);
    return made;
}
