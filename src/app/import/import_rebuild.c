/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table that a batch on SQLite wants, as text: what is there, read back from scratch, with the
 * batch's operations made in it as operations/batch.py of Alembic makes them. How the one becomes
 * the other is the renderer's.
 */
#include "app/import/import_rebuild.h"

#include "app/import/import_replay.h"
#include "db/render.h"
#include "lang/sql_text.h"

/* ---- what the batch changes ---- */

static gm_import_part_column *find_column(gm_import_parts *r, gm_str name)
{
    GM_EACH (gm_import_part_column, column, &r->columns)
        if (gm_str_eq_nocase(column->name, name))
            return column;
    return NULL;
}

static bool add_constraint(gm_import_parts *r, const gm_import_constraint *constraint)
{
    if (!constraint->name.len)
        return gm_import_refuse(r->w, "a batch on SQLite adds a constraint with a name alone");
    gm_import_part_constraint made = {.name = constraint->name,
                                      .sql = gm_import_constraint_sql(r->w, constraint),
                                      .primary = constraint->primary};
    gm_buf columns = gm_buf_new(r->w->arena, SIZE_MAX);
    GM_EACH (const gm_str, name, &constraint->columns)
        gm_buf_printf(&columns, "%s%.*s", columns.len ? ", " : "",
                      GM_ARG(gm_sql_name(r->w->arena, *name)));
    made.columns = gm_buf_str(&columns);
    for (size_t i = 0; constraint->primary && i < r->constraints.len; i++)
        if (r->constraints.items[i].primary)
            r->constraints.items[i].sql = (gm_str){0};
    gm_vec_push(r->w->arena, &r->constraints, made);
    return true;
}

static bool add_column(gm_import_parts *r, const gm_import_operation *o)
{
    static const char *const known[] = {"column", "insert_before", "insert_after", NULL};
    gm_import_column column;
    gm_import_constraint constraint;
    gm_buf buf = gm_buf_new(r->w->arena, SIZE_MAX);
    gm_import_writer inner = *r->w;
    inner.out = &buf;
    if (!gm_import_operation_only(o, 2, known) ||
        !gm_import_read_column(r->w, gm_import_behind(o, 1, "column"), &column) ||
        !gm_import_add_column_sql(&inner, &column, false))
        return false;
    if (find_column(r, column.name))
        return gm_import_refuse(r->w, "the column is there already");
    if (column.unique)
        return gm_import_refuse(r->w, "a batch on SQLite adds a constraint with a name alone");
    gm_vec_push(r->w->arena, &r->columns,
                (gm_import_part_column){.name = column.name, .whole = gm_buf_str(&buf)});
    GM_EACH (const gm_py_expr *, key, &column.keys)
        if (!gm_import_read_key(r->w, *key, column.name, &constraint) ||
            !add_constraint(r, &constraint))
            return false;
    if (gm_import_type_check(r->w, &column, &constraint) && !add_constraint(r, &constraint))
        return false;
    if (column.index)
        gm_buf_printf(&r->after, "CREATE INDEX %.*s ON %.*s (%.*s);\n",
                      GM_ARG(gm_sql_name(r->w->arena, gm_str_printf(r->w->arena, "ix_%.*s_%.*s",
                                                                    GM_ARG(r->batch->table),
                                                                    GM_ARG(column.name)))),
                      GM_ARG(gm_sql_name(r->w->arena, r->batch->table)),
                      GM_ARG(gm_sql_name(r->w->arena, column.name)));
    return true;
}

/* Keys with the column go too; a check that speaks of it makes the new table fail. */
static bool drop_column(gm_import_parts *r, const gm_import_operation *o)
{
    gm_str name = {0};
    size_t left = 0;
    if (!gm_import_operation_only(o, 2, (const char *const[]){"column_name", "existing_*", NULL}) ||
        !gm_import_text(r->w->scope, gm_import_behind(o, 1, "column_name"), &name))
        return false;
    if (!find_column(r, name))
        return gm_import_refuse(r->w, "there is no such column");
    for (size_t i = 0; i < r->columns.len; i++)
        if (!gm_str_eq_nocase(r->columns.items[i].name, name))
            r->columns.items[left++] = r->columns.items[i];
    r->columns.len = left;
    GM_EACH (gm_import_part_constraint, constraint, &r->constraints) {
        if (!gm_import_part_mentions(constraint->columns, name))
            continue;
        if (constraint->primary && gm_str_has(constraint->columns, ','))
            return gm_import_refuse(r->w, "a column of a primary key of several goes");
        constraint->sql = (gm_str){0};
    }
    if (gm_import_part_mentions(r->numbered, name))
        r->numbered = (gm_str){0};
    return true;
}

static bool alter_type(gm_import_parts *r, const gm_py_expr *call, gm_import_part_column *column)
{
    const gm_py_expr *given = gm_py_keyword(&call->args, "type_");
    const gm_py_expr *existing = gm_py_keyword(&call->args, "existing_type");
    gm_import_type type;
    gm_import_type old = {0};
    if (gm_import_none(r->w->scope, given))
        return true;
    if (!gm_import_read_type(r->w, given, &type))
        return false;
    if (gm_import_none(r->w->scope, existing) || !gm_import_read_type(r->w, existing, &old))
        old = (gm_import_type){0};
    r->w->why = (gm_str){0};
    if (type.checked || old.checked)
        return gm_import_refuse(r->w, "the check of an enum or a boolean changes with its type");
    column->type = type.sql;
    return true;
}

static bool alter_default(gm_import_parts *r, const gm_py_expr *call, gm_import_part_column *column)
{
    const gm_py_expr *given = gm_py_keyword(&call->args, "server_default");
    gm_import_default kind;
    bool unchanged = true;
    if (!given || (gm_import_bool(r->w->scope, given, &unchanged) && !unchanged))
        return true;
    column->value = (gm_str){0};
    return gm_import_server_default(r->w, given, &column->value, &kind);
}

static bool alter_column(gm_import_parts *r, const gm_import_operation *o)
{
    static const char *const known[] = {"column_name",
                                        "nullable",
                                        "comment",
                                        "server_default",
                                        "new_column_name",
                                        "type_",
                                        "existing_*",
                                        "autoincrement",
                                        "postgresql_using",
                                        "insert_before",
                                        "insert_after",
                                        "mysql_*",
                                        NULL};
    const gm_py_expr *given = gm_py_keyword(&o->call->args, "nullable");
    gm_str name = {0};
    gm_str renamed = {0};
    bool nullable;
    if (!gm_import_operation_only(o, 2, known) ||
        !gm_import_text(r->w->scope, gm_import_behind(o, 1, "column_name"), &name) ||
        !gm_import_word(r->w, o->call, "new_column_name", &renamed))
        return false;
    gm_import_part_column *column = find_column(r, renamed.len ? renamed : name);
    if (!column)
        return gm_import_refuse(r->w, "there is no such column");
    bool more = gm_py_keyword(&o->call->args, "type_") || !gm_import_none(r->w->scope, given) ||
                gm_py_keyword(&o->call->args, "server_default");
    if (column->whole.len && more)
        return gm_import_refuse(r->w, "a column that is added, or has named parts, is altered");
    if (!gm_import_none(r->w->scope, given)) {
        if (!gm_import_bool(r->w->scope, given, &nullable))
            return false;
        column->not_null = !nullable;
    }
    return alter_type(r, o->call, column) && alter_default(r, o->call, column);
}

static bool drop_constraint(gm_import_parts *r, const gm_import_operation *o)
{
    static const char *const known[] = {"constraint_name", "type_", NULL};
    gm_str name = {0};
    if (!gm_import_operation_only(o, 2, known) ||
        !gm_import_text(r->w->scope, gm_import_argument(o->call, 0, "constraint_name"), &name))
        return false;
    GM_EACH (gm_import_part_constraint, constraint, &r->constraints)
        if (constraint->sql.len && gm_str_eq_nocase(constraint->name, name)) {
            constraint->sql = (gm_str){0};
            return true;
        }
    return gm_import_refuse(r->w, "the table has no constraint of that name");
}

static bool drop_index(gm_import_parts *r, const gm_import_operation *o)
{
    static const char *const known[] = {"index_name", "postgresql_*", "sqlite_*", NULL};
    gm_str name = {0};
    size_t left = 0;
    if (!gm_import_only(o->call, 1, known) ||
        !gm_import_text(r->w->scope, gm_import_argument(o->call, 0, "index_name"), &name))
        return false;
    for (size_t i = 0; i < r->indexes.len; i++)
        if (!gm_str_eq_nocase(r->indexes.items[i], name))
            r->indexes.items[left++] = r->indexes.items[i];
    bool found = left < r->indexes.len;
    r->indexes.len = left;
    return found || gm_import_refuse(r->w, "there is no such index");
}

static bool change(gm_import_parts *r, const gm_import_operation *o)
{
    gm_import_constraint constraint;
    if (gm_str_is(o->operation, "add_column"))
        return add_column(r, o);
    if (gm_str_is(o->operation, "drop_column"))
        return drop_column(r, o);
    if (gm_str_is(o->operation, "alter_column"))
        return alter_column(r, o);
    if (gm_str_is(o->operation, "drop_constraint"))
        return drop_constraint(r, o);
    if (gm_str_is(o->operation, "drop_index"))
        return drop_index(r, o);
    if (gm_str_is(o->operation, "create_index")) {
        gm_import_writer inner = *r->w;
        inner.out = &r->after;
        return gm_import_create_index(&inner, o);
    }
    if (gm_str_ends(o->operation, GM_STR("_table_comment")))
        return true;
    return gm_str_starts(o->operation, GM_STR("create_")) &&
           gm_import_read_created(r->w, o->call, o->operation, 1, &constraint) &&
           add_constraint(r, &constraint);
}

/* ---- in scratch ---- */

static gm_code make(const gm_import_parts *r, gm_db *db, gm_err *err)
{
    gm_str drop = gm_str_printf(r->w->arena, "DROP TABLE %.*s",
                                GM_ARG(gm_sql_name(r->w->arena, r->table->name)));
    GM_TRY(gm_db_execute(db, drop, NULL, err));
    GM_TRY(gm_db_execute(db, gm_import_parts_text(r), NULL, err));
    GM_EACH (gm_object *, at, &r->from->objects) {
        const gm_object *object = *at;
        bool stays = gm_import_part_belongs(r, object) &&
                     (object->kind == GM_OBJECT_TRIGGER ||
                      (object->kind == GM_OBJECT_INDEX && gm_strs_have(&r->indexes, object->name)));
        if (stays)
            GM_TRY(gm_db_execute(db, object->text, NULL, err));
    }
    return GM_OK;
}

/* The schema with the new table; scratch is left as it was. */
static bool desired(const gm_import_parts *r, gm_db *db, gm_schema **to)
{
    gm_err err = gm_err_new(r->w->arena);
    gm_err undone = gm_err_new(r->w->arena);
    if (gm_db_execute(db, GM_STR("SAVEPOINT gmig_import_table"), NULL, &err) != GM_OK)
        return gm_import_refuse(r->w, "scratch has no savepoint");
    gm_code code = make(r, db, &err);
    bool good = code == GM_OK && gm_import_replay_schema(r->w, to);
    if (gm_db_execute(db, GM_STR("ROLLBACK TO gmig_import_table"), NULL, &undone) != GM_OK ||
        gm_db_execute(db, GM_STR("RELEASE gmig_import_table"), NULL, &undone) != GM_OK)
        return gm_import_refuse(r->w, "scratch cannot be put back");
    if (code != GM_OK)
        r->w->why = gm_str_printf(r->w->arena, "the new table fails on SQLite: %.*s",
                                  GM_ARG(err.detail.len ? err.detail : err.text));
    return good;
}

static bool render(const gm_import_parts *r, const gm_schema *to)
{
    gm_err err = gm_err_new(r->w->arena);
    gm_render made = {0};
    gm_diff diff = gm_schema_compare(r->w->arena, r->from, to);
    if (gm_db_render(r->w->arena, &diff, &made, &err) != GM_OK) {
        r->w->why = err.text;
        return false;
    }
    GM_EACH (const gm_render_statement, statement, &made.statements)
        gm_buf_printf(r->w->out, "%.*s\n",
                      GM_ARG(gm_sql_closed(r->w->arena, GM_SQLITE, statement->sql)));
    return true;
}

/* Columns are renamed where they are: what refers to them follows. */
static bool rename_columns(gm_import_writer *w, const gm_import_batch *batch)
{
    GM_EACH (const gm_import_operation, o, &batch->operations) {
        gm_str from = {0};
        gm_str to = {0};
        if (!gm_str_is(o->operation, "alter_column"))
            continue;
        if (!gm_import_text(w->scope, gm_import_behind(o, 1, "column_name"), &from) ||
            !gm_import_word(w, o->call, "new_column_name", &to))
            return false;
        if (to.len && !gm_str_eq(from, to))
            gm_buf_printf(w->out, "ALTER TABLE %.*s RENAME COLUMN %.*s TO %.*s;\n",
                          GM_ARG(gm_sql_name(w->arena, batch->table)),
                          GM_ARG(gm_sql_name(w->arena, from)), GM_ARG(gm_sql_name(w->arena, to)));
    }
    return true;
}

bool gm_import_rebuild(gm_import_writer *w, const gm_import_batch *batch)
{
    gm_db *db = NULL;
    gm_schema *from = NULL;
    gm_schema *to = NULL;
    if (!gm_import_none(w->scope, gm_py_keyword(&batch->call->args, "naming_convention")))
        return gm_import_refuse(w, "a naming convention names what is built anew");
    if (!w->replay)
        return gm_import_refuse(w, "there is no scratch to look at the table");
    if (!gm_import_replay_alone(w, batch->table) || !rename_columns(w, batch) ||
        !gm_import_replay_ready(w, &db) || !gm_import_replay_schema(w, &from))
        return false;
    gm_import_parts r = {
        .w = w, .batch = batch, .from = from, .after = gm_buf_new(w->arena, SIZE_MAX)};
    r.table = gm_schema_find(from, GM_OBJECT_TABLE, (gm_str){0}, (gm_str){0}, batch->table);
    if (!r.table)
        return gm_import_refuse(w, "there is no such table");
    if (!gm_import_parts_take(&r))
        return false;
    GM_EACH (const gm_import_operation, o, &batch->operations)
        if (!change(&r, o))
            return false;
    if (!desired(&r, db, &to) || !render(&r, to))
        return false;
    gm_buf_add(w->out, gm_buf_str(&r.after));
    gm_import_replay_rebuilds(w, r.table->name, batch->call);
    return true;
}
