/* SPDX-License-Identifier: Apache-2.0 */
/* execute, bulk_insert, and enums that are created and dropped by themselves. */
#include "app/import/import_sql.h"
#include "lang/sql_scan.h"
#include "lang/sql_text.h"

/* ---- execute ---- */

/* COMMIT ends Alembic's transaction; here the section has none then. */
static bool is_commit(gm_str sql)
{
    while (sql.len && (sql.ptr[sql.len - 1] == ';' || sql.ptr[sql.len - 1] == ' '))
        sql.len--;
    return gm_str_eq_nocase(sql, GM_STR("COMMIT"));
}

/* One that CREATE SEQUENCE and DROP SEQUENCE of SQLAlchemy's stand for. */
static bool sequence(gm_import_writer *w, const gm_py_expr *expr)
{
    static const struct {
        const char *name;
        const char *sql;
    } options[] = {{"start", " START WITH "},
                   {"increment", " INCREMENT BY "},
                   {"minvalue", " MINVALUE "},
                   {"maxvalue", " MAXVALUE "},
                   {"cache", " CACHE "}};
    static const char *const known[] = {"name",     "start", "increment", "minvalue",
                                        "maxvalue", "cache", "schema",    NULL};
    bool creates = gm_import_calls(w->scope, expr, "sa.CreateSequence");
    const gm_py_expr *of = gm_import_value(w->scope, gm_py_positional(&expr->args, 0));
    gm_str name = {0};
    gm_str schema = {0};
    if (!gm_import_only(expr, 1, NULL) || !gm_import_calls(w->scope, of, "sa.Sequence") ||
        !gm_import_only(of, 1, known) ||
        !gm_import_text(w->scope, gm_import_argument(of, 0, "name"), &name) ||
        !gm_import_word(w, of, "schema", &schema))
        return false;
    if (!w->postgres)
        return gm_import_refuse(w, "SQLite has no sequences");
    gm_buf_printf(w->out, "%s SEQUENCE %.*s", creates ? "CREATE" : "DROP",
                  GM_ARG(gm_import_qualified(w, schema, name)));
    for (size_t i = 0; creates && i < sizeof(options) / sizeof(options[0]); i++) {
        gm_str number = {0};
        const gm_py_expr *given = gm_py_keyword(&of->args, options[i].name);
        if (gm_import_none(w->scope, given))
            continue;
        if (!gm_import_number(w->scope, given, &number))
            return false;
        gm_buf_printf(w->out, "%s%.*s", options[i].sql, GM_ARG(number));
    }
    gm_buf_z(w->out, ";\n");
    return true;
}

bool gm_import_execute(gm_import_writer *w, const gm_py_expr *call)
{
    gm_str sql = {0};
    static const char *const known[] = {"sqltext", "statement", "execution_options", NULL};
    const gm_py_expr *what = gm_import_argument(call, 0, "sqltext");
    what = gm_import_value(w->scope, what ? what : gm_py_keyword(&call->args, "statement"));
    if (!gm_import_only(call, 1, known) ||
        !gm_import_none(w->scope, gm_py_keyword(&call->args, "execution_options")))
        return false;
    if (gm_import_calls(w->scope, what, "sa.CreateSequence") ||
        gm_import_calls(w->scope, what, "sa.DropSequence"))
        return sequence(w, what);
    if (!gm_import_sql_of(w, what, &sql))
        return false;
    sql = gm_str_trim(sql);
    if (is_commit(sql)) {
        w->outside |= w->postgres;
        return true;
    }
    if (!sql.len || gm_str_search(sql, GM_STR("-- gmig:")) < sql.len)
        return false;
    if (w->postgres)
        gm_import_note_types(w, sql);
    gm_dialect dialect = w->postgres ? GM_POSTGRES : GM_SQLITE;
    gm_buf_printf(w->out, "%.*s\n", GM_ARG(gm_sql_closed(w->arena, dialect, sql)));
    return true;
}

/* ---- bulk_insert ---- */

typedef struct {
    gm_str name;
    const char *rows; /* NULL: any */
    bool odd;         /* its type makes something else of values */
} row_column;

typedef GM_VEC(row_column) row_columns;

/* The columns of sa.table(…), sa.Table(…) or op.create_table(…). */
static bool read_columns(gm_import_writer *w, const gm_py_expr *table, row_columns *columns)
{
    for (size_t i = 1; gm_py_positional(&table->args, i); i++) {
        const gm_py_expr *item = gm_import_value(w->scope, gm_py_positional(&table->args, i));
        gm_str called = gm_import_called(w->scope, item);
        row_column column = {0};
        gm_import_type type = {0};
        if (gm_str_ends(called, GM_STR("Constraint")) || gm_str_is(called, "sa.MetaData"))
            continue;
        if (!gm_str_is(called, "sa.column") && !gm_str_is(called, "sa.Column"))
            return false;
        /* What Python would have put into a column that the rows leave out. */
        if (!gm_import_text(w->scope, gm_import_argument(item, 0, "name"), &column.name) ||
            !gm_import_none(w->scope, gm_py_keyword(&item->args, "default")))
            return false;
        const gm_py_expr *typed = gm_import_argument(item, 1, "type_");
        if (typed && gm_import_read_type(w, typed, &type))
            column.rows = type.rows;
        column.odd = typed && !column.rows;
        gm_vec_push(w->arena, columns, column);
    }
    return true;
}

static const row_column *find_column(const row_columns *columns, gm_str name)
{
    GM_EACH (const row_column, column, columns)
        if (gm_str_eq(column->name, name))
            return column;
    return NULL;
}

static bool decimal(const gm_py_expr *expr)
{
    if (expr->kind != GM_PY_NUMBER)
        return false;
    size_t dots = 0;
    for (size_t i = 0; i < expr->text.len; i++) {
        dots += expr->text.ptr[i] == '.';
        if (expr->text.ptr[i] != '.' && (expr->text.ptr[i] < '0' || expr->text.ptr[i] > '9'))
            return false;
    }
    return dots <= 1 && expr->text.ptr[expr->text.len - 1] != '.' && expr->text.ptr[0] != '.';
}

static bool add_value(gm_import_writer *w, const row_column *column, const gm_py_expr *value)
{
    gm_str text = {0};
    bool yes;
    const gm_py_expr *plain = gm_import_value(w->scope, value);
    if (gm_py_is_none(plain)) {
        gm_buf_z(w->out, "NULL");
        return !column->odd;
    }
    if (column->odd)
        return gm_import_refuse(w, "a type whose values are not SQL's");
    bool of_text = !column->rows || strcmp(column->rows, "text") == 0;
    bool of_numbers = !column->rows || strcmp(column->rows, "number") == 0;
    if (gm_import_text(w->scope, plain, &text)) {
        gm_buf_add(w->out, gm_sql_string(w->arena, text));
        return of_text;
    }
    if (gm_import_bool(w->scope, plain, &yes)) {
        gm_buf_z(w->out, w->postgres ? (yes ? "true" : "false") : (yes ? "1" : "0"));
        return column->rows && strcmp(column->rows, "boolean") == 0;
    }
    if (gm_import_number(w->scope, plain, &text)) {
        gm_buf_add(w->out, text);
        return of_numbers;
    }
    if (plain && decimal(plain)) {
        gm_buf_add(w->out, plain->text);
        return of_numbers;
    }
    return false;
}

/* The keys of the first row are those of all. */
static bool add_row(gm_import_writer *w, const row_columns *columns, const gm_py_expr *first,
                    const gm_py_expr *row)
{
    if (!row || row->kind != GM_PY_DICT || row->args.len != first->args.len)
        return false;
    gm_buf_char(w->out, '(');
    for (size_t i = 0; i < first->args.len; i++) {
        gm_str name = {0};
        const gm_py_expr *value = NULL;
        if (!first->args.items[i].key || !gm_import_text(w->scope, first->args.items[i].key, &name))
            return false;
        GM_EACH (const gm_py_arg, pair, &row->args) {
            gm_str key = {0};
            if (pair->key && gm_import_text(w->scope, pair->key, &key) && gm_str_eq(key, name))
                value = pair->value;
        }
        const row_column *column = find_column(columns, name);
        gm_buf_z(w->out, i ? ", " : "");
        if (!column || !value || !add_value(w, column, value))
            return false;
    }
    gm_buf_char(w->out, ')');
    return true;
}

static bool add_head(gm_import_writer *w, gm_str table, const gm_py_expr *first)
{
    gm_strs names = {0};
    if (!first || first->kind != GM_PY_DICT || !first->args.len)
        return false;
    GM_EACH (const gm_py_arg, pair, &first->args) {
        gm_str name = {0};
        if (!pair->key || !gm_import_text(w->scope, pair->key, &name))
            return false;
        gm_vec_push(w->arena, &names, name);
    }
    gm_buf_printf(w->out, "INSERT INTO %.*s ", GM_ARG(table));
    gm_import_add_names(w, &names);
    gm_buf_z(w->out, " VALUES\n    ");
    return true;
}

bool gm_import_bulk_insert(gm_import_writer *w, const gm_py_expr *call)
{
    const gm_py_expr *table = gm_import_value(w->scope, gm_import_argument(call, 0, "table"));
    gm_str called = gm_import_called(w->scope, table);
    const gm_py_args *rows;
    row_columns columns = {0};
    gm_str name = {0};
    gm_str schema = {0};
    if (!gm_import_only(call, 2, (const char *const[]){"table", "rows", "multiinsert", NULL}) ||
        (!gm_str_is(called, "sa.table") && !gm_str_is(called, "sa.Table") &&
         !gm_str_is(called, "op.create_table")) ||
        !gm_import_text(w->scope, gm_py_positional(&table->args, 0), &name) ||
        !gm_import_word(w, table, "schema", &schema) || !read_columns(w, table, &columns) ||
        !gm_import_list(w->scope, gm_import_argument(call, 1, "rows"), &rows))
        return false;
    if (schema.len && !w->postgres)
        return gm_import_refuse(w, "SQLite has no schemas");
    if (!rows->len)
        return true;
    const gm_py_expr *first = gm_import_value(w->scope, rows->items[0].value);
    if (!add_head(w, gm_import_qualified(w, schema, name), first))
        return false;
    for (size_t i = 0; i < rows->len; i++) {
        gm_buf_z(w->out, i ? ",\n    " : "");
        if (!add_row(w, &columns, first, gm_import_value(w->scope, rows->items[i].value)))
            return false;
    }
    gm_buf_z(w->out, ";\n");
    return true;
}

/* ---- enums ---- */

bool gm_import_enum_call(gm_import_writer *w, const gm_py_expr *call)
{
    if (call->left->kind != GM_PY_ATTRIBUTE)
        return false;
    bool creates = gm_str_is(call->left->text, "create");
    const gm_py_expr *of = gm_import_value(w->scope, call->left->left);
    gm_str called = gm_import_called(w->scope, of);
    bool native = gm_str_is(called, "postgresql.ENUM");
    const gm_py_expr *given = gm_import_argument(call, 1, "checkfirst");
    bool check = native;
    gm_import_type type;
    if ((!creates && !gm_str_is(call->left->text, "drop")) ||
        (!native && !gm_str_is(called, "sa.Enum")) ||
        !gm_import_only(call, 2, (const char *const[]){"bind", "checkfirst", NULL}) ||
        (!gm_import_none(w->scope, given) && !gm_import_bool(w->scope, given, &check)) ||
        !gm_import_read_type(w, of, &type))
        return false;
    if (creates)
        gm_import_make_type(w, &type);
    else
        gm_import_drop_type(w, &type, check);
    return true;
}
