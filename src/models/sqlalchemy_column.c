/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Column(…), mapped_column(…) and what leads to them -> a column.
 *
 * Arguments that a database does not see (default, onupdate, key, info, comment, doc …) are passed
 * over. What an attribute is assigned is a column when it can be followed to one of those calls;
 * a function of the project that makes one in a way that cannot be followed gives a column that is
 * unresolved. Everything else is no column: relationships, properties, plain values.
 */
#include "models/sqlalchemy.h"

static void doubt(gm_sa *sa, gm_sa_column *column, gm_str what)
{
    column->unresolved = true;
    column->rest = gm_str_printf(sa->arena, "%.*s ? %.*s", GM_ARG(column->rest), GM_ARG(what));
}

static void add_rest(gm_sa *sa, gm_sa_column *column, gm_str what)
{
    column->rest = gm_str_printf(sa->arena, "%.*s %.*s", GM_ARG(column->rest), GM_ARG(what));
}

/* ---- foreign keys ---- */

/* `User.id`, `users.c.id`, `User.__table__.c.id` */
static bool target_of(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr, gm_str *target)
{
    if (expr->kind == GM_PY_NAME && scope->owner && scope->owner->has_table &&
        scope->owner->table.known) {
        *target = gm_str_printf(sa->arena, "%.*s.%.*s", GM_ARG(scope->owner->table.name),
                                GM_ARG(gm_sa_column_named(scope->owner, expr->text)));
        return true;
    }
    if (expr->kind != GM_PY_ATTRIBUTE)
        return false;
    const gm_py_expr *left = expr->left;
    bool of_columns = left->kind == GM_PY_ATTRIBUTE &&
                      (gm_str_is(left->text, "c") || gm_str_is(left->text, "columns"));
    if (of_columns)
        left = left->left;
    if (left->kind == GM_PY_ATTRIBUTE && gm_str_is(left->text, "__table__"))
        left = left->left;
    gm_sa_thing thing = gm_sa_resolve(sa, scope, left);
    gm_str name;
    gm_sa_scope there = {.file = thing.file};
    if (thing.kind == GM_SA_VALUE && of_columns && thing.value->kind == GM_PY_CALL &&
        gm_sa_string(sa, &there, gm_py_positional(&thing.value->args, 0), &name)) {
        *target = gm_str_printf(sa->arena, "%.*s.%.*s", GM_ARG(name), GM_ARG(expr->text));
        return true;
    }
    if (thing.kind != GM_SA_CLASS)
        return false;
    gm_sa_class *class = gm_sa_class_of(sa, thing.file, thing.statement);
    gm_sa_place_class(sa, class);
    const gm_sa_class *home = class->has_table ? class : class->home;
    if (!home || !home->table.known)
        return false;
    *target = gm_str_printf(sa->arena, "%.*s.%.*s", GM_ARG(home->table.name),
                            GM_ARG(gm_sa_column_named(class, expr->text)));
    return true;
}

static gm_str key_rule(gm_sa *sa, const gm_sa_scope *scope, const gm_py_args *args)
{
    static const char *const names[] = {"ondelete", "onupdate", "deferrable", "initially"};
    gm_str rule = {0};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const gm_py_expr *value = gm_py_keyword(args, names[i]);
        gm_str text;
        if (gm_py_is_none(value))
            continue;
        if (!gm_sa_string(sa, scope, value, &text))
            text = gm_sa_shown(sa->arena, value);
        text = gm_str_lower(sa->arena, text);
        if (gm_str_is(text, "no action") || gm_str_is(text, "false"))
            continue; /* what holds anyway */
        rule = gm_str_printf(sa->arena, "%.*s %s=%.*s", GM_ARG(rule), names[i], GM_ARG(text));
    }
    return rule;
}

gm_sa_key gm_sa_read_key(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *target,
                         const gm_py_args *args)
{
    gm_sa_key key = {.rule = key_rule(sa, scope, args)};
    if (!target) {
        key.unresolved = true;
    } else if (!gm_sa_string(sa, scope, target, &key.target) &&
               !target_of(sa, scope, target, &key.target)) {
        key.target = gm_str_printf(sa->arena, "? %.*s", GM_ARG(gm_sa_shown(sa->arena, target)));
        key.unresolved = true;
    }
    return key;
}

/* ---- the arguments ---- */

static bool flag_of(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *value,
                    gm_sa_column *column, bool *flag)
{
    if (value->kind != GM_PY_CONSTANT) {
        gm_sa_thing thing = gm_sa_resolve(sa, scope, value);
        if (thing.kind == GM_SA_VALUE)
            value = thing.value;
    }
    if (value->kind == GM_PY_CONSTANT) {
        *flag = gm_str_is(value->text, "True");
        return true;
    }
    doubt(sa, column, gm_sa_shown(sa->arena, value));
    return false;
}

static void read_keyword(gm_sa *sa, const gm_sa_scope *scope, const gm_py_arg *arg,
                         gm_sa_column *column)
{
    const gm_py_expr *value = arg->value;
    if (gm_str_is(arg->name, "name")) {
        if (!gm_sa_string(sa, scope, value, &column->name))
            doubt(sa, column, gm_sa_shown(sa->arena, value));
    } else if (gm_str_is(arg->name, "type_")) {
        gm_sa_type type = gm_sa_read_type(sa, scope, value);
        column->type = type.text;
        column->unresolved = column->unresolved || type.unresolved;
    } else if (gm_str_is(arg->name, "nullable")) {
        if (flag_of(sa, scope, value, column, &column->nullable))
            column->nullable_known = true;
    } else if (gm_str_is(arg->name, "primary_key")) {
        (void)flag_of(sa, scope, value, column, &column->primary);
    } else if (gm_str_is(arg->name, "unique")) {
        (void)flag_of(sa, scope, value, column, &column->unique);
    } else if (gm_str_is(arg->name, "index")) {
        (void)flag_of(sa, scope, value, column, &column->index);
    } else if (gm_str_is(arg->name, "server_default")) {
        column->server_default = gm_py_is_none(value) ? GM_STR("") : gm_sa_shown(sa->arena, value);
    }
}

static const gm_py_expr *returned_call(const gm_sa_thing *callee, gm_sa_scope *there)
{
    if (callee->kind != GM_SA_FUNCTION)
        return NULL;
    const gm_py_expr *returned = gm_sa_returned(callee->statement);
    *there = (gm_sa_scope){.file = callee->file};
    return returned && returned->kind == GM_PY_CALL ? returned : NULL;
}

static void read_positional(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *value,
                            bool first, gm_sa_column *column)
{
    gm_sa_thing callee = gm_sa_callee(sa, scope, value);
    gm_str word = gm_sa_word(&callee);
    gm_sa_scope there;
    const gm_py_expr *inner = returned_call(&callee, &there);
    if (first && gm_sa_string(sa, scope, value, &column->name))
        return;
    if (gm_str_is(word, "ForeignKey")) {
        const gm_py_expr *target = gm_py_positional(&value->args, 0);
        if (!target)
            target = gm_py_keyword(&value->args, "column");
        gm_vec_push(sa->arena, &column->keys, gm_sa_read_key(sa, scope, target, &value->args));
    } else if (gm_str_is(word, "Computed") || gm_str_is(word, "Identity") ||
               gm_str_is(word, "CheckConstraint")) {
        add_rest(sa, column, gm_sa_shown(sa->arena, value));
    } else if (gm_str_is(word, "FetchedValue") || gm_str_is(word, "DefaultClause")) {
        column->server_default = gm_sa_shown(sa->arena, value);
    } else if (gm_str_is(word, "Sequence") || gm_str_is(word, "ColumnDefault") ||
               gm_py_is_none(value)) {
        /* neither is part of the table */
    } else if (inner) {
        read_positional(sa, &there, inner, false, column);
    } else if (!column->type.len || first) {
        gm_sa_type type = gm_sa_read_type(sa, scope, value);
        column->type = type.text;
        column->unresolved = column->unresolved || type.unresolved;
    } else {
        column->more = gm_str_printf(sa->arena, "%.*s %.*s", GM_ARG(column->more),
                                     GM_ARG(gm_sa_shown(sa->arena, value)));
    }
}

void gm_sa_read_argument(gm_sa *sa, const gm_sa_scope *scope, const gm_py_arg *arg, bool first,
                         gm_sa_column *column)
{
    if (arg->stars)
        doubt(sa, column, gm_sa_shown(sa->arena, arg->value));
    else if (arg->name.len)
        read_keyword(sa, scope, arg, column);
    else
        read_positional(sa, scope, arg->value, first, column);
}

static void apply(gm_sa *sa, const gm_sa_scope *scope, const gm_py_args *args, size_t from,
                  gm_sa_column *column)
{
    gm_str inherited = column->type;
    column->type = (gm_str){0};
    for (size_t i = from; i < args->len; i++)
        gm_sa_read_argument(sa, scope, &args->items[i], i == from, column);
    if (!column->type.len)
        column->type = inherited;
}

/* ---- what leads to a column ---- */

static bool is_column(const gm_sa_thing *callee)
{
    return gm_sa_is(callee, "Column") || gm_sa_is(callee, "mapped_column") ||
           gm_sa_is(callee, "MappedColumn");
}

static bool wraps_column(const gm_sa_thing *callee)
{
    return gm_sa_is(callee, "deferred") || gm_sa_is(callee, "column_property");
}

static bool returns_other(gm_sa *sa, gm_sa_file *file, const gm_py_statements *body)
{
    gm_sa_scope scope = {.file = file};
    GM_EACH (gm_py_statement *const, s, body) {
        if ((*s)->kind == GM_PY_BLOCK && !returns_other(sa, file, &(*s)->body))
            return false;
        if ((*s)->kind != GM_PY_RETURN || gm_py_is_none((*s)->value))
            continue;
        gm_sa_thing callee = gm_sa_callee(sa, &scope, (*s)->value);
        if (callee.kind != GM_SA_OUTSIDE || !callee.dotted.len || is_column(&callee) ||
            wraps_column(&callee))
            return false;
    }
    return true;
}

bool gm_sa_may_make_column(gm_sa *sa, gm_sa_file *file, const gm_py_statement *function)
{
    return gm_sa_mentions_column(function->source) && !returns_other(sa, file, &function->body);
}

static bool follow(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *value,
                   gm_sa_column *column);

/* functools.partial(Column, nullable=False), and then what is called with it */
static bool of_partial(gm_sa *sa, const gm_sa_thing *callee, const gm_sa_scope *scope,
                       const gm_py_expr *value, gm_sa_column *column)
{
    gm_sa_scope there = {.file = callee->file};
    gm_sa_thing partial = gm_sa_callee(sa, &there, callee->value);
    const gm_py_expr *what =
        callee->value->kind == GM_PY_CALL ? gm_py_positional(&callee->value->args, 0) : NULL;
    gm_sa_thing made = gm_sa_resolve(sa, &there, what);
    if (!gm_sa_is(&partial, "partial") || !is_column(&made))
        return false;
    apply(sa, &there, &callee->value->args, 1, column);
    apply(sa, scope, &value->args, 0, column);
    return true;
}

static bool of_function(gm_sa *sa, const gm_sa_thing *callee, const gm_py_expr *value,
                        gm_sa_column *column)
{
    gm_sa_scope there = {.file = callee->file};
    const gm_py_expr *returned = gm_sa_returned(callee->statement);
    if (!gm_sa_may_make_column(sa, callee->file, callee->statement))
        return false;
    /* Parameters would have to be followed. */
    if (!returned || value->args.len || !follow(sa, &there, returned, column))
        doubt(sa, column, gm_sa_shown(sa->arena, value));
    return true;
}

static bool of_class(gm_sa *sa, const gm_sa_thing *callee, const gm_sa_scope *scope,
                     const gm_py_expr *value, gm_sa_column *column)
{
    gm_sa_class *class = gm_sa_class_of(sa, callee->file, callee->statement);
    GM_EACH (gm_sa_class *const, each, &class->order)
        GM_EACH (const gm_str, base, &(*each)->outside) {
            gm_sa_thing outside = {.kind = GM_SA_OUTSIDE, .dotted = *base};
            if (is_column(&outside)) {
                apply(sa, scope, &value->args, 0, column);
                doubt(sa, column, callee->statement->name);
                return true;
            }
        }
    return false;
}

/* with_roles(Column(…), read=…): what is done to a column leaves it a column. */
static bool of_wrapped(gm_sa *sa, const gm_sa_thing *callee, const gm_sa_scope *scope,
                       const gm_py_expr *value, gm_sa_column *column)
{
    static const char *const others[] = {"relationship", "synonym", "composite", "relation",
                                         "backref",      "Table",   "Index"};
    const gm_py_expr *first = gm_py_positional(&value->args, 0);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (gm_sa_is(callee, others[i]))
            return false;
    return first && first->kind == GM_PY_CALL && follow(sa, scope, first, column);
}

bool gm_sa_may_be_columns(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *value)
{
    gm_sa_thing callee = gm_sa_callee(sa, scope, value);
    return gm_str_ends(gm_sa_word(&callee), GM_STR("Column")) && !is_column(&callee);
}

static bool follow(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *value,
                   gm_sa_column *column)
{
    gm_sa_scope there;
    const gm_py_expr *hint;
    gm_sa_thing callee;
    bool found = false;
    if (!value || !gm_sa_enter(sa))
        return false;
    if (value->kind == GM_PY_NAME) {
        gm_sa_thing thing = gm_sa_resolve(sa, scope, value);
        there = (gm_sa_scope){.file = thing.file};
        found = thing.kind == GM_SA_VALUE && thing.value->kind == GM_PY_CALL &&
                follow(sa, &there, thing.value, column);
    } else if (value->kind == GM_PY_CALL) {
        callee = gm_sa_callee(sa, scope, value);
        hint = gm_sa_hint(sa, value, &there);
        if (hint)
            found = follow(sa, &there, hint, column);
        else if (is_column(&callee)) {
            apply(sa, scope, &value->args, 0, column);
            found = true;
        } else if (wraps_column(&callee))
            found = follow(sa, scope, gm_py_positional(&value->args, 0), column);
        else if (callee.kind == GM_SA_VALUE)
            found = of_partial(sa, &callee, scope, value, column);
        else if (callee.kind == GM_SA_FUNCTION)
            found = of_function(sa, &callee, value, column);
        else if (callee.kind == GM_SA_CLASS)
            found = of_class(sa, &callee, scope, value, column);
        if (!found && callee.kind != GM_SA_CLASS)
            found = of_wrapped(sa, &callee, scope, value, column);
    }
    gm_sa_leave(sa);
    return found;
}

bool gm_sa_read_column(gm_sa *sa, const gm_sa_scope *scope, gm_str attribute,
                       const gm_py_expr *annotation, const gm_py_expr *value, size_t line,
                       gm_sa_column *column)
{
    gm_sa_column read = {.name = attribute, .path = scope->file->path, .line = line};
    gm_sa_annotation said = gm_sa_read_annotation(sa, scope, annotation);
    if (!value && (!said.mapped || said.relation))
        return false;
    if (said.call)
        (void)follow(sa, &said.call_scope, said.call, &read);
    if (value && !follow(sa, scope, value, &read))
        return false;
    if (!read.type.len && said.mapped && !said.relation) {
        read.type = said.type;
        read.unresolved = read.unresolved || said.unresolved;
    }
    if (!read.nullable_known)
        read.nullable = said.mapped ? said.optional : !read.primary;
    if (read.primary)
        read.nullable = false;
    if (!read.type.len && !read.keys.len) {
        read.type = GM_STR("NullType"); /* it may be that of a ForeignKeyConstraint's target */
        read.unresolved = true;
    }
    *column = read;
    return true;
}
