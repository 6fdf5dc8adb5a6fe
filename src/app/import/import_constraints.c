/* SPDX-License-Identifier: Apache-2.0 */
/* Primary keys, unique constraints, checks, foreign keys and exclusions. */
#include "app/import/import_sql.h"
#include "lang/sql_text.h"

#define BEHAVIOUR "deferrable", "initially"

gm_str gm_import_constraint_sql(const gm_import_writer *w, const gm_import_constraint *constraint)
{
    if (!constraint->name.len)
        return constraint->sql;
    return gm_str_printf(w->arena, "CONSTRAINT %.*s %.*s",
                         GM_ARG(gm_sql_name(w->arena, constraint->name)), GM_ARG(constraint->sql));
}

static gm_str columns_sql(const gm_import_writer *w, const gm_strs *columns)
{
    gm_buf buf = gm_buf_new(w->arena, SIZE_MAX);
    gm_import_writer inner = *w;
    inner.out = &buf;
    gm_import_add_names(&inner, columns);
    return gm_buf_str(&buf);
}

/* DEFERRABLE, INITIALLY. */
static bool behaviour(gm_import_writer *w, const gm_py_expr *call, gm_str *sql)
{
    const gm_py_expr *given = gm_py_keyword(&call->args, "deferrable");
    gm_str initially = {0};
    bool deferrable = false;
    if ((!gm_import_none(w->scope, given) && !gm_import_bool(w->scope, given, &deferrable)) ||
        !gm_import_word(w, call, "initially", &initially))
        return false;
    const char *how = gm_import_none(w->scope, given) ? ""
                      : deferrable                    ? " DEFERRABLE"
                                                      : " NOT DEFERRABLE";
    *sql = initially.len ? gm_str_printf(w->arena, "%s INITIALLY %.*s", how, GM_ARG(initially))
                         : gm_str_from(how);
    return true;
}

/* ---- keys ---- */

/* UNIQUE and PRIMARY KEY: INCLUDE and NULLS NOT DISTINCT are PostgreSQL's. */
static bool of_columns(gm_import_writer *w, const gm_py_expr *call, bool primary,
                       const gm_strs *columns, gm_import_constraint *constraint)
{
    gm_str how = {0};
    gm_strs include = {0};
    bool not_distinct;
    const gm_py_expr *included = gm_py_keyword(&call->args, "postgresql_include");
    if (!columns->len || !behaviour(w, call, &how) ||
        !gm_import_flag(w, call, "postgresql_nulls_not_distinct", false, &not_distinct) ||
        (!gm_import_none(w->scope, included) && !gm_import_texts(w->scope, included, &include)))
        return false;
    gm_str extra = {0};
    if (w->postgres && include.len)
        extra = gm_str_printf(w->arena, " INCLUDE %.*s", GM_ARG(columns_sql(w, &include)));
    constraint->sql =
        gm_str_printf(w->arena, "%s%s %.*s%.*s%.*s", primary ? "PRIMARY KEY" : "UNIQUE",
                      not_distinct && w->postgres ? " NULLS NOT DISTINCT" : "",
                      GM_ARG(columns_sql(w, columns)), GM_ARG(extra), GM_ARG(how));
    constraint->primary = primary;
    constraint->columns = *columns;
    return true;
}

/* ON DELETE, ON UPDATE, MATCH, DEFERRABLE: in the order that SQLAlchemy has them. */
static bool rules(gm_import_writer *w, const gm_py_expr *call, gm_buf *buf)
{
    static const char *const ways[] = {"match", "ondelete", "onupdate"};
    static const char *const words[] = {"MATCH", "ON DELETE", "ON UPDATE"};
    gm_str how = {0};
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        gm_str rule = {0};
        if (!gm_import_word(w, call, ways[i], &rule))
            return false;
        for (size_t at = 0; at < rule.len; at++)
            if (!((rule.ptr[at] | 32) >= 'a' && (rule.ptr[at] | 32) <= 'z') && rule.ptr[at] != ' ')
                return false;
        if (rule.len)
            gm_buf_printf(buf, " %s %.*s", words[i], GM_ARG(rule));
    }
    if (!behaviour(w, call, &how))
        return false;
    gm_buf_add(buf, how);
    return true;
}

/* "schema.table.column"; SQLite's tables have no schema in what refers to them. */
static bool split_target(gm_str whole, gm_str *schema, gm_str *table, gm_str *column)
{
    size_t last = gm_str_rfind(whole, '.');
    if (last >= whole.len)
        return false;
    gm_str before = gm_str_sub(whole, 0, last);
    size_t dot = gm_str_rfind(before, '.');
    *column = gm_str_sub(whole, last + 1, whole.len);
    *schema = dot < before.len ? gm_str_sub(before, 0, dot) : (gm_str){0};
    *table = dot < before.len ? gm_str_sub(before, dot + 1, before.len) : before;
    return table->len && column->len;
}

static void set_reference(gm_import_writer *w, gm_buf *buf, const gm_strs *from, gm_str schema,
                          gm_str table, const gm_strs *to)
{
    gm_str whole = gm_import_qualified(w, w->postgres ? schema : (gm_str){0}, table);
    gm_buf_printf(buf, "FOREIGN KEY %.*s REFERENCES %.*s %.*s", GM_ARG(columns_sql(w, from)),
                  GM_ARG(whole), GM_ARG(columns_sql(w, to)));
}

/* The constraint that says it, with what `call` says of deleting and the like. */
static bool take_key(gm_import_writer *w, const gm_py_expr *call, const gm_strs *from,
                     gm_str schema, gm_str table, const gm_strs *to,
                     gm_import_constraint *constraint)
{
    gm_buf buf = gm_buf_new(w->arena, SIZE_MAX);
    set_reference(w, &buf, from, schema, table, to);
    constraint->foreign = true;
    bool good = rules(w, call, &buf);
    constraint->sql = gm_buf_str(&buf);
    return good;
}

static bool foreign_key(gm_import_writer *w, const gm_py_expr *call,
                        gm_import_constraint *constraint)
{
    static const char *const known[] = {"columns",  "refcolumns", "name",         "onupdate",
                                        "ondelete", "match",      "link_to_name", "use_alter",
                                        BEHAVIOUR,  NULL};
    gm_strs from = {0};
    gm_strs targets = {0};
    gm_strs to = {0};
    gm_str table = {0};
    gm_str schema = {0};
    if (!gm_import_only(call, 2, known) ||
        !gm_import_flag(w, call, "use_alter", false, &constraint->late) ||
        !gm_import_texts(w->scope, gm_import_argument(call, 0, "columns"), &from) ||
        !gm_import_texts(w->scope, gm_import_argument(call, 1, "refcolumns"), &targets) ||
        !from.len || from.len != targets.len)
        return false;
    GM_EACH (const gm_str, target, &targets) {
        gm_str in = {0};
        gm_str of = {0};
        gm_str column = {0};
        if (!split_target(*target, &in, &of, &column) ||
            (to.len && (!gm_str_eq(of, table) || !gm_str_eq(in, schema))))
            return false;
        table = of;
        schema = in;
        gm_vec_push(w->arena, &to, column);
    }
    return take_key(w, call, &from, schema, table, &to, constraint);
}

bool gm_import_read_key(gm_import_writer *w, const gm_py_expr *expr, gm_str column,
                        gm_import_constraint *constraint)
{
    static const char *const known[] = {"column",    "name",    "onupdate",
                                        "ondelete",  "match",   "link_to_name",
                                        "use_alter", BEHAVIOUR, NULL};
    gm_str whole = {0};
    gm_str schema = {0};
    gm_str table = {0};
    gm_str other = {0};
    gm_strs from = {0};
    gm_strs to = {0};
    *constraint = (gm_import_constraint){.foreign = true};
    if (!gm_import_only(expr, 1, known) ||
        !gm_import_flag(w, expr, "use_alter", false, &constraint->late) ||
        !gm_import_text(w->scope, gm_import_argument(expr, 0, "column"), &whole) ||
        !gm_import_word(w, expr, "name", &constraint->name) ||
        !split_target(whole, &schema, &table, &other))
        return false;
    gm_vec_push(w->arena, &from, column);
    gm_vec_push(w->arena, &to, other);
    gm_buf buf = gm_buf_new(w->arena, SIZE_MAX);
    set_reference(w, &buf, &from, schema, table, &to);
    bool good = rules(w, expr, &buf);
    constraint->sql = gm_buf_str(&buf);
    return good;
}

/* ---- checks and exclusions ---- */

static bool check(gm_import_writer *w, const gm_py_expr *call, const gm_py_expr *condition,
                  gm_import_constraint *constraint)
{
    gm_str sql = {0};
    gm_str how = {0};
    bool not_valid;
    if (!gm_import_sql_of(w, condition, &sql) || !behaviour(w, call, &how) || !sql.len ||
        !gm_import_flag(w, call, "postgresql_not_valid", false, &not_valid))
        return false;
    constraint->sql = gm_str_printf(w->arena, "CHECK (%.*s)%.*s%s", GM_ARG(sql), GM_ARG(how),
                                    not_valid && w->postgres ? " NOT VALID" : "");
    return true;
}

/* ("room", "="), …: what stands in front is SQL, and quoted already where that is needed. */
static bool exclusion(gm_import_writer *w, const gm_py_expr *call, size_t at,
                      gm_import_constraint *constraint)
{
    gm_str using = {0};
    gm_str how = {0};
    gm_buf buf = gm_buf_new(w->arena, SIZE_MAX);
    const gm_py_expr *where = gm_py_keyword(&call->args, "where");
    gm_str condition = {0};
    if (!w->postgres)
        return gm_import_refuse(w, "SQLite has no exclusion constraints");
    if (!gm_import_word(w, call, "using", &using) || !behaviour(w, call, &how) ||
        (!gm_import_none(w->scope, where) && !gm_import_sql_of(w, where, &condition)))
        return false;
    gm_buf_printf(&buf, "EXCLUDE USING %.*s (", GM_ARG(using.len ? using : GM_STR("gist")));
    for (size_t i = at; gm_py_positional(&call->args, i); i++) {
        const gm_py_args *pair;
        gm_str sql = {0};
        gm_str with = {0};
        if (!gm_import_list(w->scope, gm_py_positional(&call->args, i), &pair) || pair->len != 2 ||
            !gm_import_text(w->scope, pair->items[1].value, &with))
            return false;
        /* A string is the name of a column there: SQLAlchemy quotes it. */
        if (gm_import_text(w->scope, pair->items[0].value, &sql))
            sql = gm_sql_name(w->arena, sql);
        else if (!gm_import_sql_of(w, pair->items[0].value, &sql))
            return false;
        gm_buf_printf(&buf, "%s%.*s WITH %.*s", i > at ? ", " : "", GM_ARG(sql), GM_ARG(with));
    }
    gm_buf_char(&buf, ')');
    if (condition.len)
        gm_buf_printf(&buf, " WHERE (%.*s)", GM_ARG(condition));
    gm_buf_add(&buf, how);
    constraint->sql = gm_buf_str(&buf);
    return gm_py_positional(&call->args, at) != NULL;
}

/* ---- of a table ---- */

static bool positional_texts(gm_import_writer *w, const gm_py_expr *call, gm_strs *texts)
{
    gm_str text = {0};
    for (size_t i = 0; gm_py_positional(&call->args, i); i++) {
        if (!gm_import_text(w->scope, gm_py_positional(&call->args, i), &text))
            return false;
        gm_vec_push(w->arena, texts, text);
    }
    return true;
}

bool gm_import_read_constraint(gm_import_writer *w, const gm_py_expr *expr,
                               gm_import_constraint *constraint)
{
    static const char *const of_key[] = {"name", "postgresql_include",
                                         "postgresql_nulls_not_distinct", BEHAVIOUR, NULL};
    static const char *const of_check[] = {"sqltext", "name", "postgresql_not_valid", BEHAVIOUR,
                                           NULL};
    static const char *const of_exclusion[] = {"name", "using", "where", BEHAVIOUR, NULL};
    gm_str called = gm_import_called(w->scope, expr);
    expr = gm_import_value(w->scope, expr);
    *constraint = (gm_import_constraint){0};
    gm_strs columns = {0};
    bool primary = gm_str_is(called, "sa.PrimaryKeyConstraint");
    if (!called.len || !gm_import_word(w, expr, "name", &constraint->name))
        return false;
    if (primary || gm_str_is(called, "sa.UniqueConstraint"))
        return gm_import_only(expr, SIZE_MAX, of_key) && positional_texts(w, expr, &columns) &&
               of_columns(w, expr, primary, &columns, constraint);
    if (gm_str_is(called, "sa.ForeignKeyConstraint"))
        return foreign_key(w, expr, constraint);
    if (gm_str_is(called, "sa.CheckConstraint"))
        return gm_import_only(expr, 1, of_check) &&
               check(w, expr, gm_import_argument(expr, 0, "sqltext"), constraint);
    return gm_str_is(called, "postgresql.ExcludeConstraint") &&
           gm_import_only(expr, SIZE_MAX, of_exclusion) && exclusion(w, expr, 0, constraint);
}

bool gm_import_type_check(gm_import_writer *w, const gm_import_column *column,
                          gm_import_constraint *constraint)
{
    if (!column->type.checked)
        return false;
    gm_buf buf = gm_buf_new(w->arena, SIZE_MAX);
    gm_buf_printf(&buf, "CHECK (%.*s IN (", GM_ARG(gm_sql_name(w->arena, column->name)));
    if (column->type.boolean)
        gm_buf_z(&buf, "0, 1");
    for (size_t i = 0; i < column->type.labels.len; i++)
        gm_buf_printf(&buf, "%s%.*s", i ? ", " : "",
                      GM_ARG(gm_sql_string(w->arena, column->type.labels.items[i])));
    gm_buf_z(&buf, "))");
    *constraint = (gm_import_constraint){.name = column->type.plain_name, .sql = gm_buf_str(&buf)};
    return true;
}

/* ---- operations of their own ---- */

static bool created_key(gm_import_writer *w, const gm_py_expr *call, size_t at,
                        gm_import_constraint *constraint)
{
    static const char *const known[] = {"constraint_name", "source_table",
                                        "referent_table",  "local_cols",
                                        "remote_cols",     "onupdate",
                                        "ondelete",        "match",
                                        "source_schema",   "referent_schema",
                                        "schema",          "use_alter",
                                        BEHAVIOUR,         NULL};
    gm_str table = {0};
    gm_str schema = {0};
    gm_strs from = {0};
    gm_strs to = {0};
    if (!gm_import_only(call, at + 3, known) ||
        !gm_import_text(w->scope, gm_import_argument(call, at, "referent_table"), &table) ||
        !gm_import_word(w, call, "referent_schema", &schema) ||
        !gm_import_texts(w->scope, gm_import_argument(call, at + 1, "local_cols"), &from) ||
        !gm_import_texts(w->scope, gm_import_argument(call, at + 2, "remote_cols"), &to) ||
        !from.len || from.len != to.len)
        return false;
    return take_key(w, call, &from, schema, table, &to, constraint);
}

bool gm_import_read_created(gm_import_writer *w, const gm_py_expr *call, gm_str operation,
                            size_t at, gm_import_constraint *constraint)
{
    static const char *const known[] = {"constraint_name",
                                        "table_name",
                                        "columns",
                                        "condition",
                                        "schema",
                                        "where",
                                        "using",
                                        "postgresql_include",
                                        "postgresql_not_valid",
                                        "postgresql_nulls_not_distinct",
                                        BEHAVIOUR,
                                        NULL};
    bool primary = gm_str_is(operation, "create_primary_key");
    gm_strs columns = {0};
    const gm_py_expr *name = gm_import_argument(call, 0, "constraint_name");
    *constraint = (gm_import_constraint){0};
    if (!gm_import_none(w->scope, name) && !gm_import_text(w->scope, name, &constraint->name))
        return false;
    if (gm_str_is(operation, "create_foreign_key"))
        return created_key(w, call, at, constraint);
    if (gm_str_is(operation, "create_exclude_constraint"))
        return gm_import_only(call, SIZE_MAX, known) && exclusion(w, call, at, constraint);
    if (!gm_import_only(call, at + 1, known))
        return false;
    if (gm_str_is(operation, "create_check_constraint"))
        return check(w, call, gm_import_argument(call, at, "condition"), constraint);
    return gm_import_texts(w->scope, gm_import_argument(call, at, "columns"), &columns) &&
           of_columns(w, call, primary, &columns, constraint);
}
