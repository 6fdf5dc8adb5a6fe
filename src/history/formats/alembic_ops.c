/* SPDX-License-Identifier: Apache-2.0 */
#include "history/formats/alembic_ops.h"

#include "history/formats/alembic_values.h"
#include "lang/sql_tables.h"

/* Where an operation's arguments stand, by position and by name; of a batch operation the table is
 * left out, and positions behind it are one less. -1: it has no such argument. */
typedef struct {
    const char *operation;
    const char *table_name; /* as a keyword */
    const char *columns_name;
    const char *other_name;
    int name;
    int table;
    int columns;
    int other;
    bool whole;
} shape;

static const shape shapes[] = {
    {"create_table", "table_name", NULL, NULL, -1, 0, -1, -1, true},
    {"drop_table", "table_name", NULL, NULL, -1, 0, -1, -1, true},
    {"rename_table", "old_table_name", NULL, "new_table_name", -1, 0, -1, 1, true},
    {"create_table_comment", "table_name", NULL, NULL, -1, 0, -1, -1, true},
    {"drop_table_comment", "table_name", NULL, NULL, -1, 0, -1, -1, true},
    {"add_column", "table_name", "column", NULL, -1, 0, 1, -1, false},
    {"drop_column", "table_name", "column_name", NULL, -1, 0, 1, -1, false},
    {"alter_column", "table_name", "column_name", NULL, -1, 0, 1, -1, false},
    {"create_index", "table_name", "columns", NULL, 0, 1, 2, -1, false},
    {"drop_index", "table_name", NULL, NULL, 0, 1, -1, -1, true},
    {"create_unique_constraint", "table_name", "columns", NULL, 0, 1, 2, -1, false},
    {"create_primary_key", "table_name", "columns", NULL, 0, 1, 2, -1, false},
    {"create_check_constraint", "table_name", NULL, NULL, 0, 1, -1, -1, true},
    {"create_exclude_constraint", "table_name", NULL, NULL, 0, 1, -1, -1, true},
    {"create_foreign_key", "source_table", "local_cols", "referent_table", 0, 1, 3, 2, false},
    {"drop_constraint", "table_name", NULL, NULL, 0, 1, -1, -1, true},
};

/* They change no schema, whatever their arguments. */
static const char *const idle_operations[] = {"get_bind", "get_context", "f", "inline_literal",
                                              "bulk_insert"};
static const char *const idle_names[] = {"print", "logger", "logging",    "log",
                                         "sa",    "time",   "sqlalchemy", "warnings"};
static const char *const idle_methods[] = {"commit", "flush", "close",   "rollback", "add",
                                           "append", "info",  "warning", "debug",    "add_all"};
/* What makes a statement of SQLAlchemy's that is about rows. */
static const char *const row_methods[] = {"insert", "update", "delete",     "values",
                                          "where",  "select", "from_select"};

#define HAS(list, text) has((list), sizeof(list) / sizeof((list)[0]), (text))

static bool has(const char *const *list, size_t count, gm_str text)
{
    for (size_t i = 0; i < count; i++)
        if (gm_str_is(text, list[i]))
            return true;
    return false;
}

/* ---- words ---- */

static bool is_word_char(char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_name_char(char c)
{
    return is_word_char(c) || c == '$' || (unsigned char)c >= 0x80;
}

/* As a word, in any case. */
static bool names(gm_str sql, gm_str word)
{
    for (size_t i = 0; word.len && i + word.len <= sql.len; i++) {
        if ((i && is_name_char(sql.ptr[i - 1])) ||
            (i + word.len < sql.len && is_name_char(sql.ptr[i + word.len])))
            continue;
        if (gm_str_eq_nocase(gm_str_sub(sql, i, i + word.len), word))
            return true;
    }
    return false;
}

typedef struct {
    gm_arena *arena;
    gm_values values;
    gm_strs roots;  /* what `alembic.op` is called in the file */
    gm_map local;   /* functions of the file */
    gm_map batches; /* what a batch is called -> its gm_alembic_op, for table and schema */
    gm_map enums;   /* what is bound to Enum(…) -> the name of the type, a gm_str */
    bool down;
    gm_alembic_ops ops;
} reader;

static gm_str first_line(gm_str source)
{
    gm_str line = {0};
    gm_str_line(&source, &line);
    return line;
}

static gm_alembic_op *add(reader *r, gm_str operation, const gm_py_expr *call)
{
    gm_alembic_op op = {.operation = operation,
                        .down = r->down,
                        .line = call->line,
                        .source = first_line(call->source)};
    gm_vec_push(r->arena, &r->ops, op);
    return &r->ops.items[r->ops.len - 1];
}

/* ---- arguments ---- */

/* op.f("ix") is "ix": it only keeps a naming convention away. */
static const gm_py_expr *without_f(const reader *r, const gm_py_expr *expr)
{
    if (!expr || expr->kind != GM_PY_CALL || expr->left->kind != GM_PY_ATTRIBUTE ||
        !gm_str_is(expr->left->text, "f") || expr->left->left->kind != GM_PY_NAME)
        return expr;
    gm_str root = expr->left->left->text;
    return gm_strs_have(&r->roots, root) || gm_map_find(&r->batches, root, NULL)
               ? gm_py_positional(&expr->args, 0)
               : expr;
}

static const gm_py_expr *argument(const gm_py_expr *call, int position, const char *name)
{
    const gm_py_expr *found = name ? gm_py_keyword(&call->args, name) : NULL;
    return found || position < 0 ? found : gm_py_positional(&call->args, (size_t)position);
}

/* Empty when it is not there or cannot be told. */
static gm_str text_of(const reader *r, const gm_py_expr *expr)
{
    expr = without_f(r, expr);
    if (!expr)
        return (gm_str){0};
    gm_value value = gm_values_evaluate(&r->values, expr);
    return value.kind == GM_VALUE_STRING ? value.text : (gm_str){0};
}

/* The name in sa.Column("name", …); empty for anything else. */
static gm_str column_of(const reader *r, const gm_py_expr *expr)
{
    if (!expr || expr->kind != GM_PY_CALL || !gm_str_is(expr->left->text, "Column"))
        return (gm_str){0};
    const gm_py_expr *name = gm_py_positional(&expr->args, 0);
    return text_of(r, name ? name : gm_py_keyword(&expr->args, "name"));
}

static void take_columns(const reader *r, const gm_py_expr *expr, gm_alembic_op *op)
{
    gm_str column = column_of(r, expr);
    gm_value value = expr ? gm_values_evaluate(&r->values, expr) : (gm_value){0};
    if (column.len)
        gm_vec_push(r->arena, &op->columns, column);
    else if (value.kind == GM_VALUE_STRING)
        gm_vec_push(r->arena, &op->columns, value.text);
    else if (value.kind == GM_VALUE_LIST)
        GM_EACH (const gm_str, item, &value.items)
            gm_vec_push(r->arena, &op->columns, *item);
    else
        op->whole = true;
}

/* ---- what is referred to ---- */

/* "t.id" -> t, "s.t.id" -> t */
static void add_target(const reader *r, gm_str whole, gm_alembic_op *op)
{
    gm_str before = gm_str_sub(whole, 0, gm_str_rfind(whole, '.'));
    size_t dot = gm_str_rfind(before, '.');
    gm_str table = dot < before.len ? gm_str_sub(before, dot + 1, before.len) : before;
    if (before.len < whole.len && table.len && !gm_strs_have(&op->used, table))
        gm_vec_push(r->arena, &op->used, table);
}

/* ForeignKey("t.id") in a column, ForeignKeyConstraint([…], ["t.id"]) in a table. */
static void take_targets(const reader *r, const gm_py_expr *expr, gm_alembic_op *op)
{
    if (!expr || expr->kind != GM_PY_CALL)
        return;
    if (gm_str_is(expr->left->text, "ForeignKey"))
        add_target(r, text_of(r, argument(expr, 0, "column")), op);
    if (gm_str_is(expr->left->text, "ForeignKeyConstraint")) {
        const gm_py_expr *list = argument(expr, 1, "refcolumns");
        gm_value value = list ? gm_values_evaluate(&r->values, list) : (gm_value){0};
        if (value.kind == GM_VALUE_LIST)
            GM_EACH (const gm_str, item, &value.items)
                add_target(r, *item, op);
    }
    if (gm_str_is(expr->left->text, "Column"))
        GM_EACH (const gm_py_arg, arg, &expr->args)
            take_targets(r, arg->value, op);
}

/* ---- calls ---- */

static const shape *find_shape(gm_str operation)
{
    for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
        if (gm_str_is(operation, shapes[i].operation))
            return &shapes[i];
    return NULL;
}

/* The position in a batch operation, which has no table. */
static int in_batch(const shape *s, int position)
{
    return position > s->table ? position - 1 : position;
}

/* Constraint(…) of any kind, or Index(…): it makes no column. */
static bool makes_no_column(const gm_py_expr *expr)
{
    if (expr->kind != GM_PY_CALL ||
        (expr->left->kind != GM_PY_ATTRIBUTE && expr->left->kind != GM_PY_NAME))
        return false;
    return gm_str_ends(expr->left->text, GM_STR("Constraint")) ||
           gm_str_is(expr->left->text, "Index");
}

static void take_made(const reader *r, const gm_py_expr *call, gm_alembic_op *op)
{
    bool unknown = false;
    for (size_t i = 0; i < call->args.len; i++) {
        const gm_py_arg *arg = &call->args.items[i];
        gm_str column = column_of(r, arg->value);
        if (column.len)
            gm_vec_push(r->arena, &op->columns, column);
        else if (arg->stars || (i && !arg->name.len && !makes_no_column(arg->value)))
            unknown = true;
    }
    op->listed = op->columns.len && !unknown;
}

/* `batch`: the batch that it belongs to; NULL: it names its table itself. */
static void take_operation(reader *r, const gm_py_expr *call, const gm_alembic_op *batch)
{
    gm_str operation = call->left->text;
    const shape *s = find_shape(operation);
    if (HAS(idle_operations, operation))
        return;
    gm_alembic_op *op = add(r, operation, call);
    if (!s) {
        op->unreadable = true;
        return;
    }
    op->whole = s->whole;
    op->name = text_of(r, argument(call, s->name, s->name < 0 ? NULL : "constraint_name"));
    if (batch) {
        op->table = batch->table;
        op->schema = batch->schema;
    } else {
        op->table = text_of(r, argument(call, s->table, s->table_name));
        op->schema = text_of(r, gm_py_keyword(&call->args, "schema"));
    }
    int columns = batch ? in_batch(s, s->columns) : s->columns;
    int other = batch ? in_batch(s, s->other) : s->other;
    if (s->columns_name)
        take_columns(r, argument(call, columns, s->columns_name), op);
    if (s->other_name)
        op->other = text_of(r, argument(call, other, s->other_name));
    gm_str renamed = text_of(r, gm_py_keyword(&call->args, "new_column_name"));
    if (renamed.len)
        gm_vec_push(r->arena, &op->columns, renamed);
    if (gm_str_is(operation, "create_table"))
        take_made(r, call, op);
    if (gm_str_is(operation, "create_table") || gm_str_is(operation, "add_column"))
        GM_EACH (const gm_py_arg, arg, &call->args)
            take_targets(r, arg->value, op);
    op->unreadable = !op->table.len;
}

/* The name of the type in Enum("a", "b", name="mood"); empty for anything else. */
static gm_str enum_of(const reader *r, const gm_py_expr *expr)
{
    if (expr && expr->kind == GM_PY_NAME) {
        const gm_str *name = gm_map_get(&r->enums, expr->text);
        return name ? *name : (gm_str){0};
    }
    bool is_enum = expr && expr->kind == GM_PY_CALL &&
                   (gm_str_is(expr->left->text, "Enum") || gm_str_is(expr->left->text, "ENUM"));
    return is_enum ? text_of(r, gm_py_keyword(&expr->args, "name")) : (gm_str){0};
}

static void take_enum(reader *r, const gm_py_statement *statement)
{
    gm_str name = enum_of(r, statement->value);
    if (statement->kind != GM_PY_ASSIGN)
        return;
    GM_EACH (const gm_py_expr *, target, &statement->targets) {
        gm_str *kept = gm_new(r->arena, gm_str);
        *kept = name;
        if ((*target)->kind == GM_PY_NAME)
            gm_map_set(&r->enums, (*target)->text, name.len ? kept : NULL);
    }
}

/* Enum(…).create(bind), mood.drop(bind) */
static bool take_enum_call(reader *r, const gm_py_expr *call)
{
    const gm_py_expr *callee = call->left;
    bool creates = gm_str_is(callee->text, "create");
    if (callee->kind != GM_PY_ATTRIBUTE || (!creates && !gm_str_is(callee->text, "drop")))
        return false;
    gm_str name = enum_of(r, callee->left);
    if (name.len)
        add(r, creates ? GM_STR("create_type") : GM_STR("drop_type"), call)->name = name;
    return name.len > 0;
}

/* CreateSequence(Sequence("s")) and DropSequence */
static bool take_sequence(reader *r, const gm_py_expr *call, const gm_py_expr *what)
{
    bool creates =
        what && what->kind == GM_PY_CALL && gm_str_is(what->left->text, "CreateSequence");
    if (!what || what->kind != GM_PY_CALL ||
        (!creates && !gm_str_is(what->left->text, "DropSequence")))
        return false;
    const gm_py_expr *of = gm_py_positional(&what->args, 0);
    gm_alembic_op *op = add(r, creates ? GM_STR("create_sequence") : GM_STR("drop_sequence"), call);
    if (of && of->kind == GM_PY_CALL)
        op->name = text_of(r, gm_py_positional(&of->args, 0));
    op->unreadable = !op->name.len;
    return true;
}

/* A statement of SQLAlchemy's about rows: t.update().where(…), sa.insert(t) … */
static bool is_about_rows(const gm_py_expr *expr)
{
    for (; expr; expr = expr->left) {
        if ((expr->kind == GM_PY_ATTRIBUTE || expr->kind == GM_PY_NAME) &&
            HAS(row_methods, expr->text))
            return true;
        if (expr->kind != GM_PY_ATTRIBUTE && expr->kind != GM_PY_CALL)
            return false;
    }
    return false;
}

/* execute("…"), execute(sa.text("…")), whoever executes it. */
static void take_execute(reader *r, const gm_py_expr *call)
{
    const gm_py_expr *what = gm_py_positional(&call->args, 0);
    if (!what)
        what = gm_py_keyword(&call->args, "sqltext");
    if ((what && is_about_rows(what)) || take_sequence(r, call, what))
        return;
    gm_alembic_op *op = add(r, GM_STR("execute"), call);
    while (what && what->kind == GM_PY_CALL &&
           (gm_str_is(what->left->text, "text") || gm_str_is(what->left->text, "DDL") ||
            gm_str_is(what->left->text, "bindparams"))) {
        bool chained = gm_str_is(what->left->text, "bindparams");
        what = chained ? what->left->left : gm_py_positional(&what->args, 0);
    }
    op->sql = text_of(r, what);
    op->unreadable = !op->sql.len;
    gm_sql_tables(r->arena, op->sql, &op->changed, &op->used);
}

static void take_call(reader *r, const gm_py_expr *call, bool alone)
{
    const gm_py_expr *callee = call->left;
    gm_str method = callee->text;
    gm_str root = gm_py_dotted(r->arena, callee);
    gm_str first = gm_str_sub(root, 0, gm_str_find(root, '.', 0));
    if (gm_str_is(method, "execute") && callee->kind == GM_PY_ATTRIBUTE) {
        take_execute(r, call);
    } else if (callee->kind == GM_PY_ATTRIBUTE &&
               gm_strs_have(&r->roots, gm_py_dotted(r->arena, callee->left))) {
        take_operation(r, call, NULL);
    } else if (callee->kind == GM_PY_ATTRIBUTE && callee->left->kind == GM_PY_NAME &&
               gm_map_find(&r->batches, callee->left->text, NULL)) {
        take_operation(r, call, gm_map_get(&r->batches, callee->left->text));
    } else if (take_enum_call(r, call)) {
        return;
    } else if (alone && !HAS(idle_names, first) && !is_about_rows(callee) &&
               !(callee->kind == GM_PY_NAME && gm_map_find(&r->local, method, NULL)) &&
               !(callee->kind == GM_PY_ATTRIBUTE && HAS(idle_methods, method))) {
        add(r, root, call)->unreadable = true;
    }
}

/* ---- statements ---- */

/* `with op.batch_alter_table("t") as batch_op:` gives a name to a batch. */
static void take_with(reader *r, const gm_py_statement *with)
{
    const gm_py_expr *call = with->value;
    if (!call || call->kind != GM_PY_CALL || with->targets.len != 1 ||
        with->targets.items[0]->kind != GM_PY_NAME ||
        !gm_str_is(call->left->text, "batch_alter_table"))
        return;
    gm_alembic_op *batch = gm_new(r->arena, gm_alembic_op);
    batch->table = text_of(r, argument(call, 0, "table_name"));
    batch->schema = text_of(r, gm_py_keyword(&call->args, "schema"));
    gm_map_set(&r->batches, with->targets.items[0]->text, batch);
}

static void take_body(reader *r, const gm_py_statements *body);

static void take_statement(reader *r, const gm_py_statement *statement)
{
    const gm_py_expr *value = statement->value;
    if (statement->kind == GM_PY_BLOCK) {
        if (gm_str_is(statement->text, "with"))
            take_with(r, statement);
        take_body(r, &statement->body);
        return;
    }
    take_enum(r, statement);
    if (value && value->kind == GM_PY_CALL)
        take_call(r, value, statement->kind == GM_PY_EXPR);
    if (statement->kind == GM_PY_STATEMENT_BROKEN || (value && value->kind == GM_PY_OTHER)) {
        gm_py_expr whole = {.line = statement->line, .source = statement->source};
        bool may_act = statement->kind == GM_PY_EXPR;
        GM_EACH (const gm_str, root, &r->roots)
            may_act |= names(statement->source, *root);
        if (may_act || names(statement->source, GM_STR("execute")))
            add(r, (gm_str){0}, &whole)->unreadable = true;
    }
    gm_values_take(&r->values, statement);
}

static void take_body(reader *r, const gm_py_statements *body)
{
    GM_EACH (gm_py_statement *, statement, body)
        take_statement(r, *statement);
}

static void take_function(reader *r, const gm_py_statement *function)
{
    gm_values outer = r->values;
    gm_values inner = gm_values_new(r->arena);
    GM_EACH (const gm_map_entry, entry, &outer.names.entries)
        gm_map_add(&inner.names, entry->key, entry->value);
    r->values = inner;
    r->down = gm_str_starts(function->name, GM_STR("downgrade"));
    take_body(r, &function->body);
    r->down = false;
    r->values = outer;
}

static void take_names(reader *r, const gm_py_statement *statement)
{
    take_enum(r, statement);
    if (statement->kind == GM_PY_FUNCTION || statement->kind == GM_PY_CLASS)
        gm_map_set(&r->local, statement->name, NULL);
    else
        gm_values_take(&r->values, statement);
    for (size_t i = 0; i < statement->imports.len; i++) {
        gm_str module = statement->imports.items[i].module;
        if (gm_str_is(statement->imports.items[i].name, "op") && gm_str_is(module, "alembic"))
            gm_vec_push(r->arena, &r->roots, statement->imports.items[i].as);
    }
}

gm_alembic_ops gm_alembic_ops_read(gm_arena *arena, gm_str text)
{
    reader r = {.arena = arena,
                .values = gm_values_new(arena),
                .local = gm_map_new(arena),
                .batches = gm_map_new(arena),
                .enums = gm_map_new(arena)};
    gm_vec_push(arena, &r.roots, GM_STR("op"));
    gm_vec_push(arena, &r.roots, GM_STR("alembic.op"));
    gm_py_statements all = gm_py_read_all(gm_py_open(arena, text));
    GM_EACH (gm_py_statement *, statement, &all)
        take_names(&r, *statement);
    GM_EACH (gm_py_statement *, statement, &all)
        if ((*statement)->kind == GM_PY_FUNCTION)
            take_function(&r, *statement);
    return r.ops;
}

/* ---- looking ---- */

/* Without a schema in front of it. */
static gm_str bare(gm_str table)
{
    size_t dot = gm_str_rfind(table, '.');
    return dot < table.len ? gm_str_sub(table, dot + 1, table.len) : table;
}

static bool touches(const gm_alembic_op *op, gm_str table, gm_str column)
{
    if (op->sql.len)
        return names(op->sql, bare(table)) && (!column.len || names(op->sql, column));
    if (!gm_str_eq(bare(op->table), bare(table)) && !gm_str_eq(bare(op->other), bare(table)))
        return false;
    return !column.len || op->whole || gm_strs_have(&op->columns, column);
}

bool gm_alembic_ops_touch(const gm_alembic_ops *ops, gm_str table, gm_str column)
{
    GM_EACH (const gm_alembic_op, op, ops)
        if (!op->down && (op->unreadable || touches(op, table, column)))
            return true;
    return false;
}
