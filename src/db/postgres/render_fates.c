/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What becomes of each object: whether a change can be made in place, and what else has to be
 * dropped and made again for it.
 */

#include "db/postgres/render_plan.h"

/* ---- one object ---- */

/* Is `old` the same columns as `new` begins with? Then CREATE OR REPLACE VIEW takes it. */
static bool view_grows(const gm_pg_item *item)
{
    gm_str old = gm_object_get(item->from, "columns");
    gm_str new = gm_object_get(item->to, "columns");
    return gm_str_eq(old, new) || (gm_str_starts(new, old) &&
                                   gm_str_starts(gm_str_sub(new, old.len, new.len), GM_STR(", ")));
}

static bool only_validates(const gm_pg_item *item)
{
    static const char not_valid[] = " NOT VALID";
    gm_str old = gm_object_get(item->from, "definition");
    gm_str new = gm_object_get(item->to, "definition");
    return gm_str_ends(old, GM_STR(not_valid)) &&
           gm_str_eq(gm_str_sub(old, 0, old.len - strlen(not_valid)), new);
}

/* ALTER POLICY cannot take an expression away. */
static bool policy_loses(const gm_pg_item *item, const char *property)
{
    return gm_object_has(item->from, property) && !gm_object_has(item->to, property);
}

static bool any_changes(const gm_pg_item *item, const char *const *properties)
{
    for (; *properties; properties++)
        if (gm_pg_changes(item, *properties))
            return true;
    return false;
}

#define ANY(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Can the change of this object be made in place only by dropping it and making it again? */
static bool must_recreate(const gm_pg_item *item)
{
    if (!item->to)
        return false;
    switch (item->to->kind) {
    case GM_OBJECT_COLLATION:
    case GM_OBJECT_AGGREGATE:
    case GM_OBJECT_OPERATOR:
    case GM_OBJECT_STATISTICS:
        return gm_pg_changes(item, "definition");
    case GM_OBJECT_FUNCTION:
    case GM_OBJECT_PROCEDURE:
        return any_changes(item, ANY("arguments", "result"));
    case GM_OBJECT_COLUMN:
        return gm_pg_changes(item, "generated") && gm_object_has(item->to, "generated");
    case GM_OBJECT_PRIMARY_KEY:
    case GM_OBJECT_UNIQUE:
    case GM_OBJECT_CHECK:
    case GM_OBJECT_EXCLUSION:
    case GM_OBJECT_FOREIGN_KEY:
        return gm_pg_changes(item, "definition") && !only_validates(item);
    case GM_OBJECT_INDEX:
        return any_changes(item, ANY("definition", "unique", "method"));
    case GM_OBJECT_VIEW:
        return any_changes(item, ANY("definition", "columns")) && !view_grows(item);
    case GM_OBJECT_MATERIALIZED_VIEW:
        return any_changes(item, ANY("definition", "columns"));
    case GM_OBJECT_TRIGGER:
        return any_changes(item, ANY("definition", "constraint"));
    case GM_OBJECT_EVENT_TRIGGER:
        return any_changes(item, ANY("event", "tags", "function"));
    case GM_OBJECT_POLICY:
        return any_changes(item, ANY("command", "restrictive")) || policy_loses(item, "using") ||
               policy_loses(item, "with check");
    default:
        return false;
    }
}

static bool is_type(gm_object_kind kind)
{
    return kind == GM_OBJECT_ENUM || kind == GM_OBJECT_DOMAIN || kind == GM_OBJECT_COMPOSITE ||
           kind == GM_OBJECT_RANGE;
}

/* A change of a type that no ALTER TYPE makes. */
static bool must_swap(const gm_pg_item *item)
{
    if (!item->to)
        return false;
    switch (item->to->kind) {
    case GM_OBJECT_ENUM:
        return !gm_pg_enum_grows(item);
    case GM_OBJECT_DOMAIN:
        return any_changes(item, ANY("type", "collation"));
    case GM_OBJECT_RANGE:
        return gm_pg_changes(item, "definition");
    default:
        return false;
    }
}

static bool needs(const gm_object *object, const gm_object *other)
{
    for (size_t i = 0; object && other && i < object->needs.len; i++)
        if (object->needs.items[i] == other)
            return true;
    return false;
}

/* Does anything that holds rows have the type, before and after? */
static bool holds_rows(const gm_pg_plan *plan, const gm_pg_item *type)
{
    for (size_t i = 0; i < plan->items.len; i++) {
        const gm_pg_item *item = plan->items.items[i];
        if (item->from && item->to && needs(item->from, type->from) && needs(item->to, type->to) &&
            (item->to->kind == GM_OBJECT_COLUMN || is_type(item->to->kind)))
            return true;
    }
    return false;
}

static gm_code refuse(const gm_pg_plan *plan, const gm_pg_item *item, const char *why,
                      const char *hint)
{
    const gm_object *object = item->to ? item->to : item->from;
    gm_str shown = gm_object_shown(plan->arena, object);
    if (object->path.len)
        gm_fail_at(plan->err, GM_E_REFUSED, gm_where(plan->err->arena, object->path, object->line),
                   "gmig cannot change %.*s: %s", GM_ARG(shown), why);
    else
        gm_fail(plan->err, GM_E_REFUSED, "gmig cannot change %.*s: %s", GM_ARG(shown), why);
    return gm_hint(plan->err, "%s", hint);
}

#define BY_HAND "Write the revision by hand: gmig revision -m '…'."

static gm_code refuse_unknown(const gm_pg_plan *plan, const gm_pg_item *item)
{
    const gm_object *object = item->to ? item->to : item->from;
    if (item->fate == GM_ITEM_KEEP || object->kind != GM_OBJECT_OTHER ||
        gm_str_starts(object->name, GM_STR("cast ")))
        return GM_OK;
    return refuse(plan, item, "it does not know how to make one", BY_HAND);
}

static gm_code find_own_fate(gm_pg_plan *plan, gm_pg_item *item)
{
    const gm_object *object = item->to ? item->to : item->from;
    if (item->fate != GM_ITEM_ALTER)
        return GM_OK;
    if (object->kind == GM_OBJECT_TABLE && gm_pg_changes(item, "partition by"))
        return refuse(plan, item, "a table cannot become partitioned in place, or otherwise",
                      "Make a new table, move the rows and rename it, in a revision written by "
                      "hand: gmig revision -m '…'.");
    if (object->kind == GM_OBJECT_OTHER || must_recreate(item))
        item->fate = GM_ITEM_RECREATE;
    else if (must_swap(item))
        item->fate = holds_rows(plan, item) ? GM_ITEM_SWAP : GM_ITEM_RECREATE;
    else if (object->kind == GM_OBJECT_COLUMN && any_changes(item, ANY("type", "collation")))
        item->retype = true;
    return GM_OK;
}

/* ---- what depends on it ---- */

static bool vanishes(const gm_pg_item *item)
{
    return item->fate == GM_ITEM_DROP || item->fate == GM_ITEM_RECREATE ||
           item->fate == GM_ITEM_SWAP;
}

static bool recreate(gm_pg_item *item)
{
    item->fate = GM_ITEM_RECREATE;
    return true;
}

/* What a column must do about the change of what it needs; true when others must look at it. */
static bool column_follows(gm_pg_item *column, const gm_pg_item *needed)
{
    gm_object_kind kind = needed->from->kind;
    bool typed = is_type(kind) || kind == GM_OBJECT_COLLATION;
    bool known = column->retype;
    if (gm_object_has(column->from, "generated") && !typed)
        return kind != GM_OBJECT_TABLE && recreate(column);
    if (typed && vanishes(needed)) {
        if (kind == GM_OBJECT_COMPOSITE || needed->fate == GM_ITEM_DROP)
            return false;
        column->retype = true;
        column->recast = kind != GM_OBJECT_COLLATION;
    } else if (vanishes(needed) && kind != GM_OBJECT_TABLE && kind != GM_OBJECT_COLUMN) {
        column->redefault = true;
    } else {
        return false;
    }
    column->fate = GM_ITEM_ALTER;
    return column->retype && !known;
}

/* `item` needs `needed`, which goes, or whose type changes. */
static gm_code follow(gm_pg_plan *plan, gm_pg_item *item, const gm_pg_item *needed, bool *moved)
{
    bool still = item->to && needed->to && needs(item->to, needed->to);
    if (item->fate == GM_ITEM_DROP || item->fate == GM_ITEM_RECREATE || item->inherited)
        return GM_OK;
    if (item->fate == GM_ITEM_ALTER && !still)
        return GM_OK; /* altered before the other goes */
    switch (item->from->kind) {
    case GM_OBJECT_COLUMN:
        *moved = column_follows(item, needed);
        return GM_OK;
    case GM_OBJECT_VIEW:
    case GM_OBJECT_MATERIALIZED_VIEW:
    case GM_OBJECT_RULE:
    case GM_OBJECT_TRIGGER:
    case GM_OBJECT_POLICY:
    case GM_OBJECT_FUNCTION:
    case GM_OBJECT_PROCEDURE:
    case GM_OBJECT_AGGREGATE:
    case GM_OBJECT_OPERATOR:
    case GM_OBJECT_EVENT_TRIGGER:
    case GM_OBJECT_OTHER: /* a cast; others are refused when it comes to it */
        *moved = recreate(item);
        return GM_OK;
    case GM_OBJECT_PRIMARY_KEY:
    case GM_OBJECT_UNIQUE:
    case GM_OBJECT_CHECK:
    case GM_OBJECT_EXCLUSION:
    case GM_OBJECT_INDEX:
    case GM_OBJECT_FOREIGN_KEY:
    case GM_OBJECT_STATISTICS:
        /* the server carries them through a change of type, but for statistics of their own */
        if (vanishes(needed) || gm_object_has(item->from, "statistics"))
            *moved = recreate(item);
        return GM_OK;
    case GM_OBJECT_DOMAIN:
        if (is_type(needed->from->kind) && vanishes(needed) && item->fate != GM_ITEM_SWAP) {
            item->fate = GM_ITEM_SWAP;
            *moved = true;
        }
        return GM_OK;
    case GM_OBJECT_TABLE:
        if (vanishes(needed) && needed->from->kind != GM_OBJECT_TABLE)
            return refuse(plan, item, "its partition key or type uses what is to be made anew",
                          BY_HAND);
        return GM_OK;
    default:
        return GM_OK;
    }
}

/* A key whose columns change their type on both sides would compare two types in between. */
static bool retyped_on_both_sides(const gm_pg_plan *plan, const gm_pg_item *key)
{
    bool own = false;
    bool other = false;
    for (size_t i = 0; i < key->from->needs.len; i++) {
        const gm_object *column = key->from->needs.items[i];
        const gm_pg_item *item = gm_pg_item_from(plan, column);
        if (!item || !item->retype || column->kind != GM_OBJECT_COLUMN)
            continue;
        bool here = gm_str_eq(column->table, key->from->table) &&
                    gm_str_eq(column->schema, key->from->schema);
        own = own || here;
        other = other || !here;
    }
    return own && other;
}

typedef GM_VEC(gm_pg_item *) item_list;

/* Who needs whom in the old schema. */
static gm_map find_dependents(const gm_pg_plan *plan)
{
    gm_map dependents = gm_map_new(plan->arena);
    for (size_t i = 0; i < plan->items.len; i++) {
        gm_pg_item *item = plan->items.items[i];
        if (!item->from || item->inherited)
            continue;
        for (size_t k = 0; k < item->from->needs.len; k++) {
            gm_str key = item->from->needs.items[k]->key;
            item_list *list = gm_map_get(&dependents, key);
            if (!list) {
                list = gm_new(plan->arena, item_list);
                gm_map_add(&dependents, key, list);
            }
            gm_vec_push(plan->arena, list, item);
        }
    }
    return dependents;
}

static gm_code follow_all(gm_pg_plan *plan)
{
    gm_map dependents = find_dependents(plan);
    item_list todo = {0};
    for (size_t i = 0; i < plan->items.len; i++) {
        gm_pg_item *item = plan->items.items[i];
        if (item->from && !item->inherited && (vanishes(item) || item->retype))
            gm_vec_push(plan->arena, &todo, item);
    }
    while (todo.len) {
        const gm_pg_item *needed = todo.items[--todo.len];
        const item_list *list = gm_map_get(&dependents, needed->from->key);
        for (size_t i = 0; list && i < list->len; i++) {
            bool moved = false;
            GM_TRY(follow(plan, list->items[i], needed, &moved));
            if (moved)
                gm_vec_push(plan->arena, &todo, list->items[i]);
        }
    }
    return GM_OK;
}

gm_code gm_pg_find_fates(gm_pg_plan *plan)
{
    for (size_t i = 0; i < plan->items.len; i++)
        GM_TRY(find_own_fate(plan, plan->items.items[i]));
    GM_TRY(follow_all(plan));
    for (size_t i = 0; i < plan->items.len; i++) {
        gm_pg_item *item = plan->items.items[i];
        GM_TRY(refuse_unknown(plan, item));
        if (item->from && item->from->kind == GM_OBJECT_FOREIGN_KEY &&
            (item->fate == GM_ITEM_KEEP || item->fate == GM_ITEM_ALTER) &&
            retyped_on_both_sides(plan, item))
            item->fate = GM_ITEM_RECREATE;
    }
    return GM_OK;
}
