/* SPDX-License-Identifier: Apache-2.0 */
#include "app/import_alembic.h"

#include "lang/python.h"
#include "lang/sql_text.h"

typedef struct {
    gm_arena *arena;
    gm_buf *out;
    bool postgres;
} writer;

typedef struct {
    const char *name;
    const char *postgres;
    const char *sqlite;
    const char *serial;
} plain_type;

static const plain_type types[] = {
    {"Integer", "INTEGER", "INTEGER", "SERIAL"},
    {"BigInteger", "BIGINT", "BIGINT", "BIGSERIAL"},
    {"SmallInteger", "SMALLINT", "SMALLINT", "SMALLSERIAL"},
    {"String", "VARCHAR", "VARCHAR", NULL},
    {"Text", "TEXT", "TEXT", NULL},
    {"Boolean", "BOOLEAN", "BOOLEAN", NULL},
    {"Date", "DATE", "DATE", NULL},
    {"DateTime", "TIMESTAMP WITHOUT TIME ZONE", "DATETIME", NULL},
    {"Float", "FLOAT", "FLOAT", NULL},
    {"LargeBinary", "BYTEA", "BLOB", NULL},
};

/* ---- arguments ---- */

static bool calls(const writer *w, const gm_py_expr *expr, const char *name)
{
    return expr && expr->kind == GM_PY_CALL && gm_str_is(gm_py_dotted(w->arena, expr->left), name);
}

/* `positional` arguments at the most, no stars, and keywords of the list alone. */
static bool only(const gm_py_expr *call, size_t positional, const char *const *names)
{
    size_t count = 0;
    GM_EACH (const gm_py_arg, arg, &call->args) {
        bool known = !arg->name.len && ++count <= positional;
        for (size_t i = 0; arg->name.len && names && names[i]; i++)
            known |= gm_str_is(arg->name, names[i]);
        if (arg->stars || !known)
            return false;
    }
    return true;
}

static bool text_at(const writer *w, const gm_py_expr *expr, gm_str *text)
{
    if (calls(w, expr, "op.f") && only(expr, 1, NULL))
        expr = gm_py_positional(&expr->args, 0);
    if (!expr || !gm_py_is_string(expr) || expr->bytes || !expr->text.len)
        return false;
    *text = expr->text;
    return true;
}

static bool flag(const gm_py_expr *call, const char *name, bool otherwise, bool *value)
{
    const gm_py_expr *expr = gm_py_keyword(&call->args, name);
    *value = expr ? gm_str_is(expr->text, "True") : otherwise;
    return !expr || (expr->kind == GM_PY_CONSTANT &&
                     (gm_str_is(expr->text, "True") || gm_str_is(expr->text, "False")));
}

/* text() takes `:name` for a parameter, and a backslash as a way to write a colon. */
static bool is_sql(gm_str sql)
{
    for (size_t i = 0; i < sql.len; i++) {
        if (sql.ptr[i] == '\\')
            return false;
        if (sql.ptr[i] != ':')
            continue;
        if (++i >= sql.len || sql.ptr[i] != ':')
            return false;
    }
    return true;
}

static void add_name(const writer *w, gm_str name)
{
    gm_str quoted = gm_sql_name(w->arena, name);
    gm_buf_add(w->out, quoted);
}

static bool add_names(const writer *w, const gm_py_expr *list)
{
    if (!list || list->kind != GM_PY_LIST || !list->args.len)
        return false;
    for (size_t i = 0; i < list->args.len; i++) {
        gm_str name = {0};
        if (list->args.items[i].stars || !text_at(w, list->args.items[i].value, &name))
            return false;
        gm_buf_printf(w->out, "%s", i ? ", " : "(");
        add_name(w, name);
    }
    gm_buf_char(w->out, ')');
    return true;
}

/* ---- columns ---- */

static bool has_string(const gm_py_expr *list, gm_str name)
{
    for (size_t i = 0; i < list->args.len; i++)
        if (gm_py_is_string(list->args.items[i].value) &&
            gm_str_eq(list->args.items[i].value->text, name))
            return true;
    return false;
}

/* Is it the only column of the table's primary key, and no foreign key? */
static bool is_counted(const writer *w, const gm_py_expr *table, gm_str name)
{
    bool found = false;
    for (size_t i = 1; table && i < table->args.len; i++) {
        const gm_py_expr *arg = table->args.items[i].value;
        if (calls(w, arg, "sa.PrimaryKeyConstraint"))
            found = gm_py_positional(&arg->args, 0) && !gm_py_positional(&arg->args, 1) &&
                    gm_py_is_string(gm_py_positional(&arg->args, 0)) &&
                    gm_str_eq(gm_py_positional(&arg->args, 0)->text, name);
        if (calls(w, arg, "sa.ForeignKeyConstraint") && gm_py_positional(&arg->args, 0) &&
            has_string(gm_py_positional(&arg->args, 0), name))
            return false;
    }
    return found;
}

static bool add_type(const writer *w, const gm_py_expr *type, bool counted)
{
    if (!type)
        return false;
    gm_str name = gm_py_dotted(w->arena, type->kind == GM_PY_CALL ? type->left : type);
    if (!gm_str_starts(name, GM_STR("sa.")))
        return false;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (!gm_str_is(gm_str_sub(name, 3, name.len), types[i].name))
            continue;
        bool serial = counted && w->postgres && types[i].serial;
        gm_buf_printf(w->out, "%s",
                      serial        ? types[i].serial
                      : w->postgres ? types[i].postgres
                                    : types[i].sqlite);
        if (type->kind != GM_PY_CALL || !type->args.len)
            return true;
        static const char *const length[] = {"length", NULL};
        const gm_py_expr *size = gm_py_keyword(&type->args, "length");
        size = size ? size : gm_py_positional(&type->args, 0);
        if (!gm_str_is(GM_STR("VARCHAR"), types[i].postgres) || !only(type, 1, length) ||
            size->kind != GM_PY_NUMBER)
            return false;
        gm_buf_printf(w->out, "(%.*s)", GM_ARG(size->text));
        return true;
    }
    return false;
}

static bool add_default(const writer *w, const gm_py_expr *value)
{
    gm_str sql = {0};
    if (gm_py_is_none(value))
        return true;
    if (calls(w, value, "sa.text") && only(value, 1, NULL)) {
        if (!text_at(w, gm_py_positional(&value->args, 0), &sql) || !is_sql(sql))
            return false;
        gm_buf_printf(w->out, " DEFAULT %.*s", GM_ARG(sql));
        return true;
    }
    if (!gm_py_is_string(value) || value->bytes)
        return false;
    gm_buf_printf(w->out, " DEFAULT '");
    for (size_t i = 0; i < value->text.len; i++)
        gm_buf_printf(w->out, value->text.ptr[i] == '\'' ? "''" : "%c", value->text.ptr[i]);
    gm_buf_char(w->out, '\'');
    return true;
}

static bool add_column(const writer *w, const gm_py_expr *column, const gm_py_expr *table)
{
    static const char *const known[] = {"nullable", "server_default", NULL};
    gm_str name = {0};
    bool nullable;
    if (!calls(w, column, "sa.Column") || !only(column, 2, known) ||
        !text_at(w, gm_py_positional(&column->args, 0), &name) ||
        !flag(column, "nullable", true, &nullable))
        return false;
    const gm_py_expr *given = gm_py_keyword(&column->args, "server_default");
    bool counted = gm_py_is_none(given) && is_counted(w, table, name);
    add_name(w, name);
    gm_buf_char(w->out, ' ');
    if (!add_type(w, gm_py_positional(&column->args, 1), counted) || !add_default(w, given))
        return false;
    if (!nullable)
        gm_buf_printf(w->out, " NOT NULL");
    return true;
}

/* ---- operations ---- */

/* sa.ForeignKeyConstraint(["a"], ["t.b"]) behind its CONSTRAINT name; all columns of one table. */
static bool add_reference(const writer *w, const gm_py_expr *key)
{
    const gm_py_expr *to = gm_py_positional(&key->args, 1);
    gm_str table = {0};
    gm_str rule = {0};
    gm_buf_printf(w->out, "FOREIGN KEY ");
    if (!add_names(w, gm_py_positional(&key->args, 0)) || !to || to->kind != GM_PY_LIST ||
        to->args.len != gm_py_positional(&key->args, 0)->args.len)
        return false;
    for (size_t i = 0; i < to->args.len; i++) {
        gm_str whole = {0};
        if (to->args.items[i].stars || !text_at(w, to->args.items[i].value, &whole))
            return false;
        size_t dot = gm_str_find(whole, '.', 0);
        gm_str before = gm_str_sub(whole, 0, dot);
        if (dot >= whole.len || gm_str_rfind(whole, '.') != dot || (i && !gm_str_eq(table, before)))
            return false;
        table = before;
        gm_buf_printf(w->out, i ? ", " : " REFERENCES ");
        if (!i) {
            add_name(w, table);
            gm_buf_printf(w->out, " (");
        }
        add_name(w, gm_str_sub(whole, dot + 1, whole.len));
    }
    gm_buf_char(w->out, ')');
    const gm_py_expr *gone = gm_py_keyword(&key->args, "ondelete");
    if (gm_py_is_none(gone))
        return true;
    gm_buf_printf(w->out, " ON DELETE ");
    bool good = text_at(w, gone, &rule);
    if (good)
        gm_buf_add(w->out, rule);
    return good;
}

static bool add_key(const writer *w, const gm_py_expr *key)
{
    static const char *const named_only[] = {"name", NULL};
    static const char *const of_reference[] = {"name", "ondelete", NULL};
    bool foreign = calls(w, key, "sa.ForeignKeyConstraint");
    bool primary = calls(w, key, "sa.PrimaryKeyConstraint");
    const gm_py_expr *named = gm_py_keyword(&key->args, "name");
    gm_str name = {0};
    if (!primary && !foreign && !calls(w, key, "sa.UniqueConstraint"))
        return false;
    if (!(foreign ? only(key, 2, of_reference) : only(key, SIZE_MAX, named_only)) ||
        (!gm_py_is_none(named) && !text_at(w, named, &name)))
        return false;
    if (!gm_py_is_none(named)) {
        gm_buf_printf(w->out, "CONSTRAINT ");
        add_name(w, name);
        gm_buf_char(w->out, ' ');
    }
    if (foreign)
        return add_reference(w, key);
    gm_buf_printf(w->out, primary ? "PRIMARY KEY " : "UNIQUE ");
    for (size_t i = 0; gm_py_positional(&key->args, i); i++) {
        if (!text_at(w, gm_py_positional(&key->args, i), &name))
            return false;
        gm_buf_printf(w->out, i ? ", " : "(");
        add_name(w, name);
    }
    gm_buf_char(w->out, ')');
    return gm_py_positional(&key->args, 0) != NULL;
}

static bool create_table(const writer *w, const gm_py_expr *call, gm_str table)
{
    gm_buf_printf(w->out, "CREATE TABLE ");
    add_name(w, table);
    gm_buf_printf(w->out, " (");
    for (size_t i = 1; i < call->args.len; i++) {
        gm_buf_printf(w->out, i > 1 ? ",\n    " : "\n    ");
        const gm_py_expr *arg = call->args.items[i].value;
        if (!(calls(w, arg, "sa.Column") ? add_column(w, arg, call) : add_key(w, arg)))
            return false;
    }
    gm_buf_printf(w->out, "\n);\n");
    return call->args.len > 1 && only(call, SIZE_MAX, NULL);
}

static bool create_index(const writer *w, const gm_py_expr *call, gm_str name)
{
    static const char *const known[] = {"unique", NULL};
    gm_str table = {0};
    bool unique;
    if (!only(call, 3, known) || !flag(call, "unique", false, &unique) ||
        !text_at(w, gm_py_positional(&call->args, 1), &table))
        return false;
    gm_buf_printf(w->out, unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
    add_name(w, name);
    gm_buf_printf(w->out, " ON ");
    add_name(w, table);
    gm_buf_char(w->out, ' ');
    bool good = add_names(w, gm_py_positional(&call->args, 2));
    gm_buf_printf(w->out, ";\n");
    return good;
}

static bool operation(const writer *w, const gm_py_expr *call)
{
    static const char *const of_table[] = {"table_name", NULL};
    gm_str first = {0};
    gm_str second;
    if (!call || call->kind != GM_PY_CALL || !text_at(w, gm_py_positional(&call->args, 0), &first))
        return false;
    if (calls(w, call, "op.create_table"))
        return create_table(w, call, first);
    if (calls(w, call, "op.create_index"))
        return create_index(w, call, first);
    if (calls(w, call, "op.execute")) {
        gm_str sql = gm_str_trim(first);
        gm_buf_printf(w->out, "%.*s%s\n", GM_ARG(sql),
                      sql.len && sql.ptr[sql.len - 1] == ';' ? "" : "\n;");
        bool marks = gm_str_search(first, GM_STR("-- gmig:")) < first.len;
        return only(call, 1, NULL) && is_sql(first) && !marks;
    }
    if (calls(w, call, "op.drop_table") || calls(w, call, "op.drop_index")) {
        gm_buf_printf(w->out, calls(w, call, "op.drop_table") ? "DROP TABLE " : "DROP INDEX ");
        add_name(w, first);
        gm_buf_printf(w->out, ";\n");
        return calls(w, call, "op.drop_table") ? only(call, 1, NULL) : only(call, 2, of_table);
    }
    bool adds = calls(w, call, "op.add_column");
    if (!only(call, 2, NULL) ||
        (!adds && !calls(w, call, "op.drop_column") && !calls(w, call, "op.rename_table")))
        return false;
    gm_buf_printf(w->out, "ALTER TABLE ");
    add_name(w, first);
    gm_buf_printf(w->out, adds                               ? " ADD COLUMN "
                          : calls(w, call, "op.drop_column") ? " DROP COLUMN "
                                                             : " RENAME TO ");
    bool good = adds ? add_column(w, gm_py_positional(&call->args, 1), NULL)
                     : text_at(w, gm_py_positional(&call->args, 1), &second);
    if (good && !adds)
        add_name(w, second);
    gm_buf_printf(w->out, ";\n");
    return good;
}

/* ---- a file ---- */

static void leave(gm_arena *arena, gm_str path, const gm_py_statement *statement, gm_strs *left)
{
    gm_str rest = statement->source;
    gm_str line = {0};
    gm_str_line(&rest, &line);
    gm_vec_push(
        arena, left,
        gm_str_printf(arena, "%.*s:%zu: %.*s", GM_ARG(path), statement->line, GM_ARG(line)));
}

static gm_str body_sql(gm_arena *arena, gm_str path, const gm_py_statement *function, bool postgres,
                       gm_strs *left)
{
    gm_buf out = gm_buf_new(arena, SIZE_MAX);
    writer w = {.arena = arena, .out = &out, .postgres = postgres};
    GM_EACH (gm_py_statement *, at, &function->body) {
        const gm_py_statement *one = *at;
        bool idle =
            one->kind == GM_PY_PASS || (one->kind == GM_PY_EXPR && gm_py_is_string(one->value));
        if (!idle && !(one->kind == GM_PY_EXPR && operation(&w, one->value)) && postgres)
            leave(arena, path, one, left);
    }
    return gm_buf_str(&out);
}

/* `op` and `sa` are to be what they are called everywhere. */
static bool renames(const gm_py_statement *one)
{
    for (size_t i = 0; i < one->imports.len; i++) {
        gm_str as = one->imports.items[i].as;
        gm_str from = one->imports.items[i].module;
        if ((gm_str_is(as, "op") && !gm_str_is(from, "alembic")) ||
            (gm_str_is(as, "sa") && !gm_str_is(from, "sqlalchemy")))
            return true;
    }
    for (size_t i = 0; i < one->targets.len; i++)
        if (gm_str_is(one->targets.items[i]->text, "op") ||
            gm_str_is(one->targets.items[i]->text, "sa"))
            return true;
    return false;
}

void gm_import_alembic(gm_arena *arena, gm_str path, gm_str text, gm_buf *sections, gm_strs *left)
{
    gm_py_statements all = gm_py_read_all(gm_py_open(arena, text));
    GM_EACH (gm_py_statement *, at, &all) {
        const gm_py_statement *one = *at;
        bool up = gm_str_is(one->name, "upgrade");
        bool code = one->kind == GM_PY_FUNCTION && (up || gm_str_is(one->name, "downgrade"));
        if (!code) {
            bool idle = one->kind == GM_PY_ASSIGN || one->kind == GM_PY_IMPORT ||
                        (one->kind == GM_PY_EXPR && gm_py_is_string(one->value));
            if (!idle || renames(one))
                leave(arena, path, one, left);
            continue;
        }
        if (one->decorators.len)
            leave(arena, path, one, left);
        const char *marker = up ? "up" : "down";
        gm_str postgres = body_sql(arena, path, one, true, left);
        gm_str sqlite = body_sql(arena, path, one, false, left);
        const char *gap = sections->len ? "\n" : "";
        if (gm_str_eq(postgres, sqlite))
            gm_buf_printf(sections, "%s-- gmig:%s\n%.*s", gap, marker, GM_ARG(sqlite));
        else
            gm_buf_printf(sections,
                          "%s-- gmig:%s dialect=postgres\n%.*s\n-- gmig:%s dialect=sqlite\n%.*s",
                          gap, marker, GM_ARG(postgres), marker, GM_ARG(sqlite));
    }
}
