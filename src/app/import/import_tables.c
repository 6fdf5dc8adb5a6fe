/* SPDX-License-Identifier: Apache-2.0 */
/* create_table and what else is about a table as a whole. */
#include "app/import/import_sql.h"
#include "lang/sql_text.h"

/* ---- what an operation is about ---- */

bool gm_import_table_of(gm_import_writer *w, const gm_import_operation *o, size_t at,
                        const char *name, gm_str *table, gm_str *schema)
{
    const char *in = gm_str_is(o->operation, "create_foreign_key") ? "source_schema" : "schema";
    *table = o->table;
    *schema = o->schema;
    if (!o->batch && (!gm_import_text(w->scope, gm_import_argument(o->call, at, name), table) ||
                      !gm_import_word(w, o->call, in, schema)))
        return false;
    if (schema->len && !w->postgres)
        return gm_import_refuse(w, "SQLite has no schemas");
    return table->len > 0;
}

const gm_py_expr *gm_import_behind(const gm_import_operation *o, size_t at, const char *name)
{
    return gm_import_argument(o->call, o->batch ? at - 1 : at, name);
}

bool gm_import_operation_only(const gm_import_operation *o, size_t positional,
                              const char *const *names)
{
    return gm_import_only(o->call, o->batch ? positional - 1 : positional, names);
}

/* ---- create_table ---- */

typedef struct {
    gm_import_writer *w;
    gm_str table;
    gm_str schema;
    gm_str whole; /* as in SQL */
    GM_VEC(gm_import_column) columns;
    GM_VEC(gm_import_constraint) constraints;
    gm_py_exprs indexes; /* sa.Index(…) */
    bool autoincrement;  /* sqlite_autoincrement */
} new_table;

/* A column's own keys and checks of its type stand behind what the table says. */
static bool take_column_constraints(new_table *t)
{
    gm_import_constraint one;
    GM_EACH (gm_import_column, column, &t->columns) {
        if (column->unique && !column->index) {
            gm_str sql = gm_str_printf(t->w->arena, "UNIQUE (%.*s)",
                                       GM_ARG(gm_sql_name(t->w->arena, column->name)));
            gm_vec_push(t->w->arena, &t->constraints, (gm_import_constraint){.sql = sql});
        }
        GM_EACH (const gm_py_expr *, key, &column->keys) {
            if (!gm_import_read_key(t->w, *key, column->name, &one))
                return false;
            gm_vec_push(t->w->arena, &t->constraints, one);
        }
        if (gm_import_type_check(t->w, column, &one))
            gm_vec_push(t->w->arena, &t->constraints, one);
    }
    return true;
}

static bool take_arguments(new_table *t, const gm_py_expr *call)
{
    gm_import_writer *w = t->w;
    for (size_t i = 1; gm_py_positional(&call->args, i); i++) {
        const gm_py_expr *arg = gm_import_value(w->scope, gm_py_positional(&call->args, i));
        gm_str called = gm_import_called(w->scope, arg);
        gm_import_column column;
        gm_import_constraint constraint;
        if (gm_str_is(called, "sa.Column")) {
            if (!gm_import_read_column(w, arg, &column))
                return false;
            gm_vec_push(w->arena, &t->columns, column);
        } else if (gm_str_is(called, "sa.Index")) {
            gm_vec_push(w->arena, &t->indexes, arg);
        } else {
            if (!gm_import_read_constraint(w, arg, &constraint))
                return false;
            gm_vec_push(w->arena, &t->constraints, constraint);
        }
    }
    return take_column_constraints(t);
}

static gm_import_column *find_column(new_table *t, gm_str name)
{
    GM_EACH (gm_import_column, column, &t->columns)
        if (gm_str_eq(column->name, name))
            return column;
    return NULL;
}

/* The primary key: PrimaryKeyConstraint, or the columns that say primary_key=True. */
static gm_import_constraint *primary_key(new_table *t)
{
    gm_strs names = {0};
    GM_EACH (gm_import_constraint, constraint, &t->constraints)
        if (constraint->primary) {
            GM_EACH (const gm_str, name, &constraint->columns) {
                gm_import_column *column = find_column(t, *name);
                if (column)
                    column->primary = true;
            }
            return constraint;
        }
    GM_EACH (gm_import_column, column, &t->columns)
        if (column->primary)
            gm_vec_push(t->w->arena, &names, column->name);
    if (!names.len)
        return NULL;
    gm_buf buf = gm_buf_new(t->w->arena, SIZE_MAX);
    gm_import_writer inner = *t->w;
    inner.out = &buf;
    gm_buf_z(&buf, "PRIMARY KEY ");
    gm_import_add_names(&inner, &names);
    gm_import_constraint made = {.sql = gm_buf_str(&buf), .primary = true, .columns = names};
    gm_vec_push(t->w->arena, &t->constraints, made);
    return &t->constraints.items[t->constraints.len - 1];
}

static bool refers(const new_table *t, const gm_import_column *column)
{
    if (column->keys.len)
        return true;
    gm_str part =
        gm_str_printf(t->w->arena, "%.*s", GM_ARG(gm_sql_name(t->w->arena, column->name)));
    GM_EACH (const gm_import_constraint, constraint, &t->constraints) {
        if (!constraint->foreign)
            continue;
        size_t open = gm_str_find(constraint->sql, '(', 0);
        gm_str list = gm_str_sub(constraint->sql, open, gm_str_find(constraint->sql, ')', open));
        gm_str rest = list;
        for (size_t at = 1; at < rest.len;) {
            size_t end = gm_str_find(rest, ',', at);
            if (gm_str_eq(gm_str_trim(gm_str_sub(rest, at, end)), part))
                return true;
            at = end + 1;
        }
    }
    return false;
}

/* SQLAlchemy's `_autoincrement_column`. */
static const gm_import_column *counted_column(new_table *t, const gm_import_constraint *key)
{
    if (!key)
        return NULL;
    GM_EACH (const gm_str, name, &key->columns) {
        const gm_import_column *column = find_column(t, *name);
        if (column && column->counted)
            return column->type.integer ? column : NULL;
    }
    const gm_import_column *only =
        key->columns.len == 1 ? find_column(t, key->columns.items[0]) : NULL;
    if (!only || only->not_counted || !only->type.integer || refers(t, only) ||
        only->client_default || only->default_kind != GM_IMPORT_NO_DEFAULT || only->computed.len)
        return NULL;
    return only;
}

/* INTEGER PRIMARY KEY AUTOINCREMENT takes the place of the constraint. */
static bool is_numbered(new_table *t, const gm_import_constraint *key)
{
    const gm_import_column *column =
        key && key->columns.len == 1 ? find_column(t, key->columns.items[0]) : NULL;
    return t->autoincrement && !t->w->postgres && column && column->type.integer &&
           !refers(t, column);
}

static bool add_body(new_table *t)
{
    gm_import_writer *w = t->w;
    const gm_import_constraint *key = primary_key(t);
    const gm_import_column *counted = counted_column(t, key);
    bool numbered = is_numbered(t, key);
    bool first = true;
    GM_EACH (const gm_import_column, column, &t->columns) {
        /* What is in the key is not NULL, whatever it says. */
        gm_import_column one = *column;
        bool in_key = key && gm_strs_have(&key->columns, column->name);
        one.nullable = one.nullable && (!in_key || gm_py_keyword(&column->call->args, "nullable"));
        gm_buf_z(w->out, first ? "\n    " : ",\n    ");
        first = false;
        if (!gm_import_add_column_sql(w, &one, column == counted))
            return false;
        if (numbered && in_key)
            gm_buf_z(w->out, " PRIMARY KEY AUTOINCREMENT");
    }
    if (key && !numbered)
        gm_buf_printf(w->out, ",\n    %.*s", GM_ARG(gm_import_constraint_sql(w, key)));
    /* SQLAlchemy leaves a late key for ALTER TABLE, and op.create_table never sends that. */
    GM_EACH (const gm_import_constraint, constraint, &t->constraints)
        if (!constraint->primary && !(constraint->late && w->postgres))
            gm_buf_printf(w->out, ",\n    %.*s", GM_ARG(gm_import_constraint_sql(w, constraint)));
    return !first;
}

/* PARTITION BY, WITH and the like are PostgreSQL's, WITHOUT ROWID is SQLite's. */
static bool add_options(new_table *t, const gm_py_expr *call)
{
    gm_import_writer *w = t->w;
    gm_str partition = {0};
    gm_str inherits = {0};
    bool rowid;
    bool strict;
    if (!gm_import_word(w, call, "postgresql_partition_by", &partition) ||
        !gm_import_word(w, call, "postgresql_inherits", &inherits) ||
        !gm_import_flag(w, call, "sqlite_with_rowid", true, &rowid) ||
        !gm_import_flag(w, call, "sqlite_strict", false, &strict))
        return false;
    if (w->postgres && inherits.len)
        gm_buf_printf(w->out, " INHERITS (%.*s)", GM_ARG(gm_sql_name(w->arena, inherits)));
    if (w->postgres && partition.len)
        gm_buf_printf(w->out, " PARTITION BY %.*s", GM_ARG(partition));
    if (!w->postgres && !rowid)
        gm_buf_z(w->out, strict ? " WITHOUT ROWID, STRICT" : " WITHOUT ROWID");
    else if (!w->postgres && strict)
        gm_buf_z(w->out, " STRICT");
    return true;
}

/* Column(index=True): the name is SQLAlchemy's own. */
static void add_column_indexes(const new_table *t)
{
    const gm_import_writer *w = t->w;
    GM_EACH (const gm_import_column, column, &t->columns) {
        if (!column->index)
            continue;
        gm_str name =
            gm_str_printf(w->arena, "ix_%.*s%s%.*s_%.*s", GM_ARG(t->schema),
                          t->schema.len ? "_" : "", GM_ARG(t->table), GM_ARG(column->name));
        gm_buf_printf(w->out, "CREATE %sINDEX %.*s ON %.*s (%.*s);\n",
                      column->unique ? "UNIQUE " : "", GM_ARG(gm_sql_name(w->arena, name)),
                      GM_ARG(t->whole), GM_ARG(gm_sql_name(w->arena, column->name)));
    }
}

static void add_comments(const new_table *t, gm_str comment)
{
    const gm_import_writer *w = t->w;
    if (!w->postgres)
        return;
    if (comment.len)
        gm_buf_printf(w->out, "COMMENT ON TABLE %.*s IS %.*s;\n", GM_ARG(t->whole),
                      GM_ARG(gm_sql_string(w->arena, comment)));
    GM_EACH (const gm_import_column, column, &t->columns)
        if (column->comment.len)
            gm_import_add_column_comment(w, t->whole, column->name, column->comment);
}

/* sa.Index("name", "a", "b", unique=True) among the columns. */
static bool add_indexes(new_table *t)
{
    GM_EACH (const gm_py_expr *, index, &t->indexes) {
        gm_import_operation o = {.call = *index,
                                 .operation = GM_STR("Index"),
                                 .batch = true,
                                 .table = t->table,
                                 .schema = t->schema};
        if (!gm_import_create_index(t->w, &o))
            return false;
    }
    return true;
}

bool gm_import_create_table(gm_import_writer *w, const gm_import_operation *o)
{
    static const char *const known[] = {"schema",
                                        "comment",
                                        "info",
                                        "if_not_exists",
                                        "sqlite_autoincrement",
                                        "sqlite_with_rowid",
                                        "sqlite_strict",
                                        "postgresql_partition_by",
                                        "postgresql_inherits",
                                        "postgresql_ignore_search_path",
                                        "mysql_*",
                                        "mariadb_*",
                                        "mssql_*",
                                        "oracle_*",
                                        NULL};
    new_table t = {.w = w};
    gm_str comment = {0};
    bool lenient;
    if (!gm_import_only(o->call, SIZE_MAX, known) ||
        !gm_import_table_of(w, o, 0, NULL, &t.table, &t.schema) ||
        !gm_import_word(w, o->call, "comment", &comment) ||
        !gm_import_flag(w, o->call, "if_not_exists", false, &lenient) ||
        !gm_import_flag(w, o->call, "sqlite_autoincrement", false, &t.autoincrement))
        return false;
    t.whole = gm_import_qualified(w, t.schema, t.table);
    if (!take_arguments(&t, o->call))
        return false;
    GM_EACH (const gm_import_column, column, &t.columns)
        if (column->type.make)
            gm_import_make_type(w, &column->type);
    gm_buf_printf(w->out, "CREATE TABLE %s%.*s (", lenient ? "IF NOT EXISTS " : "",
                  GM_ARG(t.whole));
    if (!add_body(&t))
        return false;
    gm_buf_z(w->out, "\n)");
    if (!add_options(&t, o->call))
        return false;
    gm_buf_z(w->out, ";\n");
    add_column_indexes(&t);
    add_comments(&t, comment);
    return add_indexes(&t);
}

/* ---- others ---- */

bool gm_import_drop_table(gm_import_writer *w, const gm_import_operation *o)
{
    static const char *const known[] = {"table_name", "schema",  "if_exists", "info",
                                        "comment",    "mysql_*", NULL};
    gm_str table = {0};
    gm_str schema = {0};
    bool lenient;
    if (!gm_import_only(o->call, 1, known) ||
        !gm_import_table_of(w, o, 0, "table_name", &table, &schema) ||
        !gm_import_flag(w, o->call, "if_exists", false, &lenient))
        return false;
    gm_buf_printf(w->out, "DROP TABLE %s%.*s;\n", lenient ? "IF EXISTS " : "",
                  GM_ARG(gm_import_qualified(w, schema, table)));
    return true;
}

bool gm_import_rename_table(gm_import_writer *w, const gm_import_operation *o)
{
    static const char *const known[] = {"old_table_name", "new_table_name", "schema", NULL};
    gm_str table = {0};
    gm_str schema = {0};
    gm_str to = {0};
    if (!gm_import_only(o->call, 2, known) ||
        !gm_import_table_of(w, o, 0, "old_table_name", &table, &schema) ||
        !gm_import_text(w->scope, gm_import_argument(o->call, 1, "new_table_name"), &to))
        return false;
    gm_buf_printf(w->out, "ALTER TABLE %.*s RENAME TO %.*s;\n",
                  GM_ARG(gm_import_qualified(w, schema, table)), GM_ARG(gm_sql_name(w->arena, to)));
    return true;
}

/* Of create_table_comment and drop_table_comment; SQLite keeps none. */
bool gm_import_table_comment(gm_import_writer *w, const gm_import_operation *o)
{
    static const char *const known[] = {"table_name", "comment", "existing_comment", "schema",
                                        NULL};
    gm_str table = {0};
    gm_str schema = {0};
    gm_str comment = {0};
    bool drops = gm_str_is(o->operation, "drop_table_comment");
    const gm_py_expr *given = drops ? NULL : gm_import_behind(o, 1, "comment");
    if (!gm_import_operation_only(o, drops ? 1 : 2, known) ||
        !gm_import_table_of(w, o, 0, "table_name", &table, &schema) ||
        (!gm_import_none(w->scope, given) && !gm_import_text(w->scope, given, &comment)))
        return false;
    if (w->postgres)
        gm_buf_printf(w->out, "COMMENT ON TABLE %.*s IS %.*s;\n",
                      GM_ARG(gm_import_qualified(w, schema, table)),
                      GM_ARG(comment.len ? gm_sql_string(w->arena, comment) : GM_STR("NULL")));
    return true;
}
