/* SPDX-License-Identifier: Apache-2.0 */
#include "scratch/seed.h"

#include "base/buf.h"

/* ---- values ---- */

static bool has(gm_arena *arena, gm_str type, const char *word)
{
    gm_str lower = gm_str_lower(arena, type);
    return gm_str_search(lower, gm_str_from(word)) < lower.len;
}

/* A value that any column of the type takes, the same everywhere; "" where none is known. */
static gm_str value_for(gm_arena *arena, gm_dialect dialect, const gm_schema *schema, gm_str type)
{
    static const struct {
        const char *word;
        const char *value;
    } values[] = {
        {"[]", "'{}'"},
        {"range", "'empty'"},
        {"bool", "true"},
        {"timestamp", "'2001-01-01 01:01:01'"},
        {"date", "'2001-01-01'"},
        {"time", "'01:01:01'"},
        {"interval", "'1 day'"},
        {"uuid", "'11111111-1111-1111-1111-111111111111'"},
        {"json", "'1'"},
        {"xml", "'<a/>'"},
        {"bytea", "'1'"},
        {"inet", "'1.1.1.1'"},
        {"cidr", "'1.1.1.1'"},
        {"macaddr", "'01:01:01:01:01:01'"},
        {"char", "'1'"},
        {"text", "'1'"},
        {"clob", "'1'"},
        {"name", "'1'"},
        {"tsvector", "'1'"},
        {"tsquery", "'1'"},
        {"money", "'1'"},
        {"bit", "'1'"},
        {"int", "1"},
        {"serial", "1"},
        {"numeric", "1"},
        {"decimal", "1"},
        {"real", "1"},
        {"double", "1"},
        {"float", "1"},
        {"oid", "1"},
    };
    if (dialect == GM_SQLITE && !type.len)
        return GM_STR("1");
    GM_EACH (gm_object *, object, &schema->objects)
        if ((*object)->kind == GM_OBJECT_ENUM && (*object)->labels.len &&
            (gm_str_eq((*object)->name, type) || gm_str_ends(type, (*object)->name)))
            return gm_db_quote_text(arena, dialect, (*object)->labels.items[0]);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        if (has(arena, type, values[i].word))
            return gm_str_from(values[i].value);
    return dialect == GM_SQLITE ? GM_STR("1") : GM_STR("");
}

/* ---- one table ---- */

static bool takes_values(const gm_object *column)
{
    return !gm_object_has(column, "generated");
}

static bool wants_value(const gm_object *column)
{
    return gm_object_has(column, "not null") && !gm_object_has(column, "default");
}

static gm_str table_name(gm_arena *arena, gm_str schema, gm_str name)
{
    gm_str quoted = gm_db_quote_name(arena, name);
    if (!schema.len)
        return quoted;
    return gm_str_printf(arena, "%.*s.%.*s", GM_ARG(gm_db_quote_name(arena, schema)),
                         GM_ARG(quoted));
}

static bool belongs(const gm_object *object, const gm_object *table, gm_object_kind kind)
{
    return object->kind == kind && gm_str_eq(object->schema, table->schema) &&
           gm_str_eq(object->table, table->name);
}

/* INSERT with a value for every column, or for those alone that cannot do without. */
static gm_str insert(gm_arena *arena, const gm_schema *schema, const gm_object *table, bool all)
{
    gm_buf names = gm_buf_new(arena, SIZE_MAX);
    gm_buf values = gm_buf_new(arena, SIZE_MAX);
    bool postgres = schema->dialect == GM_POSTGRES;
    gm_str name = table_name(arena, table->schema, table->name);
    GM_EACH (gm_object *, object, &schema->objects) {
        const gm_object *column = *object;
        if (!belongs(column, table, GM_OBJECT_COLUMN) || !takes_values(column) ||
            (!all && !wants_value(column)))
            continue;
        gm_str value = value_for(arena, schema->dialect, schema, gm_object_get(column, "type"));
        if (!value.len)
            continue;
        gm_buf_printf(&names, "%s%.*s", names.len ? ", " : "",
                      GM_ARG(gm_db_quote_name(arena, column->name)));
        gm_buf_printf(&values, "%s%.*s", values.len ? ", " : "", GM_ARG(value));
    }
    if (!names.len)
        return gm_str_printf(arena, "INSERT INTO %.*s DEFAULT VALUES", GM_ARG(name));
    return gm_str_printf(arena, "INSERT INTO %.*s (%.*s) %sVALUES (%.*s)", GM_ARG(name),
                         GM_ARG(gm_buf_str(&names)), postgres ? "OVERRIDING SYSTEM VALUE " : "",
                         GM_ARG(gm_buf_str(&values)));
}

/* Each try is a transaction of its own, so that a refused row leaves nothing behind. */
static gm_code try_insert(gm_db *db, gm_str sql, bool *inserted, gm_err *err)
{
    gm_err refused = gm_err_new(err->arena);
    GM_TRY(gm_db_begin(db, err));
    gm_code code = gm_db_execute(db, sql, NULL, &refused);
    if (code == GM_OK)
        code = gm_db_commit(db, &refused);
    *inserted = code == GM_OK;
    if (code == GM_OK)
        return GM_OK;
    GM_TRY(gm_db_rollback(db, err));
    if (code == GM_E_SQL)
        return GM_OK;
    *err = refused;
    return code;
}

/* ---- what goes through ---- */

static const gm_change *change_of(const gm_diff *diff, const gm_object *object)
{
    GM_EACH (const gm_change, change, &diff->changes)
        if (change->from == object)
            return change;
    return NULL;
}

/* The columns whose rows must be the same after the migration, by both names. */
static void add_columns(gm_arena *arena, const gm_diff *diff, const gm_object *table,
                        gm_seed_row *row)
{
    GM_EACH (gm_object *, object, &diff->from->objects) {
        const gm_object *column = *object;
        if (!belongs(column, table, GM_OBJECT_COLUMN) || !takes_values(column))
            continue;
        const gm_change *change = change_of(diff, column);
        bool goes = !change || (change->kind == GM_CHANGE_ALTER &&
                                !gm_strs_have(&change->properties, GM_STR("type")) &&
                                !gm_strs_have(&change->properties, GM_STR("generated")));
        if (!goes)
            continue;
        gm_str after = change ? change->to->name : column->name;
        gm_vec_push(arena, &row->columns, gm_db_quote_name(arena, column->name));
        gm_vec_push(arena, &row->columns_after, gm_db_quote_name(arena, after));
    }
}

static gm_str name_after(gm_arena *arena, const gm_diff *diff, const gm_object *table)
{
    const gm_change *change = change_of(diff, table);
    if (!change)
        return table_name(arena, table->schema, table->name);
    if (change->kind != GM_CHANGE_ALTER)
        return GM_STR("");
    return table_name(arena, change->to->schema, change->to->name);
}

/* All rows of the columns as one text. */
static gm_code read_row(gm_arena *arena, gm_db *db, gm_str table, const gm_strs *columns,
                        gm_str *text, gm_err *err)
{
    gm_rows rows = {0};
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str list = columns->len ? gm_str_join(arena, columns, GM_STR(", ")) : GM_STR("1");
    const char *sql =
        gm_str_z(arena, gm_str_printf(arena, "SELECT %.*s FROM %.*s", GM_ARG(list), GM_ARG(table)));
    GM_TRY(gm_db_query(arena, db, sql, NULL, 0, &rows, err));
    GM_EACH (gm_value *, values, &rows.rows) {
        for (size_t i = 0; i < rows.columns.len; i++)
            gm_buf_printf(&buf, "%.*s|",
                          GM_ARG((*values)[i].null ? GM_STR("NULL") : (*values)[i].text));
        gm_buf_char(&buf, '\n');
    }
    *text = gm_buf_str(&buf);
    return GM_OK;
}

static gm_code seed_table(gm_arena *arena, gm_db *db, const gm_diff *diff, const gm_object *table,
                          gm_seeds *seeds, gm_err *err)
{
    bool inserted = false;
    GM_TRY(try_insert(db, insert(arena, diff->from, table, true), &inserted, err));
    if (!inserted)
        GM_TRY(try_insert(db, insert(arena, diff->from, table, false), &inserted, err));
    if (!inserted)
        return GM_OK;
    gm_seed_row row = {.table = table_name(arena, table->schema, table->name),
                       .after = name_after(arena, diff, table)};
    add_columns(arena, diff, table, &row);
    gm_vec_push(arena, seeds, row);
    return GM_OK;
}

/* Partitions get their rows through their parent. */
static bool holds_rows(const gm_object *object)
{
    return object->kind == GM_OBJECT_TABLE && !gm_object_has(object, "partition of");
}

static gm_code seed_tables(gm_arena *arena, gm_db *db, const gm_diff *diff, gm_seeds *seeds,
                           gm_err *err)
{
    gm_objects ordered = gm_schema_ordered(arena, diff->from);
    GM_EACH (gm_object *, object, &ordered)
        if (holds_rows(*object))
            GM_TRY(seed_table(arena, db, diff, *object, seeds, err));
    return GM_OK;
}

gm_code gm_seed(gm_arena *arena, gm_db *db, const gm_diff *diff, gm_seeds *seeds, gm_err *err)
{
    gm_seeds made = {0};
    bool checked = false;
    bool ignored = false;
    /* A row whose parent's table takes none is refused as in any other database. */
    GM_TRY(gm_db_foreign_keys(db, true, &checked, err));
    GM_TRY(seed_tables(arena, db, diff, &made, err));
    GM_TRY(gm_db_foreign_keys(db, checked, &ignored, err));
    /* Triggers may have changed rows of other tables: look when all is in place. */
    GM_EACH (gm_seed_row, row, &made)
        GM_TRY(read_row(arena, db, row->table, &row->columns, &row->row, err));
    *seeds = made;
    return GM_OK;
}

gm_code gm_seed_check(gm_arena *arena, gm_db *db, const gm_seeds *seeds, bool up, gm_str *trouble,
                      gm_err *err)
{
    GM_EACH (const gm_seed_row, row, seeds) {
        gm_str now;
        if (!row->after.len)
            continue; /* its rows go with it */
        GM_TRY(read_row(arena, db, up ? row->after : row->table,
                        up ? &row->columns_after : &row->columns, &now, err));
        if (!gm_str_eq(now, row->row)) {
            *trouble = gm_str_printf(arena, "the rows of %.*s are not what they were after the %s",
                                     GM_ARG(row->table), up ? "up" : "down");
            return GM_OK;
        }
    }
    return GM_OK;
}
