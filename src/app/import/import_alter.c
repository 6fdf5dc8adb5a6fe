/* SPDX-License-Identifier: Apache-2.0 */
/* Columns and constraints of a table that is there. */
#include "app/import/import_sql.h"
#include "lang/sql_text.h"

/* ---- columns ---- */

static void add_constraint(const gm_import_writer *w, gm_str table,
                           const gm_import_constraint *constraint)
{
    gm_buf_printf(w->out, "ALTER TABLE %.*s ADD %.*s;\n", GM_ARG(table),
                  GM_ARG(gm_import_constraint_sql(w, constraint)));
}

/* What a new column brings along, as statements of their own. */
static bool add_along(gm_import_writer *w, const gm_import_column *column, gm_str schema,
                      gm_str table)
{
    gm_import_constraint constraint;
    gm_str whole = gm_import_qualified(w, schema, table);
    gm_str bare = gm_sql_name(w->arena, column->name);
    bool unique = column->unique && !column->index;
    if (!w->postgres && (unique || column->keys.len || column->type.checked))
        return gm_import_refuse(w, "SQLite adds a constraint in batch_alter_table alone");
    if (unique)
        gm_buf_printf(w->out, "ALTER TABLE %.*s ADD UNIQUE (%.*s);\n", GM_ARG(whole), GM_ARG(bare));
    GM_EACH (const gm_py_expr *, key, &column->keys) {
        if (!gm_import_read_key(w, *key, column->name, &constraint))
            return false;
        add_constraint(w, whole, &constraint);
    }
    if (gm_import_type_check(w, column, &constraint))
        add_constraint(w, whole, &constraint);
    if (column->index)
        gm_buf_printf(
            w->out, "CREATE %sINDEX %.*s ON %.*s (%.*s);\n", column->unique ? "UNIQUE " : "",
            GM_ARG(gm_sql_name(w->arena, gm_str_printf(w->arena, "ix_%.*s%s%.*s_%.*s",
                                                       GM_ARG(schema), schema.len ? "_" : "",
                                                       GM_ARG(table), GM_ARG(column->name)))),
            GM_ARG(whole), GM_ARG(bare));
    if (w->postgres && column->comment.len)
        gm_import_add_column_comment(w, whole, column->name, column->comment);
    return true;
}

bool gm_import_add_column(gm_import_writer *w, const gm_import_operation *o)
{
    static const char *const known[] = {"table_name", "column", "schema", "if_not_exists", NULL};
    gm_import_column column;
    gm_str table = {0};
    gm_str schema = {0};
    bool lenient;
    if (!gm_import_operation_only(o, 2, known) ||
        !gm_import_table_of(w, o, 0, "table_name", &table, &schema) ||
        !gm_import_flag(w, o->call, "if_not_exists", false, &lenient) ||
        !gm_import_read_column(w, gm_import_behind(o, 1, "column"), &column))
        return false;
    if (lenient && !w->postgres)
        return gm_import_refuse(w, "SQLite has no ADD COLUMN IF NOT EXISTS");
    /* Alembic's ADD COLUMN says nothing of a primary key, but counts as if there were one. */
    bool serial = column.primary && column.type.integer && !column.not_counted &&
                  column.default_kind == GM_IMPORT_NO_DEFAULT && !column.keys.len &&
                  !column.client_default;
    gm_buf_printf(w->out, "ALTER TABLE %.*s ADD COLUMN %s",
                  GM_ARG(gm_import_qualified(w, schema, table)), lenient ? "IF NOT EXISTS " : "");
    if (!gm_import_add_column_sql(w, &column, serial))
        return false;
    gm_buf_z(w->out, ";\n");
    return add_along(w, &column, schema, table);
}

bool gm_import_drop_column(gm_import_writer *w, const gm_import_operation *o)
{
    static const char *const known[] = {"table_name", "column_name", "schema",
                                        "if_exists",  "mssql_*",     NULL};
    gm_str table = {0};
    gm_str schema = {0};
    gm_str column = {0};
    bool lenient;
    if (!gm_import_operation_only(o, 2, known) ||
        !gm_import_table_of(w, o, 0, "table_name", &table, &schema) ||
        !gm_import_flag(w, o->call, "if_exists", false, &lenient) ||
        !gm_import_text(w->scope, gm_import_behind(o, 1, "column_name"), &column))
        return false;
    if (lenient && !w->postgres)
        return gm_import_refuse(w, "SQLite has no DROP COLUMN IF EXISTS");
    gm_buf_printf(w->out, "ALTER TABLE %.*s DROP COLUMN %s%.*s;\n",
                  GM_ARG(gm_import_qualified(w, schema, table)), lenient ? "IF EXISTS " : "",
                  GM_ARG(gm_sql_name(w->arena, column)));
    return true;
}

/* ---- alter_column ---- */

typedef struct {
    gm_import_writer *w;
    const gm_py_expr *call;
    gm_str table; /* as in SQL */
    gm_str column;
} altered;

static void start(const altered *a)
{
    gm_buf_printf(a->w->out, "ALTER TABLE %.*s ALTER COLUMN %.*s ", GM_ARG(a->table),
                  GM_ARG(gm_sql_name(a->w->arena, a->column)));
}

/* A type whose check is kept beside it wants the old check dropped, whose name is not here. */
static bool plain_types(altered *a, const gm_import_type *type)
{
    const gm_py_expr *existing = gm_py_keyword(&a->call->args, "existing_type");
    gm_import_type old = {0};
    if (!gm_import_none(a->w->scope, existing) && !gm_import_read_type(a->w, existing, &old)) {
        /* Whatever it is, it is neither an enum nor a boolean of SQLAlchemy's own. */
        old = (gm_import_type){0};
        a->w->why = (gm_str){0};
    }
    return (!type->checked && !old.checked) ||
           gm_import_refuse(a->w, "the check of an enum or a boolean changes with its type");
}

static bool alter_type(altered *a)
{
    const gm_py_expr *given = gm_py_keyword(&a->call->args, "type_");
    gm_str using = {0};
    gm_import_type type;
    if (gm_import_none(a->w->scope, given))
        return true;
    if (!gm_import_read_type(a->w, given, &type) || !plain_types(a, &type) ||
        !gm_import_word(a->w, a->call, "postgresql_using", &using))
        return false;
    start(a);
    gm_buf_printf(a->w->out, "TYPE %.*s", GM_ARG(type.sql));
    if (using.len)
        gm_buf_printf(a->w->out, " USING %.*s", GM_ARG(using));
    gm_buf_z(a->w->out, ";\n");
    return true;
}

static bool alter_nullable(altered *a)
{
    bool nullable;
    const gm_py_expr *given = gm_py_keyword(&a->call->args, "nullable");
    if (gm_import_none(a->w->scope, given))
        return true;
    if (!gm_import_bool(a->w->scope, given, &nullable))
        return false;
    start(a);
    gm_buf_printf(a->w->out, "%s NOT NULL;\n", nullable ? "DROP" : "SET");
    return true;
}

/* Is it False, as good as not given? */
static bool is_false(const gm_import_writer *w, const gm_py_expr *expr)
{
    bool value = true;
    return gm_import_bool(w->scope, expr, &value) && !value;
}

static bool alter_identity(altered *a, const gm_py_expr *now, bool was)
{
    if (was && !gm_import_none(a->w->scope, now))
        return false;
    start(a);
    if (was) {
        gm_buf_z(a->w->out, "DROP IDENTITY;\n");
        return true;
    }
    gm_buf_z(a->w->out, "ADD ");
    bool good = gm_import_add_identity(a->w, gm_import_value(a->w->scope, now));
    gm_buf_z(a->w->out, ";\n");
    return good;
}

static bool alter_default(altered *a)
{
    const gm_py_expr *given = gm_py_keyword(&a->call->args, "server_default");
    const gm_py_expr *existing = gm_py_keyword(&a->call->args, "existing_server_default");
    gm_str sql = {0};
    gm_import_default kind;
    if (!given || is_false(a->w, given))
        return true;
    bool was = gm_import_calls(a->w->scope, existing, "sa.Identity");
    if (was || gm_import_calls(a->w->scope, given, "sa.Identity"))
        return alter_identity(a, given, was);
    if (gm_import_calls(a->w->scope, existing, "sa.Computed") ||
        !gm_import_server_default(a->w, given, &sql, &kind))
        return false;
    start(a);
    if (kind == GM_IMPORT_NO_DEFAULT)
        gm_buf_z(a->w->out, "DROP DEFAULT;\n");
    else
        gm_buf_printf(a->w->out, "SET DEFAULT %.*s;\n", GM_ARG(sql));
    return true;
}

static bool alter_comment(altered *a)
{
    const gm_py_expr *given = gm_py_keyword(&a->call->args, "comment");
    gm_str comment = {0};
    if (!given || is_false(a->w, given))
        return true;
    if (!gm_import_none(a->w->scope, given) && !gm_import_text(a->w->scope, given, &comment))
        return false;
    gm_import_add_column_comment(a->w, a->table, a->column, comment);
    return true;
}

static bool alter_name(altered *a)
{
    gm_str name = {0};
    if (!gm_import_word(a->w, a->call, "new_column_name", &name))
        return false;
    if (name.len)
        gm_buf_printf(a->w->out, "ALTER TABLE %.*s RENAME COLUMN %.*s TO %.*s;\n", GM_ARG(a->table),
                      GM_ARG(gm_sql_name(a->w->arena, a->column)),
                      GM_ARG(gm_sql_name(a->w->arena, name)));
    return true;
}

/* SQLite renames a column by itself; all else Alembic does there in a batch alone. */
static bool alters_more_than_name(const gm_import_writer *w, const gm_py_expr *call)
{
    const gm_py_expr *set = gm_py_keyword(&call->args, "server_default");
    return !gm_import_none(w->scope, gm_py_keyword(&call->args, "type_")) ||
           !gm_import_none(w->scope, gm_py_keyword(&call->args, "nullable")) ||
           (set && !is_false(w, set));
}

bool gm_import_alter_column(gm_import_writer *w, const gm_import_operation *o)
{
    static const char *const known[] = {"table_name",
                                        "column_name",
                                        "nullable",
                                        "comment",
                                        "server_default",
                                        "new_column_name",
                                        "type_",
                                        "existing_*",
                                        "schema",
                                        "autoincrement",
                                        "postgresql_using",
                                        "mysql_*",
                                        "mssql_*",
                                        "insert_before",
                                        "insert_after",
                                        NULL};
    gm_str table = {0};
    gm_str schema = {0};
    altered a = {.w = w, .call = o->call};
    if (!gm_import_operation_only(o, 2, known) ||
        !gm_import_table_of(w, o, 0, "table_name", &table, &schema) ||
        !gm_import_text(w->scope, gm_import_behind(o, 1, "column_name"), &a.column))
        return false;
    a.table = gm_import_qualified(w, schema, table);
    if (!w->postgres)
        return !alters_more_than_name(w, o->call)
                   ? alter_name(&a)
                   : gm_import_refuse(w, "SQLite alters a column in batch_alter_table alone");
    return alter_type(&a) && alter_nullable(&a) && alter_default(&a) && alter_comment(&a) &&
           alter_name(&a);
}

/* ---- constraints ---- */

bool gm_import_create_constraint(gm_import_writer *w, const gm_import_operation *o)
{
    gm_import_constraint constraint;
    gm_str table = {0};
    gm_str schema = {0};
    bool foreign = gm_str_is(o->operation, "create_foreign_key");
    if (!gm_import_table_of(w, o, 1, foreign ? "source_table" : "table_name", &table, &schema) ||
        !gm_import_read_created(w, o->call, o->operation, o->batch ? 1 : 2, &constraint))
        return false;
    if (!w->postgres)
        return gm_import_refuse(w, "SQLite adds a constraint in batch_alter_table alone");
    add_constraint(w, gm_import_qualified(w, schema, table), &constraint);
    return true;
}

bool gm_import_drop_constraint(gm_import_writer *w, const gm_import_operation *o)
{
    static const char *const known[] = {"constraint_name", "table_name", "type_", "schema",
                                        "if_exists",       "mysql_*",    NULL};
    gm_str table = {0};
    gm_str schema = {0};
    gm_str name = {0};
    bool lenient;
    if (gm_import_none(w->scope, gm_import_argument(o->call, 0, "constraint_name")))
        return gm_import_refuse(w, "the constraint has no name");
    if (!gm_import_operation_only(o, 3, known) ||
        !gm_import_text(w->scope, gm_import_argument(o->call, 0, "constraint_name"), &name) ||
        !gm_import_table_of(w, o, 1, "table_name", &table, &schema) ||
        !gm_import_flag(w, o->call, "if_exists", false, &lenient))
        return false;
    if (!w->postgres)
        return gm_import_refuse(w, "SQLite drops a constraint in batch_alter_table alone");
    gm_buf_printf(w->out, "ALTER TABLE %.*s DROP CONSTRAINT %s%.*s;\n",
                  GM_ARG(gm_import_qualified(w, schema, table)), lenient ? "IF EXISTS " : "",
                  GM_ARG(gm_sql_name(w->arena, name)));
    return true;
}
