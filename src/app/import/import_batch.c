/* SPDX-License-Identifier: Apache-2.0 */
#include "app/import/import_batch.h"

static const struct {
    const char *name;
    bool (*write)(gm_import_writer *, const gm_import_operation *);
} operations[] = {
    {"create_table", gm_import_create_table},
    {"drop_table", gm_import_drop_table},
    {"rename_table", gm_import_rename_table},
    {"create_table_comment", gm_import_table_comment},
    {"drop_table_comment", gm_import_table_comment},
    {"create_index", gm_import_create_index},
    {"drop_index", gm_import_drop_index},
    {"add_column", gm_import_add_column},
    {"drop_column", gm_import_drop_column},
    {"alter_column", gm_import_alter_column},
    {"create_unique_constraint", gm_import_create_constraint},
    {"create_primary_key", gm_import_create_constraint},
    {"create_check_constraint", gm_import_create_constraint},
    {"create_foreign_key", gm_import_create_constraint},
    {"create_exclude_constraint", gm_import_create_constraint},
    {"drop_constraint", gm_import_drop_constraint},
};

bool gm_import_operate(gm_import_writer *w, const gm_import_operation *o)
{
    for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        if (gm_str_is(o->operation, operations[i].name))
            return operations[i].write(w, o);
    return false;
}

bool gm_import_batch_open(gm_import_writer *w, const gm_py_expr *call, gm_import_batch *batch)
{
    static const char *const known[] = {
        "table_name",        "schema",       "recreate", "reflect_kwargs",
        "naming_convention", "reflect_args", NULL};
    gm_str recreate = {0};
    *batch = (gm_import_batch){.call = call, .scope = w->scope};
    if (!gm_import_only(call, 1, known) ||
        !gm_import_text(w->scope, gm_import_argument(call, 0, "table_name"), &batch->table) ||
        !gm_import_word(w, call, "schema", &batch->schema) ||
        !gm_import_word(w, call, "recreate", &recreate))
        return false;
    batch->always = gm_str_is(recreate, "always");
    batch->never = gm_str_is(recreate, "never");
    if (batch->always && w->postgres)
        return gm_import_refuse(w, "the table is copied on PostgreSQL too");
    if (batch->schema.len && !w->postgres)
        return gm_import_refuse(w, "SQLite has no schemas");
    return true;
}

bool gm_import_batch_add(gm_import_writer *w, gm_import_batch *batch, const gm_py_expr *call)
{
    gm_import_operation o = {.call = call,
                             .operation = call->left->text,
                             .batch = true,
                             .table = batch->table,
                             .schema = batch->schema};
    if (gm_str_is(o.operation, "create_table") || gm_str_is(o.operation, "drop_table") ||
        gm_str_is(o.operation, "rename_table"))
        return false;
    if (w->scope != batch->scope)
        return gm_import_refuse(w, "a function adds to a batch that is not its own");
    if (!batch->operations.len)
        batch->bound = gm_import_scope_bound(w->scope);
    gm_vec_push(w->arena, &batch->operations, o);
    return true;
}

/* Alembic copies no table for columns and indexes that are added, nor for indexes that go. */
static bool is_plain(gm_import_writer *w, const gm_import_operation *o)
{
    gm_import_column column;
    if (gm_str_is(o->operation, "create_index") || gm_str_is(o->operation, "drop_index"))
        return true;
    if (!gm_str_is(o->operation, "add_column") ||
        !gm_import_read_column(w, gm_import_behind(o, 1, "column"), &column))
        return false;
    /* text("0") is more than a constant in Alembic's eyes, and no more than one in SQLite's: what
     * comes of it is the same. */
    bool constant = column.default_kind == GM_IMPORT_NO_DEFAULT ||
                    gm_py_is_string(gm_import_value(
                        w->scope, gm_py_keyword(&column.call->args, "server_default")));
    return constant && !column.stored.len && !column.keys.len && !column.type.checked &&
           (!column.unique || column.index);
}

/* An operation by itself; the batch is refused as a whole, for the reason that one of them has. */
static bool operate_in_order(gm_import_writer *w, const gm_import_batch *batch)
{
    GM_EACH (const gm_import_operation, o, &batch->operations) {
        if (gm_import_operate(w, o))
            continue;
        const char *colon = w->why.len ? ": " : "";
        w->why = gm_str_printf(w->arena, "%.*s on line %zu%s%.*s", GM_ARG(o->operation),
                               o->call->line, colon, GM_ARG(w->why));
        return false;
    }
    return true;
}

bool gm_import_batch_close(gm_import_writer *w, gm_import_batch *batch)
{
    bool plain = !batch->always;
    /* Arguments are looked at here, and were computed where the operation stands. */
    if (batch->operations.len && gm_import_scope_bound(w->scope) != batch->bound)
        return gm_import_refuse(w, "a name is bound between the operations of a batch");
    if (w->postgres || batch->never)
        return operate_in_order(w, batch);
    GM_EACH (const gm_import_operation, o, &batch->operations)
        plain = plain && is_plain(w, o);
    w->why = (gm_str){0};
    return plain ? operate_in_order(w, batch) : gm_import_rebuild(w, batch);
}
