/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What ALTER TABLE can do to a table, and whether that is enough.
 */
#include "db/sqlite/render.h"
#include "lang/sql_scan.h"
#include "lang/sql_text.h"

static bool is_constraint(const gm_object *object)
{
    return object->kind == GM_OBJECT_PRIMARY_KEY || object->kind == GM_OBJECT_UNIQUE ||
           object->kind == GM_OBJECT_CHECK || object->kind == GM_OBJECT_FOREIGN_KEY;
}

/* A part of the column's own words: text that lies in its text. */
static bool lies_in(const gm_object *part, const gm_object *column)
{
    return part->text.len && part->text.ptr >= column->text.ptr &&
           part->text.ptr + part->text.len <= column->text.ptr + column->text.len;
}

static bool is_constant(gm_str text)
{
    gm_scanner scanner = {.dialect = GM_SQLITE, .text = text, .line = 1};
    gm_token token = gm_scan_next(&scanner);
    if (gm_token_mark(&token, '-') || gm_token_mark(&token, '+'))
        token = gm_scan_next(&scanner);
    if (gm_token_is(&token, "x"))
        token = gm_scan_next(&scanner);
    bool literal = token.kind == GM_TOKEN_NUMBER || token.kind == GM_TOKEN_STRING ||
                   gm_token_is(&token, "true") || gm_token_is(&token, "false");
    token = gm_scan_next(&scanner);
    return literal && token.kind == GM_TOKEN_END;
}

/* A check of this column that another had before would then be there twice. */
static bool has_an_old_constraint(const gm_sqlite_renderer *r, const gm_object *column)
{
    GM_EACH (gm_object *, object, &r->diff->to->objects) {
        const gm_change *change = gm_sqlite_change_to(r, *object);
        if (is_constraint(*object) && lies_in(*object, column) &&
            !(change && change->kind == GM_CHANGE_ADD))
            return true;
    }
    return false;
}

/* Columns are added one by one, each when those after it are not there yet. */
static bool speaks_of_a_later_one(const gm_sqlite_renderer *r, const gm_object *column)
{
    GM_EACH (gm_change, change, &r->diff->changes) {
        const gm_object *other = change->to;
        if (change->kind == GM_CHANGE_ADD && other->kind == GM_OBJECT_COLUMN &&
            gm_str_eq(other->table, column->table) && other->position > column->position &&
            gm_sqlite_mentions(column->text, other->name))
            return true;
    }
    return false;
}

/* ALTER TABLE ADD COLUMN: no stored expression, no default that is reckoned, no NOT NULL without.
 */
static bool can_add(const gm_sqlite_renderer *r, const gm_object *column)
{
    gm_str value = gm_object_get(column, "default");
    if (gm_object_has(column, "stored") || (value.len && !is_constant(value)) ||
        has_an_old_constraint(r, column) || speaks_of_a_later_one(r, column))
        return false;
    return value.len || gm_object_has(column, "generated") || !gm_object_has(column, "not null");
}

/* A constraint that comes or goes with a column, in whose words it is. */
static bool goes_along(const gm_sqlite_renderer *r, const gm_change *constraint)
{
    const gm_object *object = constraint->to ? constraint->to : constraint->from;
    if (constraint->kind == GM_CHANGE_ALTER ||
        (object->kind != GM_OBJECT_CHECK && object->kind != GM_OBJECT_FOREIGN_KEY))
        return false;
    GM_EACH (gm_change, change, &r->diff->changes) {
        const gm_object *column = change->to ? change->to : change->from;
        if (change->kind == constraint->kind && column->kind == GM_OBJECT_COLUMN &&
            lies_in(object, column))
            return true;
    }
    return false;
}

/* ALTER TABLE DROP COLUMN: nothing else may speak of it. Views and triggers are out of the way. */
static bool can_drop(const gm_sqlite_renderer *r, const gm_object *table, const gm_object *column)
{
    GM_EACH (gm_object *, object, &r->diff->from->objects) {
        const gm_object *other = *object;
        const gm_change *change = gm_sqlite_change_from(r, other);
        bool index = other->kind == GM_OBJECT_INDEX && gm_sqlite_belongs(other, table);
        bool inside = gm_sqlite_belongs(other, table) && other != column &&
                      (is_constraint(other) || gm_object_has(other, "generated"));
        bool own = is_constraint(other) && lies_in(other, column);
        if ((index || own) && change) /* gone before, or with it */
            continue;
        if (own || ((index || inside) && gm_sqlite_mentions(other->text, column->name)))
            return false;
    }
    return true;
}

static bool only_renamed(const gm_change *change)
{
    return change->kind == GM_CHANGE_ALTER && change->renamed && !change->properties.len;
}

/* Can ALTER TABLE make this change of something in the table? */
static bool can_alter(const gm_sqlite_renderer *r, const gm_table_plan *plan,
                      const gm_change *change)
{
    const gm_object *object = change->to ? change->to : change->from;
    if (object->kind == GM_OBJECT_COLUMN) {
        if (change->kind == GM_CHANGE_ADD)
            return can_add(r, object);
        if (change->kind == GM_CHANGE_DROP)
            return can_drop(r, plan->from, object);
        return only_renamed(change);
    }
    if (object->kind == GM_OBJECT_TABLE)
        return only_renamed(change);
    return goes_along(r, change);
}

/* Of the table's own text: indexes and triggers have theirs. */
static bool is_about(const gm_table_plan *plan, const gm_change *change)
{
    const gm_object *object = change->to ? change->to : change->from;
    if (object->kind != GM_OBJECT_TABLE && object->kind != GM_OBJECT_COLUMN &&
        !is_constraint(object))
        return false;
    return change->from == plan->from || change->to == plan->to ||
           (change->from && gm_sqlite_belongs(change->from, plan->from)) ||
           (change->to && gm_sqlite_belongs(change->to, plan->to));
}

static gm_table_way way_of(const gm_sqlite_renderer *r, const gm_table_plan *plan,
                           const gm_change *change)
{
    if (!can_alter(r, plan, change))
        return GM_TABLE_REBUILT;
    return change->kind == GM_CHANGE_ADD ? GM_TABLE_EXTENDED : GM_TABLE_ALTERED;
}

void gm_sqlite_plan_tables(gm_sqlite_renderer *r)
{
    GM_EACH (gm_object *, table, &r->diff->to->objects) {
        const gm_change *own = gm_sqlite_change_to(r, *table);
        gm_table_plan plan = {.to = *table};
        if ((*table)->kind != GM_OBJECT_TABLE || (own && own->kind == GM_CHANGE_ADD))
            continue;
        plan.from = own ? own->from
                        : gm_schema_find(r->diff->from, GM_OBJECT_TABLE, (*table)->schema,
                                         GM_STR(""), (*table)->name);
        GM_EACH (gm_change, change, &r->diff->changes)
            if (is_about(&plan, change)) {
                gm_table_way way = way_of(r, &plan, change);
                plan.way = way > plan.way ? way : plan.way;
            }
        gm_vec_push(r->arena, &r->tables, plan);
    }
}

/* ---- statements ---- */

/* Renames come first and are always ALTER's, since it carries them into what refers to them. */
static void rename_tables(gm_sqlite_renderer *r)
{
    gm_sqlite_namings namings = {0};
    GM_EACH (gm_table_plan, plan, &r->tables)
        gm_vec_push(r->arena, &namings, (gm_sqlite_naming){plan->from->name, plan->to->name});
    gm_sqlite_rename_all(r, GM_STR(""), &namings);
}

/* Those of the table that are renamed or dropped. */
static gm_sqlite_namings namings_of(const gm_sqlite_renderer *r, const gm_table_plan *plan)
{
    gm_sqlite_namings namings = {0};
    GM_EACH (gm_change, change, &r->diff->changes)
        if (change->from && change->from->kind == GM_OBJECT_COLUMN &&
            gm_sqlite_belongs(change->from, plan->from) &&
            (change->renamed || change->kind == GM_CHANGE_DROP))
            gm_vec_push(
                r->arena, &namings,
                (gm_sqlite_naming){change->from->name, change->to ? change->to->name : GM_STR("")});
    return namings;
}

static void add_columns(gm_sqlite_renderer *r, const gm_table_plan *plan, gm_str table)
{
    GM_EACH (gm_change, change, &r->diff->changes)
        if (change->kind == GM_CHANGE_ADD && change->to->kind == GM_OBJECT_COLUMN &&
            gm_sqlite_belongs(change->to, plan->to))
            gm_sqlite_add(r, GM_STR(""), "ALTER TABLE %.*s ADD COLUMN %.*s", GM_ARG(table),
                          GM_ARG(gm_str_trim(change->to->text)));
}

/* Adds come before drops: a table may not be without columns in between. */
static void alter_columns(gm_sqlite_renderer *r, const gm_table_plan *plan)
{
    gm_str table = gm_sql_name(r->arena, plan->to->name);
    gm_sqlite_namings namings = namings_of(r, plan);
    gm_sqlite_rename_all(r, plan->to->name, &namings);
    if (plan->way == GM_TABLE_REBUILT)
        return;
    add_columns(r, plan, table);
    GM_EACH (gm_sqlite_naming, naming, &namings)
        if (!naming->to.len)
            gm_sqlite_add(r, GM_STR(""), "ALTER TABLE %.*s DROP COLUMN %.*s", GM_ARG(table),
                          GM_ARG(gm_sql_name(r->arena, naming->now)));
}

void gm_sqlite_alter_tables(gm_sqlite_renderer *r)
{
    rename_tables(r);
    GM_EACH (gm_table_plan, plan, &r->tables)
        if (plan->way != GM_TABLE_KEPT)
            alter_columns(r, plan);
}
