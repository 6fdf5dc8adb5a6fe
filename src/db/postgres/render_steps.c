/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Steps of all items, and what each must come after.
 */

#include "db/postgres/render_plan.h"

/* ---- one step ---- */

/* Tables are numbered in the order of the new schema, then of the old one. */
static size_t group_of(gm_pg_plan *plan, const gm_pg_item *item)
{
    const gm_object *object = item->to ? item->to : item->from;
    const gm_pg_item *owner = gm_pg_owner_item(plan, item);
    if (owner)
        object = owner->to ? owner->to : owner->from;
    const size_t *number = gm_map_get(&plan->groups, object->key);
    return number ? *number : 0;
}

static void number_groups(gm_pg_plan *plan)
{
    gm_objects lists[] = {gm_schema_ordered(plan->arena, plan->to),
                          gm_schema_ordered(plan->arena, plan->from)};
    size_t next = 1;
    plan->groups = gm_map_new(plan->arena);
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < lists[i].len; k++) {
            size_t *number = gm_new(plan->arena, size_t);
            *number = next++;
            gm_map_add(&plan->groups, lists[i].items[k]->key, number);
        }
}

gm_pg_step *gm_pg_add_step(gm_pg_plan *plan, const gm_pg_item *item, gm_pg_rank rank)
{
    gm_pg_step *step = gm_new(plan->arena, gm_pg_step);
    *step = (gm_pg_step){
        .item = item, .rank = rank, .group = group_of(plan, item), .number = plan->steps.len};
    gm_vec_push(plan->arena, &plan->steps, step);
    return step;
}

gm_pg_step *gm_pg_add_table_step(gm_pg_plan *plan, const gm_pg_item *item, gm_pg_rank rank)
{
    gm_pg_step *step = gm_pg_add_step(plan, item, rank);
    const gm_pg_item *owner = gm_pg_owner_item(plan, item);
    const gm_pg_item *table = owner ? owner : item;
    const gm_object *object = table->to ? table->to : table->from;
    const char *word = object->kind == GM_OBJECT_DOMAIN      ? "DOMAIN"
                       : object->kind == GM_OBJECT_COMPOSITE ? "TYPE"
                                                             : "TABLE";
    step->alters = gm_str_printf(plan->arena, "ALTER %s %.*s", word,
                                 GM_ARG(gm_pg_qualified(plan->arena, object)));
    return step;
}

void gm_pg_step_part(gm_pg_plan *plan, gm_pg_step *step, gm_pg_part_kind kind, gm_str text)
{
    gm_vec_push(plan->arena, &step->parts, (gm_pg_part){.kind = kind, .text = text});
}

void gm_pg_step_sql(gm_pg_plan *plan, gm_pg_step *step, gm_str sql)
{
    gm_vec_push(plan->arena, &step->statements, (gm_render_statement){.sql = sql});
}

void gm_pg_step_after(gm_pg_plan *plan, gm_pg_step *step, gm_pg_step *before, bool soft)
{
    if (!step || !before || step == before)
        return;
    GM_EACH (gm_pg_edge, edge, &step->after)
        if (edge->step == before) {
            edge->soft = edge->soft && soft;
            return;
        }
    gm_vec_push(plan->arena, &step->after, (gm_pg_edge){.step = before, .soft = soft});
}

/* ---- the steps of an item ---- */

static void plan_item(gm_pg_plan *plan, gm_pg_item *item)
{
    if (item->renamed && item->fate != GM_ITEM_RECREATE)
        gm_pg_plan_rename(plan, item);
    switch (item->fate) {
    case GM_ITEM_KEEP:
        if (item->to->kind == GM_OBJECT_COLUMN)
            gm_pg_alter_column(plan, item); /* its sequence may have another name */
        break;
    case GM_ITEM_ADD:
        gm_pg_plan_create(plan, item);
        break;
    case GM_ITEM_DROP:
        gm_pg_plan_drop(plan, item);
        break;
    case GM_ITEM_ALTER:
        gm_pg_plan_alter(plan, item);
        break;
    case GM_ITEM_RECREATE:
        gm_pg_plan_drop(plan, item);
        gm_pg_plan_create(plan, item);
        gm_pg_step_after(plan, item->in, item->out, false);
        break;
    case GM_ITEM_SWAP:
        gm_pg_swap_type(plan, item);
        break;
    }
}

/* Owners before what they own, columns before what is about columns. */
static int pass_of(const gm_pg_plan *plan, const gm_pg_item *item)
{
    const gm_object *object = item->to ? item->to : item->from;
    if (object->kind == GM_OBJECT_COLUMN)
        return 1;
    if (object->kind == GM_OBJECT_SEQUENCE)
        return 2;
    return gm_pg_owner_item(plan, item) ? 3 : 0;
}

/* ---- what comes after what ---- */

static bool changes_type(const gm_pg_item *item)
{
    return item->fate == GM_ITEM_DROP || item->fate == GM_ITEM_RECREATE ||
           item->fate == GM_ITEM_SWAP || item->retype;
}

static void come_after_needs(gm_pg_plan *plan, const gm_pg_item *item)
{
    for (size_t i = 0; item->in && item->to && i < item->to->needs.len; i++) {
        const gm_pg_item *needed = gm_pg_item_to(plan, item->to->needs.items[i]);
        if (!needed)
            continue;
        gm_pg_step_after(plan, item->in, needed->in, false);
        gm_pg_step_after(plan, item->in, needed->rename, false);
    }
}

static bool names_arguments(const gm_pg_item *item)
{
    gm_object_kind kind = item->from->kind;
    return (item->fate == GM_ITEM_DROP || item->fate == GM_ITEM_RECREATE) &&
           (kind == GM_OBJECT_FUNCTION || kind == GM_OBJECT_PROCEDURE ||
            kind == GM_OBJECT_AGGREGATE || kind == GM_OBJECT_OPERATOR || kind == GM_OBJECT_OTHER);
}

static bool still_needs(const gm_pg_item *item, const gm_pg_item *needed)
{
    for (size_t i = 0; item->to && i < item->to->needs.len; i++)
        if (item->to->needs.items[i] == needed->to)
            return true;
    return false;
}

/* What goes waits for those who need it to go or to be altered. */
static void go_before_needs(gm_pg_plan *plan, const gm_pg_item *item)
{
    if (!item->from || item->inherited)
        return;
    for (size_t i = 0; i < item->from->needs.len; i++) {
        const gm_pg_item *needed = gm_pg_item_from(plan, item->from->needs.items[i]);
        /* it is dropped by the old names of its arguments */
        if (needed && needed->renamed && item->out && names_arguments(item))
            gm_pg_step_after(plan, needed->rename, item->out, false);
        if (!needed || !changes_type(needed))
            continue;
        /* altered in place, and carried through the change of type by the server */
        if (needed->fate == GM_ITEM_ALTER && item->fate == GM_ITEM_ALTER &&
            still_needs(item, needed))
            continue;
        if (needed->fate == GM_ITEM_SWAP) {
            /* what is cast waits for the new type; the rest goes while the old one has its name */
            if (item->retype || item->fate == GM_ITEM_SWAP)
                gm_pg_step_after(plan, needed->out, item->in, false);
            else
                gm_pg_step_after(plan, needed->rename, item->out, false);
        } else if (item->retype && needed->out != item->in) {
            gm_pg_step_after(plan, needed->out, item->in, false);
        }
        if (needed->fate != GM_ITEM_SWAP)
            gm_pg_step_after(plan, needed->out, item->out, false);
    }
}

/* Whatever is said of a table uses its new name. */
static void come_after_rename(gm_pg_plan *plan, const gm_pg_item *item)
{
    const gm_pg_item *owner = gm_pg_owner_item(plan, item);
    if (!owner || !owner->rename)
        return;
    gm_pg_step_after(plan, item->in, owner->rename, false);
    gm_pg_step_after(plan, item->out, owner->rename, false);
    gm_pg_step_after(plan, item->rename, owner->rename, false);
}

/*
 * A table is made after those that its keys refer to, where that can be, so that the keys are part
 * of it.
 */
static void wish(gm_pg_plan *plan, const gm_pg_item *item)
{
    gm_pg_item *owner = gm_pg_owner_item(plan, item);
    bool constraint = item->to && owner && owner->fate == GM_ITEM_ADD && item->in != owner->in;
    for (size_t i = 0; constraint && i < item->to->needs.len; i++) {
        const gm_pg_item *needed = gm_pg_item_to(plan, item->to->needs.items[i]);
        const gm_pg_item *table = needed ? gm_pg_owner_item(plan, needed) : NULL;
        /* a key of another new table will be part of that one */
        if (table && table->fate == GM_ITEM_ADD)
            needed = table;
        if (needed && item->in && item->in->constraint.len)
            gm_pg_step_after(plan, owner->in, needed->in, true);
    }
}

typedef GM_VEC(const gm_pg_item *) readers;

static void add_readers(gm_pg_plan *plan, gm_map *by_table)
{
    for (size_t i = 0; i < plan->items.len; i++) {
        const gm_pg_item *function = plan->items.items[i];
        bool reads =
            function->in && function->to &&
            (function->to->kind == GM_OBJECT_FUNCTION || function->to->kind == GM_OBJECT_PROCEDURE);
        for (size_t k = 0; reads && k < function->to->needs.len; k++) {
            gm_str table = function->to->needs.items[k]->key;
            readers *list = gm_map_get(by_table, table);
            if (!list) {
                list = gm_new(plan->arena, readers);
                gm_map_add(by_table, table, list);
            }
            gm_vec_push(plan->arena, list, function);
        }
    }
}

/* A function is made after the columns that its text may name. */
static void functions_wish(gm_pg_plan *plan)
{
    gm_map by_table = gm_map_new(plan->arena);
    add_readers(plan, &by_table);
    for (size_t i = 0; i < plan->items.len; i++) {
        const gm_pg_item *item = plan->items.items[i];
        if (!item->to || !item->in || item->to->kind != GM_OBJECT_COLUMN)
            continue;
        const gm_pg_item *owner = gm_pg_owner_item(plan, item);
        const readers *list = owner && owner->to ? gm_map_get(&by_table, owner->to->key) : NULL;
        for (size_t k = 0; list && k < list->len; k++)
            gm_pg_step_after(plan, list->items[k]->in, item->in, true);
    }
}

void gm_pg_make_steps(gm_pg_plan *plan)
{
    number_groups(plan);
    gm_pg_find_circles(plan);
    for (int pass = 0; pass <= 3; pass++)
        for (size_t i = 0; i < plan->items.len; i++)
            if (pass_of(plan, plan->items.items[i]) == pass)
                plan_item(plan, plan->items.items[i]);
    for (size_t i = 0; i < plan->items.len; i++) {
        const gm_pg_item *item = plan->items.items[i];
        come_after_needs(plan, item);
        go_before_needs(plan, item);
        come_after_rename(plan, item);
        wish(plan, item);
        if (item->rename && item->in != item->rename)
            gm_pg_step_after(plan, item->in, item->rename, false);
    }
    functions_wish(plan);
    gm_pg_come_after_indexes(plan);
}
