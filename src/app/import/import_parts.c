/* SPDX-License-Identifier: Apache-2.0 */
/* A table as scratch has it, in parts, and the text that they make. */
#include "app/import/import_rebuild.h"
#include "lang/sql_scan.h"
#include "lang/sql_text.h"

/* ---- what is there ---- */

bool gm_import_part_belongs(const gm_import_parts *r, const gm_object *object)
{
    return object->table.len && gm_str_eq_nocase(object->table, r->table->name);
}

bool gm_import_part_mentions(gm_str sql, gm_str name)
{
    gm_scanner scanner = {.dialect = GM_SQLITE, .text = sql, .line = 1};
    for (gm_token token = gm_scan_next(&scanner);
         token.kind != GM_TOKEN_END && token.kind != GM_TOKEN_BROKEN;
         token = gm_scan_next(&scanner)) {
        gm_str text = token.text;
        if (token.kind == GM_TOKEN_NAME)
            text = gm_str_sub(text, 1, text.len - 1);
        if (token.kind != GM_TOKEN_STRING && gm_str_eq_nocase(text, name))
            return true;
    }
    return false;
}

/* What the parts below cannot say stays as it is written. */
static bool is_odd(const gm_object *column)
{
    static const char *const odd[] = {"not null on conflict", "not null constraint",
                                      "default constraint", "collation constraint",
                                      "generated constraint"};
    for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
        if (gm_object_has(column, odd[i]))
            return true;
    return false;
}

static gm_str upper(gm_arena *arena, gm_str text)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < text.len; i++)
        gm_buf_char(&buf, text.ptr[i] >= 'a' && text.ptr[i] <= 'z' ? (char)(text.ptr[i] - 'a' + 'A')
                                                                   : text.ptr[i]);
    return gm_buf_str(&buf);
}

static void take_column(gm_import_parts *r, const gm_object *object)
{
    gm_arena *arena = r->w->arena;
    gm_buf rest = gm_buf_new(arena, SIZE_MAX);
    gm_import_part_column column = {.name = object->name,
                                    .type = upper(arena, gm_object_get(object, "type")),
                                    .value = gm_object_get(object, "default"),
                                    .not_null = gm_object_has(object, "not null")};
    if (gm_object_has(object, "collation"))
        gm_buf_printf(&rest, " COLLATE %.*s", GM_ARG(gm_object_get(object, "collation")));
    if (gm_object_has(object, "generated"))
        gm_buf_printf(&rest, " GENERATED ALWAYS AS (%.*s)%s",
                      GM_ARG(gm_object_get(object, "generated")),
                      gm_object_has(object, "stored") ? " STORED" : "");
    column.rest = gm_buf_str(&rest);
    if (is_odd(object))
        column.whole = object->text;
    gm_vec_push(arena, &r->columns, column);
}

/* Does its text lie in that of a column? Then it goes with it, or is said anew. */
static bool is_inline(const gm_import_parts *r, const gm_object *constraint, bool *whole)
{
    GM_EACH (gm_object *, object, &r->from->objects) {
        const gm_object *column = *object;
        if (column->kind != GM_OBJECT_COLUMN || !gm_import_part_belongs(r, column) ||
            !constraint->text.ptr || constraint->text.ptr < column->text.ptr ||
            constraint->text.ptr >= column->text.ptr + column->text.len)
            continue;
        *whole = is_odd(column);
        return true;
    }
    return !constraint->text.len;
}

static void add_property(gm_buf *buf, const gm_object *object, const char *words, const char *name)
{
    if (gm_object_has(object, name))
        gm_buf_printf(buf, " %s %.*s", words, GM_ARG(gm_object_get(object, name)));
}

static gm_str said_anew(gm_arena *arena, const gm_object *object)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str columns = gm_object_get(object, "columns");
    if (object->name.len)
        gm_buf_printf(&buf, "CONSTRAINT %.*s ", GM_ARG(gm_sql_name(arena, object->name)));
    if (object->kind == GM_OBJECT_CHECK)
        gm_buf_printf(&buf, "CHECK (%.*s)", GM_ARG(gm_object_get(object, "expression")));
    else
        gm_buf_printf(&buf, "%s (%.*s)",
                      object->kind == GM_OBJECT_PRIMARY_KEY ? "PRIMARY KEY"
                      : object->kind == GM_OBJECT_UNIQUE    ? "UNIQUE"
                                                            : "FOREIGN KEY",
                      GM_ARG(columns));
    add_property(&buf, object, "REFERENCES", "references");
    add_property(&buf, object, "ON DELETE", "on delete");
    add_property(&buf, object, "ON UPDATE", "on update");
    add_property(&buf, object, "MATCH", "match");
    add_property(&buf, object, "DEFERRABLE", "deferrable");
    add_property(&buf, object, "ON CONFLICT", "on conflict");
    return gm_buf_str(&buf);
}

static bool take_constraint(gm_import_parts *r, const gm_object *object)
{
    bool whole = false;
    bool inside = is_inline(r, object, &whole);
    gm_import_part_constraint constraint = {.name = object->name,
                                            .columns = gm_object_get(object, "columns"),
                                            .primary = object->kind == GM_OBJECT_PRIMARY_KEY};
    if (inside && whole)
        return true;
    if (gm_object_has(object, "inline"))
        return gm_import_refuse(r->w, "an INTEGER PRIMARY KEY DESC is built anew");
    if (gm_object_has(object, "autoincrement")) {
        r->numbered = constraint.columns;
        return true;
    }
    constraint.sql = inside ? said_anew(r->w->arena, object) : object->text;
    gm_vec_push(r->w->arena, &r->constraints, constraint);
    return true;
}

bool gm_import_parts_take(gm_import_parts *r)
{
    GM_EACH (gm_object *, at, &r->from->objects) {
        const gm_object *object = *at;
        if (!gm_import_part_belongs(r, object))
            continue;
        switch (object->kind) {
        case GM_OBJECT_COLUMN:
            take_column(r, object);
            break;
        case GM_OBJECT_PRIMARY_KEY:
        case GM_OBJECT_UNIQUE:
        case GM_OBJECT_CHECK:
        case GM_OBJECT_FOREIGN_KEY:
            if (!take_constraint(r, object))
                return false;
            break;
        case GM_OBJECT_INDEX:
            gm_vec_push(r->w->arena, &r->indexes, object->name);
            break;
        default:
            break;
        }
    }
    return true;
}

/* ---- the new text ---- */

/* One token needs no parentheses. */
static bool is_token(gm_str sql)
{
    gm_scanner scanner = {.dialect = GM_SQLITE, .text = sql, .line = 1};
    gm_scan_next(&scanner);
    gm_token next = gm_scan_next(&scanner);
    return next.kind == GM_TOKEN_END;
}

static void add_column_text(const gm_import_parts *r, gm_buf *buf,
                            const gm_import_part_column *column)
{
    if (column->whole.len) {
        gm_buf_add(buf, column->whole);
        return;
    }
    gm_buf_printf(buf, "%.*s%s%.*s", GM_ARG(gm_sql_name(r->w->arena, column->name)),
                  column->type.len ? " " : "", GM_ARG(column->type));
    if (column->value.len)
        gm_buf_printf(buf, is_token(column->value) ? " DEFAULT %.*s" : " DEFAULT (%.*s)",
                      GM_ARG(column->value));
    gm_buf_z(buf, column->not_null ? " NOT NULL" : "");
    gm_buf_add(buf, column->rest);
    if (gm_import_part_mentions(r->numbered, column->name))
        gm_buf_z(buf, " PRIMARY KEY AUTOINCREMENT");
}

gm_str gm_import_parts_text(const gm_import_parts *r)
{
    gm_buf buf = gm_buf_new(r->w->arena, SIZE_MAX);
    bool strict = gm_object_has(r->table, "strict");
    bool rowid = !gm_object_has(r->table, "without rowid");
    gm_buf_printf(&buf, "CREATE TABLE %.*s (", GM_ARG(gm_sql_name(r->w->arena, r->table->name)));
    for (size_t i = 0; i < r->columns.len; i++) {
        gm_buf_z(&buf, i ? ",\n    " : "\n    ");
        add_column_text(r, &buf, &r->columns.items[i]);
    }
    GM_EACH (const gm_import_part_constraint, constraint, &r->constraints)
        if (constraint->sql.len)
            gm_buf_printf(&buf, ",\n    %.*s", GM_ARG(constraint->sql));
    gm_buf_printf(&buf, "\n)%s%s%s", rowid ? "" : " WITHOUT ROWID", !rowid && strict ? "," : "",
                  strict ? " STRICT" : "");
    return gm_buf_str(&buf);
}
