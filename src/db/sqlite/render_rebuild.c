/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table built anew: made under another name from the text that is wanted, filled, and put in the
 * place of the old one. Its renames have been made by ALTER TABLE before.
 */
#include "base/buf.h"
#include "db/sqlite/render.h"
#include "lang/sql_scan.h"
#include "lang/sql_text.h"

/* "CREATE TABLE name (…": the rest from behind the name. */
static gm_str behind_name(gm_str text)
{
    gm_scanner scanner = {.dialect = GM_SQLITE, .text = text, .line = 1};
    gm_token token = gm_scan_next(&scanner);
    while (token.kind != GM_TOKEN_END && !gm_token_is(&token, "table"))
        token = gm_scan_next(&scanner);
    gm_scanner ahead = scanner;
    token = gm_scan_next(&ahead);
    if (gm_token_is(&token, "if")) {
        gm_scan_next(&ahead);
        gm_scan_next(&ahead);
        scanner = ahead;
    }
    gm_scan_next(&scanner); /* the name, or its schema */
    ahead = scanner;
    token = gm_scan_next(&ahead);
    if (gm_token_mark(&token, '.')) {
        gm_scan_next(&ahead);
        scanner = ahead;
    }
    return gm_str_trim(gm_str_sub(text, scanner.at, text.len));
}

/* A check may say users.age for age; the rename that follows turns it back. */
static gm_str with_new_name(gm_arena *arena, gm_str body, gm_str table, gm_str new_name)
{
    gm_scanner scanner = {.dialect = GM_SQLITE, .text = body, .line = 1};
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    size_t done = 0;
    for (gm_token token = gm_scan_next(&scanner);
         token.kind != GM_TOKEN_END && token.kind != GM_TOKEN_BROKEN;
         token = gm_scan_next(&scanner)) {
        gm_scanner ahead = scanner;
        gm_token next = gm_scan_next(&ahead);
        if (!gm_token_mark(&next, '.') || !gm_sqlite_mentions(token.text, table))
            continue;
        size_t at = (size_t)(token.text.ptr - body.ptr);
        gm_buf_add(&buf, gm_str_sub(body, done, at));
        gm_buf_add(&buf, new_name);
        done = at + token.text.len;
    }
    gm_buf_add(&buf, gm_str_sub(body, done, body.len));
    return gm_buf_str(&buf);
}

/* The column of the old table that a new one is filled from; NULL: it is new. */
static const gm_object *source_of(const gm_sqlite_renderer *r, const gm_table_plan *plan,
                                  const gm_object *column)
{
    const gm_change *change = gm_sqlite_change_to(r, column);
    if (change)
        return change->from;
    return gm_schema_find(r->diff->from, GM_OBJECT_COLUMN, GM_STR(""), plan->from->name,
                          column->name);
}

/* What stood for nothing gets the default where nothing may stand any more. */
static gm_str value_of(const gm_sqlite_renderer *r, const gm_object *from, const gm_object *to)
{
    gm_str column = gm_sql_name(r->arena, to->name);
    gm_str value = gm_object_get(to, "default");
    if (gm_object_has(to, "not null") && !gm_object_has(from, "not null") && value.len)
        return gm_str_printf(r->arena, "coalesce(%.*s, %.*s)", GM_ARG(column), GM_ARG(value));
    return column;
}

/* No column goes over: as many rows as there were, of defaults. */
static void keep_count(const gm_sqlite_renderer *r, const gm_table_plan *plan, gm_buf *into,
                       gm_buf *out_of)
{
    GM_EACH (gm_object *, object, &r->diff->to->objects) {
        const gm_object *column = *object;
        if (column->kind != GM_OBJECT_COLUMN || !gm_sqlite_belongs(column, plan->to) ||
            gm_object_has(column, "generated"))
            continue;
        gm_str value = gm_object_get(column, "default");
        gm_buf_add(into, gm_sql_name(r->arena, column->name));
        gm_buf_add(out_of, value.len ? value : GM_STR("NULL"));
        return;
    }
}

/* ON CONFLICT IGNORE or REPLACE of a constraint would lose rows without a word. */
static const char *insert_for(const gm_sqlite_renderer *r, const gm_object *table)
{
    GM_EACH (gm_object *, object, &r->diff->to->objects)
        if (gm_sqlite_belongs(*object, table) && (gm_object_has(*object, "on conflict") ||
                                                  gm_object_has(*object, "not null on conflict")))
            return "INSERT OR ABORT";
    return "INSERT";
}

static void copy_rows(gm_sqlite_renderer *r, const gm_table_plan *plan, gm_str new_name,
                      gm_str old_name)
{
    gm_buf into = gm_buf_new(r->arena, SIZE_MAX);
    gm_buf out_of = gm_buf_new(r->arena, SIZE_MAX);
    GM_EACH (gm_object *, object, &r->diff->to->objects) {
        const gm_object *column = *object;
        if (column->kind != GM_OBJECT_COLUMN || !gm_sqlite_belongs(column, plan->to) ||
            gm_object_has(column, "generated"))
            continue;
        const gm_object *from = source_of(r, plan, column);
        if (!from)
            continue;
        gm_buf_printf(&into, "%s%.*s", into.len ? ", " : "",
                      GM_ARG(gm_sql_name(r->arena, column->name)));
        gm_buf_printf(&out_of, "%s%.*s", out_of.len ? ", " : "", GM_ARG(value_of(r, from, column)));
    }
    if (!into.len)
        keep_count(r, plan, &into, &out_of);
    if (into.len)
        gm_sqlite_add(r, GM_STR(""), "%s INTO %.*s (%.*s)\nSELECT %.*s FROM %.*s",
                      insert_for(r, plan->to), GM_ARG(new_name), GM_ARG(gm_buf_str(&into)),
                      GM_ARG(gm_buf_str(&out_of)), GM_ARG(old_name));
}

static bool counts(const gm_schema *schema, const gm_object *table)
{
    GM_EACH (gm_object *, object, &schema->objects)
        if ((*object)->kind == GM_OBJECT_PRIMARY_KEY && gm_sqlite_belongs(*object, table))
            return gm_object_has(*object, "autoincrement");
    return false;
}

/* AUTOINCREMENT goes on behind the highest key there ever was, also when its row is gone. */
static void carry_sequence(gm_sqlite_renderer *r, gm_str new_name, gm_str old_name)
{
    gm_str new_text = gm_sql_string(r->arena, new_name);
    gm_str old_text = gm_sql_string(r->arena, old_name);
    gm_sqlite_add(r, GM_STR(""), "DELETE FROM sqlite_sequence WHERE name = %.*s", GM_ARG(new_text));
    gm_sqlite_add(r, GM_STR(""),
                  "INSERT INTO sqlite_sequence (name, seq)\nSELECT %.*s, seq FROM sqlite_sequence "
                  "WHERE name = %.*s",
                  GM_ARG(new_text), GM_ARG(old_text));
}

static void rebuild(gm_sqlite_renderer *r, const gm_table_plan *plan)
{
    gm_str bare_new = gm_sqlite_unused_name(r, plan->to->name, "_new");
    gm_str new_name = gm_sql_name(r->arena, bare_new);
    gm_str old_name = gm_sql_name(r->arena, plan->to->name);
    gm_str note = gm_str_printf(r->arena, "SQLite cannot alter %.*s so: it is built anew.",
                                GM_ARG(plan->to->name));
    gm_sqlite_add(
        r, note, "CREATE TABLE %.*s %.*s", GM_ARG(new_name),
        GM_ARG(with_new_name(r->arena, behind_name(plan->to->text), plan->to->name, new_name)));
    copy_rows(r, plan, new_name, old_name);
    if (counts(r->diff->from, plan->from) && counts(r->diff->to, plan->to))
        carry_sequence(r, bare_new, plan->to->name);
    gm_sqlite_add(r, GM_STR(""), "DROP TABLE %.*s", GM_ARG(old_name));
    gm_sqlite_add(r, GM_STR(""), "ALTER TABLE %.*s RENAME TO %.*s", GM_ARG(new_name),
                  GM_ARG(old_name));
}

void gm_sqlite_rebuild_tables(gm_sqlite_renderer *r)
{
    GM_EACH (gm_table_plan, plan, &r->tables)
        if (plan->way == GM_TABLE_REBUILT)
            rebuild(r, plan);
}
