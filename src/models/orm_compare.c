/* SPDX-License-Identifier: Apache-2.0 */
#include "models/orm.h"

/* object -> gm_orm_fact */
static gm_map by_object(gm_arena *arena, const gm_orm_facts *facts)
{
    gm_map map = gm_map_new(arena);
    GM_EACH (gm_orm_fact, fact, facts)
        gm_map_add(&map, fact->object, fact);
    return map;
}

static bool has_table(gm_arena *arena, const gm_map *objects, gm_str table)
{
    gm_str object = gm_str_printf(arena, "table %.*s", GM_ARG(table));
    return gm_map_find(objects, object, NULL);
}

static bool has_column(gm_arena *arena, const gm_map *objects, const gm_orm_fact *fact)
{
    if (fact->columns.len != 1)
        return true;
    gm_str object = gm_str_printf(arena, "column %.*s of %.*s", GM_ARG(fact->columns.items[0]),
                                  GM_ARG(fact->table));
    return gm_map_find(objects, object, NULL);
}

/*
 * Is it told by its table or column, which is not on the other side either? And what has no name
 * that stays is only known to be there.
 */
static bool told_otherwise(gm_arena *arena, const gm_orm_fact *fact, const gm_map *other)
{
    if (!fact->table.len || (fact->unresolved && !fact->is_column && !fact->is_table))
        return true;
    if (fact->is_table)
        return false;
    if (!has_table(arena, other, fact->table))
        return true;
    return !fact->is_column && !has_column(arena, other, fact);
}

static int by_place(const void *a, const void *b)
{
    const gm_orm_change *x = a;
    const gm_orm_change *y = b;
    const gm_orm_fact *one = x->after ? x->after : x->before;
    const gm_orm_fact *two = y->after ? y->after : y->before;
    int order = gm_str_cmp(one->path, two->path);
    if (!order)
        order = (one->line > two->line) - (one->line < two->line);
    return order ? order : gm_str_cmp(one->text, two->text);
}

gm_orm_changes gm_orm_compare(gm_arena *arena, const gm_orm_facts *before,
                              const gm_orm_facts *after)
{
    gm_orm_changes changes = {0};
    gm_map old = by_object(arena, before);
    gm_map new = by_object(arena, after);
    GM_EACH (const gm_map_entry, entry, &new.entries) {
        const gm_orm_fact *now = entry->value;
        const gm_orm_fact *then = gm_map_get(&old, entry->key);
        if (then ? !gm_str_eq(then->text, now->text) && !then->unresolved && !now->unresolved
                 : !told_otherwise(arena, now, &old))
            gm_vec_push(arena, &changes, (gm_orm_change){then, now});
    }
    GM_EACH (const gm_map_entry, entry, &old.entries) {
        const gm_orm_fact *then = entry->value;
        if (!gm_map_find(&new, entry->key, NULL) && !told_otherwise(arena, then, &new))
            gm_vec_push(arena, &changes, (gm_orm_change){then, NULL});
    }
    gm_sort(changes.items, changes.len, sizeof(*changes.items), by_place);
    return changes;
}
