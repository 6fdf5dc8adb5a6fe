/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Which object of the one schema is which of the other, changed or not.
 */

#include "db/postgres/render_plan.h"

#include "db/postgres/introspect.h"

gm_pg_item *gm_pg_item_from(const gm_pg_plan *plan, const gm_object *from)
{
    return from ? gm_map_get(&plan->from_items, from->key) : NULL;
}

gm_pg_item *gm_pg_item_to(const gm_pg_plan *plan, const gm_object *to)
{
    return to ? gm_map_get(&plan->to_items, to->key) : NULL;
}

gm_pg_item *gm_pg_owner_item(const gm_pg_plan *plan, const gm_pg_item *item)
{
    if (item->to && !item->ceases)
        return gm_pg_item_to(plan, gm_schema_owner(plan->to, item->to));
    return gm_pg_item_from(plan, gm_schema_owner(plan->from, item->from));
}

bool gm_pg_changes(const gm_pg_item *item, const char *property)
{
    if (item->renumbered && strcmp(property, "default") == 0)
        return false;
    if (item->change) {
        for (size_t i = 0; i < item->change->properties.len; i++)
            if (gm_str_is(item->change->properties.items[i], property))
                return true;
        return false;
    }
    return item->from && item->to &&
           !gm_str_eq(gm_object_get(item->from, property), gm_object_get(item->to, property));
}

static gm_pg_item *add_item(gm_pg_plan *plan, const gm_object *from, const gm_object *to,
                            gm_pg_fate fate)
{
    gm_pg_item *item = gm_new(plan->arena, gm_pg_item);
    *item = (gm_pg_item){.from = from, .to = to, .fate = fate};
    gm_vec_push(plan->arena, &plan->items, item);
    if (from)
        gm_map_set(&plan->from_items, from->key, item);
    if (to)
        gm_map_set(&plan->to_items, to->key, item);
    return item;
}

static void take_changes(gm_pg_plan *plan)
{
    static const gm_pg_fate fates[] = {[GM_CHANGE_ADD] = GM_ITEM_ADD,
                                       [GM_CHANGE_DROP] = GM_ITEM_DROP,
                                       [GM_CHANGE_ALTER] = GM_ITEM_ALTER};
    GM_EACH (gm_change, change, &plan->diff->changes) {
        gm_pg_item *item = add_item(plan, change->from, change->to, fates[change->kind]);
        item->change = change;
        item->renamed = change->renamed;
    }
}

/* The schema's name now. */
static gm_str schema_now(const gm_pg_plan *plan, gm_str schema)
{
    const gm_pg_item *item = gm_pg_item_from(
        plan, gm_schema_find(plan->from, GM_OBJECT_SCHEMA, (gm_str){0}, (gm_str){0}, schema));
    return item && item->to ? item->to->name : schema;
}

/* What did not change is where it was, under the names that its table and schema have now. */
static void take_kept(gm_pg_plan *plan)
{
    for (size_t i = 0; i < plan->from->objects.len; i++) {
        const gm_object *from = plan->from->objects.items[i];
        if (gm_pg_item_from(plan, from))
            continue;
        const gm_pg_item *owner = gm_pg_item_from(plan, gm_schema_owner(plan->from, from));
        gm_str table = owner && owner->to ? owner->to->name : from->table;
        const gm_object *to =
            gm_schema_find(plan->to, from->kind, schema_now(plan, from->schema), table, from->name);
        add_item(plan, from, to, to ? GM_ITEM_KEEP : GM_ITEM_DROP);
    }
}

/* ---- sequences that columns own ---- */

/* Takes one identifier off `text`, "a.b" or "\"A\".b", up to a dot or the end. */
static gm_str take_identifier(gm_arena *arena, gm_str *text)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    bool quoted = false;
    size_t i = 0;
    for (; i < text->len && (quoted || text->ptr[i] != '.'); i++) {
        char c = text->ptr[i];
        if (c != '"')
            gm_buf_char(&buf, c);
        else if (quoted && i + 1 < text->len && text->ptr[i + 1] == '"')
            gm_buf_char(&buf, text->ptr[++i]);
        else
            quoted = !quoted;
    }
    *text = gm_str_sub(*text, i + 1, text->len);
    return gm_buf_str(&buf);
}

const gm_object *gm_pg_sequence_owner(gm_arena *arena, const gm_schema *schema,
                                      const gm_object *sequence)
{
    gm_str text = gm_object_get(sequence, "owned by");
    gm_strs parts = {0};
    while (text.len)
        gm_vec_push(arena, &parts, take_identifier(arena, &text));
    if (parts.len < 2)
        return NULL;
    gm_str in = parts.len > 2 ? parts.items[parts.len - 3] : GM_STR("public");
    return gm_schema_find(schema, GM_OBJECT_COLUMN, in, parts.items[parts.len - 2],
                          parts.items[parts.len - 1]);
}

static gm_pg_item *owner_column(const gm_pg_plan *plan, const gm_pg_item *sequence, bool old)
{
    const gm_schema *schema = old ? plan->from : plan->to;
    const gm_object *column =
        gm_pg_sequence_owner(plan->arena, schema, old ? sequence->from : sequence->to);
    return old ? gm_pg_item_from(plan, column) : gm_pg_item_to(plan, column);
}

/* A column that stays keeps its sequence, with the numbers that it has given out, by another name.
 */
static void pair_owned_sequences(gm_pg_plan *plan)
{
    for (size_t i = 0; i < plan->items.len; i++) {
        gm_pg_item *old = plan->items.items[i];
        if (old->fate != GM_ITEM_DROP || old->from->kind != GM_OBJECT_SEQUENCE)
            continue;
        gm_pg_item *column = owner_column(plan, old, true);
        for (size_t k = 0; column && column->to && k < plan->items.len; k++) {
            gm_pg_item *new = plan->items.items[k];
            if (new->fate != GM_ITEM_ADD || new->to->kind != GM_OBJECT_SEQUENCE ||
                owner_column(plan, new, false) != column ||
                !gm_str_eq(schema_now(plan, old->from->schema), new->to->schema))
                continue;
            old->to = new->to;
            old->change = NULL;
            old->fate = GM_ITEM_ALTER;
            old->renamed = !gm_str_eq(old->from->name, new->to->name);
            column->renumbered = gm_pg_is_nextval(plan->arena, column->from, old->from) &&
                                 gm_pg_is_nextval(plan->arena, column->to, old->to);
            gm_map_set(&plan->to_items, old->to->key, old);
            plan->items.items[k] = plan->items.items[--plan->items.len];
            break;
        }
    }
}

/* ---- columns of partitions ---- */

const gm_object *gm_pg_parents_column(const gm_schema *schema, const gm_object *column)
{
    const gm_object *table = gm_schema_owner(schema, column);
    if (!table || !(gm_object_has(table, "partition of") || gm_object_has(table, "inherits")))
        return NULL;
    for (size_t i = 0; i < table->needs.len; i++) {
        const gm_object *parent = table->needs.items[i];
        if (parent->kind != GM_OBJECT_TABLE)
            continue;
        const gm_object *same =
            gm_schema_find(schema, GM_OBJECT_COLUMN, parent->schema, parent->name, column->name);
        if (!same) {
            gm_object probe = {
                .schema = parent->schema, .table = parent->name, .name = column->name};
            same = gm_pg_parents_column(schema, &probe);
        }
        if (same)
            return same;
    }
    return NULL;
}

/*
 * A column that a parent's stands for in one of the schemas is there all the time: it is altered,
 * never added or dropped.
 */
static void find_inherited(gm_pg_plan *plan, gm_pg_item *item)
{
    const gm_object *column = item->to ? item->to : item->from;
    if (column->kind != GM_OBJECT_COLUMN ||
        (item->fate != GM_ITEM_ADD && item->fate != GM_ITEM_DROP))
        return;
    const gm_pg_item *owner = gm_pg_owner_item(plan, item);
    if (!owner || !owner->to)
        return;
    gm_object probe = *column;
    probe.table = owner->to->name;
    probe.schema = owner->to->schema;
    const gm_object *parents = gm_pg_parents_column(plan->to, &probe);
    if (!parents && owner->from && item->to) {
        probe.table = owner->from->name;
        probe.schema = owner->from->schema;
        parents = gm_pg_parents_column(plan->from, &probe);
    }
    /* A table that joins a parent has the column as it was. */
    if (!parents)
        return;
    item->ceases = !item->to;
    if (item->to)
        item->from = parents;
    else
        item->to = parents;
    item->inherited = true;
    item->change = NULL;
    item->fate = GM_ITEM_ALTER;
}

static void find_along(gm_pg_plan *plan, gm_pg_item *item)
{
    const gm_pg_item *owner = gm_pg_owner_item(plan, item);
    item->along = owner && ((item->fate == GM_ITEM_ADD && owner->fate == GM_ITEM_ADD) ||
                            (item->fate == GM_ITEM_DROP && owner->fate == GM_ITEM_DROP));
}

void gm_pg_find_items(gm_pg_plan *plan)
{
    plan->from_items = gm_map_new(plan->arena);
    plan->to_items = gm_map_new(plan->arena);
    take_changes(plan);
    take_kept(plan);
    pair_owned_sequences(plan);
    for (size_t i = 0; i < plan->items.len; i++)
        find_inherited(plan, plan->items.items[i]);
    for (size_t i = 0; i < plan->items.len; i++)
        find_along(plan, plan->items.items[i]);
}
