/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Constraints and indexes of a table, Table(…), and the facts of all of them.
 *
 * An index or unique constraint is known by its name where it has one, else by its columns; a
 * foreign key by its columns, a check by its text, as a database knows them.
 */
#include "base/buf.h"
#include "models/sqlalchemy.h"

static void add_fact(gm_sa *sa, gm_orm_fact fact)
{
    gm_vec_push(sa->arena, &sa->facts, fact);
}

static const char *yes(bool value)
{
    return value ? "yes" : "no";
}

void gm_sa_add_table(gm_sa *sa, const gm_sa_table *table)
{
    gm_str object = gm_str_printf(sa->arena, "table %.*s", GM_ARG(table->name));
    add_fact(sa, (gm_orm_fact){.text = object,
                               .object = object,
                               .table = table->known ? table->name : GM_STR(""),
                               .is_table = true,
                               .unresolved = !table->known,
                               .path = table->path,
                               .line = table->line});
}

/* `columns` one or more; `what` without the table: "index ix_users_email" */
static void add_part(gm_sa *sa, const gm_sa_table *table, gm_str what, gm_str text,
                     const gm_strs *columns, gm_orm_fact fact)
{
    fact.object = gm_str_printf(sa->arena, "%.*s of %.*s", GM_ARG(what), GM_ARG(table->name));
    fact.text = gm_str_printf(sa->arena, "%.*s: %.*s", GM_ARG(fact.object), GM_ARG(text));
    fact.table = table->known ? table->name : GM_STR("");
    if (columns)
        fact.columns = *columns;
    add_fact(sa, fact);
}

void gm_sa_add_bases(gm_sa *sa, const gm_sa_table *table, const gm_strs *bases)
{
    add_part(sa, table, GM_STR("bases"), gm_str_join(sa->arena, bases, GM_STR(", ")), NULL,
             (gm_orm_fact){
                 .is_bases = true, .unresolved = true, .path = table->path, .line = table->line});
}

void gm_sa_add_attribute(gm_sa *sa, const gm_sa_table *table, gm_str name, const gm_py_expr *value,
                         gm_str path)
{
    add_part(sa, table, gm_str_printf(sa->arena, "attribute %.*s", GM_ARG(name)),
             gm_sa_shown(sa->arena, value), NULL,
             (gm_orm_fact){.unresolved = true, .path = path, .line = value->line});
}

static gm_str listed(gm_sa *sa, const gm_strs *names)
{
    return gm_str_join(sa->arena, names, GM_STR(", "));
}

static void add_key(gm_sa *sa, const gm_sa_table *table, const gm_strs *columns,
                    const gm_sa_key *key, gm_str path, size_t line)
{
    add_part(sa, table, gm_str_printf(sa->arena, "foreign key (%.*s)", GM_ARG(listed(sa, columns))),
             gm_str_printf(sa->arena, "%.*s%.*s", GM_ARG(key->target), GM_ARG(key->rule)), columns,
             (gm_orm_fact){.unresolved = key->unresolved, .path = path, .line = line});
}

static gm_str bare(gm_str table)
{
    size_t dot = gm_str_rfind(table, '.');
    return dot == table.len ? table : gm_str_sub(table, dot + 1, table.len);
}

/* The fact is the next one that is added. */
static void keep_type(gm_sa *sa, const gm_sa_table *table, const gm_sa_column *column, gm_str rest)
{
    gm_str name = gm_str_printf(sa->arena, "%.*s.%.*s", GM_ARG(table->name), GM_ARG(column->name));
    if (column->type.len) {
        gm_str *kept = gm_new(sa->arena, gm_str);
        *kept = column->type;
        gm_map_set(&sa->types, name, kept);
    } else if (column->keys.len) {
        gm_sa_borrowed *kept = gm_new(sa->arena, gm_sa_borrowed);
        *kept = (gm_sa_borrowed){sa->facts.len, column->keys.items[0].target, rest};
        gm_map_set(&sa->borrowed, name, kept);
    }
}

void gm_sa_lend_types(gm_sa *sa)
{
    GM_EACH (const gm_map_entry, entry, &sa->borrowed.entries) {
        const gm_sa_borrowed *own = entry->value;
        const gm_sa_borrowed *from = own;
        gm_orm_fact *fact = &sa->facts.items[own->fact];
        const gm_str *type = NULL;
        for (int i = 0; i < GM_SA_DEPTH_MAX && from && !type; i++) {
            type = gm_map_get(&sa->types, from->target);
            from = gm_map_get(&sa->borrowed, from->target);
        }
        fact->text = gm_str_printf(sa->arena, "%.*s: type=%.*s%.*s", GM_ARG(fact->object),
                                   GM_ARG(type ? *type : GM_STR("? as what its key points at")),
                                   GM_ARG(own->rest));
        fact->unresolved = fact->unresolved || !type || gm_str_starts(*type, GM_STR("?"));
    }
}

void gm_sa_add_column(gm_sa *sa, const gm_sa_table *table, const gm_sa_column *column)
{
    gm_orm_fact fact = {.path = column->path, .line = column->line};
    gm_strs columns = {0};
    gm_vec_push(sa->arena, &columns, column->name);
    gm_orm_fact itself = fact;
    itself.is_column = true;
    itself.unresolved = column->unresolved;
    gm_str rest = gm_str_printf(sa->arena, " null=%s primary=%s%.*s", yes(column->nullable),
                                yes(column->primary), GM_ARG(column->rest));
    keep_type(sa, table, column, rest);
    add_part(sa, table, gm_str_printf(sa->arena, "column %.*s", GM_ARG(column->name)),
             gm_str_printf(sa->arena, "type=%.*s%.*s", GM_ARG(column->type), GM_ARG(rest)),
             &columns, itself);
    if (column->more.len) {
        gm_orm_fact more = fact;
        more.unresolved = true;
        add_part(sa, table,
                 gm_str_printf(sa->arena, "arguments of column %.*s", GM_ARG(column->name)),
                 column->more, &columns, more);
    }
    GM_EACH (const gm_sa_key, key, &column->keys)
        add_key(sa, table, &columns, key, column->path, column->line);
    if (column->index)
        add_part(
            sa, table,
            gm_str_printf(sa->arena, "index ix_%.*s_%.*s", GM_ARG(bare(table->name)),
                          GM_ARG(column->name)),
            gm_str_printf(sa->arena, "(%.*s) unique=%s", GM_ARG(column->name), yes(column->unique)),
            &columns, fact);
    else if (column->unique)
        add_part(sa, table, gm_str_printf(sa->arena, "unique (%.*s)", GM_ARG(column->name)),
                 GM_STR(""), &columns, fact);
    if (sa->source->defaults && column->server_default.len)
        add_part(sa, table,
                 gm_str_printf(sa->arena, "server default of %.*s", GM_ARG(column->name)),
                 column->server_default, &columns, fact);
}

/* ---- constraints ---- */

typedef struct {
    gm_sa *sa;
    const gm_sa_scope *scope;
    const gm_sa_table *table;
} place;

/* conv("name") and op.f("name") are the name. */
static bool name_in(const place *p, const gm_py_expr *expr, gm_str *name)
{
    *name = (gm_str){0};
    if (gm_py_is_none(expr))
        return true;
    if (expr->kind == GM_PY_CALL && expr->args.len == 1 && !expr->args.items[0].name.len)
        expr = expr->args.items[0].value;
    return gm_sa_string(p->sa, p->scope, expr, name);
}

static gm_str column_in(const place *p, const gm_py_expr *expr)
{
    gm_str name;
    if (gm_py_is_string(expr))
        return expr->text;
    if (expr->kind == GM_PY_NAME && p->scope->owner)
        return gm_sa_column_named(p->scope->owner, expr->text);
    if (expr->kind == GM_PY_ATTRIBUTE && (expr->left->kind == GM_PY_NAME) && p->scope->owner)
        return gm_sa_column_named(p->scope->owner, expr->text);
    if (gm_sa_string(p->sa, p->scope, expr, &name))
        return name;
    return gm_sa_shown(p->sa->arena, expr);
}

static void doubtful(const place *p, const gm_py_expr *expr)
{
    add_part(p->sa, p->table, GM_STR("arguments"), gm_sa_shown(p->sa->arena, expr), NULL,
             (gm_orm_fact){.unresolved = true, .path = p->scope->file->path, .line = expr->line});
}

static gm_orm_fact here(const place *p, const gm_py_expr *call)
{
    return (gm_orm_fact){.path = p->scope->file->path, .line = call->line};
}

static int by_name(const void *a, const void *b)
{
    const gm_py_arg *x = a;
    const gm_py_arg *y = b;
    return gm_str_cmp(x->name, y->name);
}

/* Options that make another index, in the order of their names. */
static gm_str options_of(const place *p, const gm_py_expr *call)
{
    static const char *const none[] = {"name",   "unique", "info", "postgresql_concurrently",
                                       "_table", "quote"};
    gm_py_args sorted = {0};
    gm_buf buf = gm_buf_new(p->sa->arena, SIZE_MAX);
    GM_EACH (const gm_py_arg, arg, &call->args) {
        bool counts = arg->name.len > 0;
        for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
            counts = counts && !gm_str_is(arg->name, none[i]);
        if (counts)
            gm_vec_push(p->sa->arena, &sorted, *arg);
    }
    gm_sort(sorted.items, sorted.len, sizeof(*sorted.items), by_name);
    GM_EACH (const gm_py_arg, arg, &sorted)
        gm_buf_printf(&buf, " %.*s=%.*s", GM_ARG(arg->name),
                      GM_ARG(gm_sa_shown(p->sa->arena, arg->value)));
    return gm_buf_str(&buf);
}

static void read_index(const place *p, const gm_py_expr *call)
{
    gm_sa *sa = p->sa;
    gm_strs columns = {0};
    gm_str name;
    const gm_py_expr *unique = gm_py_keyword(&call->args, "unique");
    const gm_py_expr *named = gm_py_keyword(&call->args, "name");
    size_t from = named ? 0 : 1;
    if (!name_in(p, named ? named : gm_py_positional(&call->args, 0), &name)) {
        doubtful(p, call);
        return;
    }
    for (size_t i = from; i < call->args.len; i++) {
        const gm_py_arg *arg = &call->args.items[i];
        if (arg->stars) {
            doubtful(p, call);
            return;
        }
        if (!arg->name.len)
            gm_vec_push(sa->arena, &columns, column_in(p, arg->value));
    }
    gm_str list = listed(sa, &columns);
    if (!name.len)
        name = gm_str_printf(sa->arena, "ix_%.*s_%.*s", GM_ARG(bare(p->table->name)),
                             GM_ARG(columns.len ? columns.items[0] : GM_STR("")));
    add_part(sa, p->table, gm_str_printf(sa->arena, "index %.*s", GM_ARG(name)),
             gm_str_printf(sa->arena, "(%.*s) unique=%s%.*s", GM_ARG(list),
                           yes(unique && gm_str_is(unique->text, "True")),
                           GM_ARG(options_of(p, call))),
             &columns, here(p, call));
}

static void read_unique(const place *p, const gm_py_expr *call, const char *word)
{
    gm_sa *sa = p->sa;
    gm_strs columns = {0};
    gm_str name;
    if (!name_in(p, gm_py_keyword(&call->args, "name"), &name)) {
        doubtful(p, call);
        return;
    }
    GM_EACH (const gm_py_arg, arg, &call->args) {
        if (arg->stars) {
            doubtful(p, call);
            return;
        }
        if (!arg->name.len)
            gm_vec_push(sa->arena, &columns, column_in(p, arg->value));
    }
    gm_str list = listed(sa, &columns);
    gm_str what = name.len ? gm_str_printf(sa->arena, "%s %.*s", word, GM_ARG(name))
                           : gm_str_printf(sa->arena, "%s (%.*s)", word, GM_ARG(list));
    add_part(sa, p->table, what, name.len ? list : GM_STR(""), &columns, here(p, call));
}

static void read_check(const place *p, const gm_py_expr *call)
{
    gm_sa *sa = p->sa;
    gm_str name, sql;
    gm_orm_fact fact = here(p, call);
    const gm_py_expr *text = gm_py_positional(&call->args, 0);
    if (!text)
        text = gm_py_keyword(&call->args, "sqltext");
    if (!text || !name_in(p, gm_py_keyword(&call->args, "name"), &name)) {
        doubtful(p, call);
        return;
    }
    if (gm_sa_string(sa, p->scope, text, &sql)) {
        const gm_py_expr written = {.kind = GM_PY_STRING, .text = sql};
        sql = gm_sa_shown(sa->arena, &written);
    } else {
        sql = gm_sa_shown(sa->arena, text);
        fact.unresolved = text->kind == GM_PY_OTHER;
    }
    gm_str what = gm_str_printf(sa->arena, "check %.*s", GM_ARG(name.len ? name : sql));
    add_part(sa, p->table, what, name.len ? sql : GM_STR(""), NULL, fact);
}

static bool names_of(const place *p, const gm_py_expr *list, gm_strs *names)
{
    if (!list || (list->kind != GM_PY_LIST && list->kind != GM_PY_TUPLE))
        return false;
    GM_EACH (const gm_py_arg, arg, &list->args)
        gm_vec_push(p->sa->arena, names, column_in(p, arg->value));
    return true;
}

static void read_foreign_key(const place *p, const gm_py_expr *call)
{
    gm_sa *sa = p->sa;
    gm_strs columns = {0};
    const gm_py_expr *own = gm_py_positional(&call->args, 0);
    const gm_py_expr *targets = gm_py_positional(&call->args, 1);
    if (!own)
        own = gm_py_keyword(&call->args, "columns");
    if (!targets)
        targets = gm_py_keyword(&call->args, "refcolumns");
    if (!names_of(p, own, &columns) || !targets ||
        (targets->kind != GM_PY_LIST && targets->kind != GM_PY_TUPLE)) {
        doubtful(p, call);
        return;
    }
    gm_sa_key whole = {0};
    gm_strs names = {0};
    GM_EACH (const gm_py_arg, arg, &targets->args) {
        gm_sa_key key = gm_sa_read_key(sa, p->scope, arg->value, &call->args);
        gm_vec_push(sa->arena, &names, key.target);
        whole.rule = key.rule;
        whole.unresolved = whole.unresolved || key.unresolved;
    }
    whole.target = listed(sa, &names);
    add_key(sa, p->table, &columns, &whole, p->scope->file->path, call->line);
}

static bool read_constraint(const place *p, const gm_py_expr *call)
{
    gm_sa_thing callee = gm_sa_callee(p->sa, p->scope, call);
    gm_str word = gm_sa_word(&callee);
    if (gm_str_is(word, "Index"))
        read_index(p, call);
    else if (gm_str_is(word, "UniqueConstraint"))
        read_unique(p, call, "unique");
    else if (gm_str_is(word, "PrimaryKeyConstraint"))
        read_unique(p, call, "primary key");
    else if (gm_str_is(word, "CheckConstraint"))
        read_check(p, call);
    else if (gm_str_is(word, "ForeignKeyConstraint"))
        read_foreign_key(p, call);
    else
        return false;
    return true;
}

void gm_sa_read_args(gm_sa *sa, const gm_sa_scope *scope, const gm_sa_table *table,
                     const gm_py_expr *args)
{
    const place p = {sa, scope, table};
    if (!args || gm_py_is_none(args) || args->kind == GM_PY_DICT || gm_py_is_string(args))
        return;
    if (!gm_sa_enter(sa)) {
        doubtful(&p, args);
        return;
    }
    if (args->kind == GM_PY_TUPLE || args->kind == GM_PY_LIST) {
        GM_EACH (const gm_py_arg, arg, &args->args)
            gm_sa_read_args(sa, scope, table, arg->value);
    } else if (args->kind == GM_PY_BINARY && gm_str_is(args->text, "+")) {
        gm_sa_read_args(sa, scope, table, args->left);
        gm_sa_read_args(sa, scope, table, args->right);
    } else if (args->kind == GM_PY_NAME || args->kind == GM_PY_ATTRIBUTE) {
        gm_sa_thing thing = gm_sa_resolve(sa, scope, args);
        gm_sa_scope there = {.file = thing.file, .within = scope->within, .owner = scope->owner};
        if (thing.kind == GM_SA_VALUE)
            gm_sa_read_args(sa, &there, table, thing.value);
        else
            doubtful(&p, args);
    } else if (args->kind != GM_PY_CALL || !read_constraint(&p, args)) {
        doubtful(&p, args);
    }
    gm_sa_leave(sa);
}

bool gm_sa_schema_of(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *args, gm_str *schema)
{
    if (!args)
        return false;
    if (args->kind == GM_PY_DICT) {
        GM_EACH (const gm_py_arg, pair, &args->args)
            if (pair->key && gm_py_is_string(pair->key) && gm_str_is(pair->key->text, "schema"))
                return gm_sa_string(sa, scope, pair->value, schema);
        return false;
    }
    if (args->kind == GM_PY_TUPLE && args->args.len)
        return gm_sa_schema_of(sa, scope, args->args.items[args->args.len - 1].value, schema);
    return false;
}

/* ---- Table(…) ---- */

static bool is_column_call(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *expr,
                           gm_sa_column *column)
{
    return expr->kind == GM_PY_CALL &&
           gm_sa_read_column(sa, scope, GM_STR(""), NULL, expr, expr->line, column);
}

bool gm_sa_read_table(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *call)
{
    if (!call || call->kind != GM_PY_CALL)
        return false;
    gm_sa_thing callee = gm_sa_callee(sa, scope, call);
    gm_sa_table table = {.known = true, .path = scope->file->path, .line = call->line};
    gm_str schema;
    gm_sa_column column;
    size_t columns = 0;
    if (!gm_sa_is(&callee, "Table") || call->args.len < 2 || call->args.items[0].name.len)
        return false;
    GM_EACH (const gm_py_arg, arg, &call->args)
        columns += !arg->name.len && is_column_call(sa, scope, arg->value, &column);
    if (!columns)
        return false;
    if (!gm_sa_string(sa, scope, call->args.items[0].value, &table.name)) {
        table.name = gm_sa_shown(sa->arena, call->args.items[0].value);
        table.known = false;
    }
    if (gm_sa_string(sa, scope, gm_py_keyword(&call->args, "schema"), &schema))
        table.name = gm_str_printf(sa->arena, "%.*s.%.*s", GM_ARG(schema), GM_ARG(table.name));
    gm_sa_add_table(sa, &table);
    for (size_t i = 2; i < call->args.len; i++) {
        const gm_py_arg *arg = &call->args.items[i];
        if (arg->name.len)
            continue;
        if (is_column_call(sa, scope, arg->value, &column))
            gm_sa_add_column(sa, &table, &column);
        else
            gm_sa_read_args(sa, scope, &table, arg->value);
    }
    return true;
}

void gm_sa_read_loose_index(gm_sa *sa, const gm_sa_scope *scope, const gm_py_expr *call)
{
    gm_sa_thing callee = gm_sa_callee(sa, scope, call);
    if (!gm_sa_is(&callee, "Index"))
        return;
    GM_EACH (const gm_py_arg, arg, &call->args) {
        if (arg->name.len || arg->value->kind != GM_PY_ATTRIBUTE)
            continue;
        gm_sa_thing thing = gm_sa_resolve(sa, scope, arg->value->left);
        if (thing.kind != GM_SA_CLASS)
            continue;
        gm_sa_class *class = gm_sa_class_of(sa, thing.file, thing.statement);
        gm_sa_place_class(sa, class);
        if (!class->home)
            continue;
        gm_sa_scope inside = {.file = scope->file, .owner = class};
        const place p = {sa, &inside, &class->home->table};
        read_index(&p, call);
        return;
    }
}
