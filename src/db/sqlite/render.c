/* SPDX-License-Identifier: Apache-2.0 */
#include "db/sqlite/render.h"

#include "lang/sql_scan.h"
#include "lang/sql_text.h"

void gm_sqlite_add(gm_sqlite_renderer *r, gm_str note, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    gm_render_statement statement = {.sql = gm_str_vprintf(r->arena, format, args), .note = note};
    va_end(args);
    gm_vec_push(r->arena, &r->out->statements, statement);
}

const gm_change *gm_sqlite_change_from(const gm_sqlite_renderer *r, const gm_object *object)
{
    GM_EACH (gm_change, change, &r->diff->changes)
        if (change->from == object)
            return change;
    return NULL;
}

const gm_change *gm_sqlite_change_to(const gm_sqlite_renderer *r, const gm_object *object)
{
    GM_EACH (gm_change, change, &r->diff->changes)
        if (change->to == object)
            return change;
    return NULL;
}

bool gm_sqlite_belongs(const gm_object *object, const gm_object *table)
{
    return object->table.len && gm_str_eq_nocase(object->table, table->name);
}

bool gm_sqlite_mentions(gm_str sql, gm_str name)
{
    gm_scanner scanner = {.dialect = GM_SQLITE, .text = sql, .line = 1};
    for (gm_token token = gm_scan_next(&scanner);
         token.kind != GM_TOKEN_END && token.kind != GM_TOKEN_BROKEN;
         token = gm_scan_next(&scanner)) {
        gm_str text = token.text;
        if (token.kind == GM_TOKEN_NAME || token.kind == GM_TOKEN_STRING)
            text = gm_str_sub(text, 1, text.len - 1);
        if (gm_str_eq_nocase(text, name))
            return true;
    }
    return false;
}

/* ---- what stands on tables ---- */

typedef GM_VEC(const gm_object *) objects;

static bool has(const objects *list, const gm_object *object)
{
    GM_EACH (const gm_object *, item, list)
        if (*item == object)
            return true;
    return false;
}

static bool stands_on_tables(const gm_object *object)
{
    return object->kind == GM_OBJECT_VIEW || object->kind == GM_OBJECT_TRIGGER;
}

static bool is_whole(const gm_object *object)
{
    return object->kind == GM_OBJECT_TABLE || object->kind == GM_OBJECT_OTHER;
}

/* ALTER TABLE reads all views and triggers again, unless all it does is to add a column. */
static bool reads_all(const gm_sqlite_renderer *r)
{
    GM_EACH (gm_table_plan, plan, &r->tables)
        if (plan->way > GM_TABLE_EXTENDED)
            return true;
    return false;
}

/* Does it speak of a table that is altered, or of one that is not always there? */
static bool disturbs(const gm_sqlite_renderer *r, const gm_object *object)
{
    GM_EACH (gm_table_plan, plan, &r->tables)
        if (plan->way > GM_TABLE_EXTENDED && (gm_sqlite_mentions(object->text, plan->from->name) ||
                                              gm_sqlite_belongs(object, plan->from)))
            return true;
    GM_EACH (gm_change, change, &r->diff->changes) {
        const gm_object *other = change->to ? change->to : change->from;
        if (change->kind != GM_CHANGE_ALTER && (is_whole(other) || other->kind == GM_OBJECT_VIEW) &&
            gm_sqlite_mentions(object->text, other->name))
            return true;
    }
    return false;
}

static bool mentions_one_of(const gm_object *object, const objects *list)
{
    GM_EACH (const gm_object *, other, list)
        if (*other != object && gm_sqlite_mentions(object->text, (*other)->name))
            return true;
    return false;
}

/* A trigger goes with its table or view. */
static bool goes_with_its_owner(const gm_sqlite_renderer *r, const objects *taken,
                                const gm_object *object)
{
    const gm_change *change = gm_sqlite_change_from(r, object);
    const gm_object *owner = gm_schema_owner(r->diff->from, object);
    return (change && change->along) || (owner && has(taken, owner));
}

static bool must_go(const gm_sqlite_renderer *r, const objects *taken, const gm_object *object)
{
    return gm_sqlite_change_from(r, object) || goes_with_its_owner(r, taken, object) ||
           (reads_all(r) && (disturbs(r, object) || mentions_one_of(object, taken)));
}

/* Views and triggers that change, that are in the way, or that stand on one that is taken away. */
static objects find_taken(const gm_sqlite_renderer *r)
{
    objects taken = {0};
    bool more = true;
    while (more) {
        more = false;
        GM_EACH (gm_object *, object, &r->diff->from->objects)
            if (stands_on_tables(*object) && !has(&taken, *object) && must_go(r, &taken, *object)) {
                gm_vec_push(r->arena, &taken, *object);
                more = true;
            }
    }
    return taken;
}

static void drop_taken(gm_sqlite_renderer *r, const objects *taken)
{
    GM_EACH (const gm_object *, object, taken)
        if (!goes_with_its_owner(r, taken, *object))
            gm_sqlite_add(r, GM_STR(""), "DROP %s %.*s",
                          (*object)->kind == GM_OBJECT_VIEW ? "VIEW" : "TRIGGER",
                          GM_ARG(gm_sql_name(r->arena, (*object)->name)));
}

/* What an object that no change speaks of is in `to`; its table may have another name there. */
static const gm_object *unchanged(const gm_sqlite_renderer *r, const gm_object *object)
{
    const gm_object *owner = gm_schema_owner(r->diff->from, object);
    const gm_change *change = owner ? gm_sqlite_change_from(r, owner) : NULL;
    gm_str table = change && change->to ? change->to->name : object->table;
    return gm_schema_find(r->diff->to, object->kind, object->schema, table, object->name);
}

/* Is it new, or was it taken away? */
static bool is_wanted(const gm_sqlite_renderer *r, const objects *taken, const gm_object *object)
{
    if (gm_sqlite_change_to(r, object))
        return true;
    GM_EACH (const gm_object *, each, taken)
        if (!gm_sqlite_change_from(r, *each) && unchanged(r, *each) == object)
            return true;
    return false;
}

static void make_views_and_triggers(gm_sqlite_renderer *r, const objects *taken)
{
    gm_objects ordered = gm_schema_ordered(r->arena, r->diff->to);
    GM_EACH (gm_object *, object, &ordered)
        if (stands_on_tables(*object) && is_wanted(r, taken, *object))
            gm_sqlite_add(r, GM_STR(""), "%.*s", GM_ARG((*object)->text));
}

/* ---- indexes ---- */

static const gm_table_plan *plan_of(const gm_sqlite_renderer *r, const gm_object *index, bool after)
{
    GM_EACH (gm_table_plan, plan, &r->tables)
        if (gm_sqlite_belongs(index, after ? plan->to : plan->from))
            return plan;
    return NULL;
}

/* A table that is built anew or dropped takes its indexes along. */
static void drop_indexes(gm_sqlite_renderer *r)
{
    GM_EACH (gm_change, change, &r->diff->changes) {
        if (!change->from || change->from->kind != GM_OBJECT_INDEX || change->along)
            continue;
        const gm_table_plan *plan = plan_of(r, change->from, false);
        if (plan && plan->way != GM_TABLE_REBUILT)
            gm_sqlite_add(r, GM_STR(""), "DROP INDEX %.*s",
                          GM_ARG(gm_sql_name(r->arena, change->from->name)));
    }
}

static void make_indexes(gm_sqlite_renderer *r)
{
    GM_EACH (gm_object *, object, &r->diff->to->objects) {
        if ((*object)->kind != GM_OBJECT_INDEX)
            continue;
        const gm_table_plan *plan = plan_of(r, *object, true);
        bool lost = plan && plan->way == GM_TABLE_REBUILT;
        if (lost || gm_sqlite_change_to(r, *object))
            gm_sqlite_add(r, GM_STR(""), "%.*s", GM_ARG((*object)->text));
    }
}

/* ---- whole tables ---- */

static void drop_tables(gm_sqlite_renderer *r)
{
    GM_EACH (gm_change, change, &r->diff->changes)
        if (change->kind == GM_CHANGE_DROP && is_whole(change->from))
            gm_sqlite_add(r, GM_STR(""), "DROP TABLE %.*s",
                          GM_ARG(gm_sql_name(r->arena, change->from->name)));
}

static void make_tables(gm_sqlite_renderer *r)
{
    gm_objects ordered = gm_schema_ordered(r->arena, r->diff->to);
    GM_EACH (gm_object *, object, &ordered) {
        const gm_change *change = gm_sqlite_change_to(r, *object);
        if (is_whole(*object) && change && change->kind == GM_CHANGE_ADD)
            gm_sqlite_add(r, GM_STR(""), "%.*s", GM_ARG((*object)->text));
    }
}

static void note_losses(gm_sqlite_renderer *r)
{
    GM_EACH (gm_change, change, &r->diff->changes) {
        if (change->kind != GM_CHANGE_DROP || change->along)
            continue;
        gm_str shown = gm_object_shown(r->arena, change->from);
        if (change->from->kind == GM_OBJECT_TABLE)
            gm_vec_push(r->arena, &r->out->lost,
                        gm_str_printf(r->arena, "the rows of %.*s", GM_ARG(shown)));
        else if (change->from->kind == GM_OBJECT_COLUMN &&
                 !gm_object_has(change->from, "generated"))
            gm_vec_push(r->arena, &r->out->lost, shown);
    }
}

static gm_code refuse_virtual(const gm_sqlite_renderer *r, gm_err *err)
{
    GM_EACH (gm_table_plan, plan, &r->tables)
        if (plan->way == GM_TABLE_REBUILT && gm_object_has(plan->to, "virtual")) {
            gm_fail(err, GM_E_REFUSED, "a virtual table cannot be altered: %.*s",
                    GM_ARG(plan->to->name));
            return gm_hint(err, "Write the revision by hand: drop it, make it, and fill it again.");
        }
    return GM_OK;
}

gm_code gm_sqlite_render(gm_arena *arena, const gm_diff *diff, gm_render *render, gm_err *err)
{
    gm_render made = {0};
    gm_sqlite_renderer r = {.arena = arena, .diff = diff, .out = &made};
    gm_sqlite_plan_tables(&r);
    GM_TRY(refuse_virtual(&r, err));
    objects taken = find_taken(&r);
    drop_taken(&r, &taken);
    drop_indexes(&r);
    drop_tables(&r);
    gm_sqlite_alter_tables(&r);
    gm_sqlite_rebuild_tables(&r);
    make_tables(&r);
    make_indexes(&r);
    make_views_and_triggers(&r, &taken);
    note_losses(&r);
    *render = made;
    return GM_OK;
}
