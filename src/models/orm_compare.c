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

typedef struct {
    gm_arena *arena;
    gm_map old; /* object -> gm_orm_fact */
    gm_map new;
    bool torn; /* one of them has a line that is no Python, and the other has not */
} sides;

static bool has_broken_alone(const gm_map *one, const gm_map *other)
{
    GM_EACH (const gm_map_entry, entry, &one->entries) {
        const gm_orm_fact *fact = entry->value;
        if (fact->is_broken && !gm_map_find(other, entry->key, NULL))
            return true;
    }
    return false;
}

/* An unnamed unique constraint is the one on its columns, whatever a database calls it. */
static bool same_unique(gm_arena *arena, const gm_orm_fact *fact, const gm_map *other)
{
    if (!gm_str_starts(fact->object, GM_STR("unique ")))
        return false;
    gm_str columns = gm_str_join(arena, &fact->columns, GM_STR(", "));
    gm_str bare =
        gm_str_printf(arena, "unique (%.*s) of %.*s", GM_ARG(columns), GM_ARG(fact->table));
    if (!gm_str_eq(fact->object, bare))
        return gm_map_find(other, bare, NULL);
    GM_EACH (const gm_map_entry, entry, &other->entries) {
        const gm_orm_fact *each = entry->value;
        if (gm_str_starts(each->object, GM_STR("unique ")) && gm_str_eq(each->table, fact->table) &&
            gm_str_eq(gm_str_join(arena, &each->columns, GM_STR(", ")), columns))
            return true;
    }
    return false;
}

/* Is it told by its table or column, which is not on the other side either? */
static bool told_otherwise(gm_arena *arena, const gm_orm_fact *fact, const gm_map *other)
{
    if (fact->is_table)
        return false;
    if (fact->table.len && !has_table(arena, other, fact->table))
        return true;
    if (same_unique(arena, fact, other))
        return true;
    return !fact->is_column && fact->table.len && !has_column(arena, other, fact);
}

/* Its columns may have gone to a library's class, or come from one. */
static bool bases_changed(const sides *s, const gm_orm_fact *fact)
{
    gm_str object = gm_str_printf(s->arena, "bases of %.*s", GM_ARG(fact->table));
    const gm_orm_fact *then = gm_map_get(&s->old, object);
    const gm_orm_fact *now = gm_map_get(&s->new, object);
    return then && now ? !gm_str_eq(then->text, now->text) : then || now;
}

/* An attribute of its name may still make it. */
static bool has_attribute(const sides *s, const gm_orm_fact *fact, const gm_map *other)
{
    if (!fact->is_column)
        return false;
    gm_str object = gm_str_printf(s->arena, "attribute %.*s of %.*s",
                                  GM_ARG(fact->columns.items[0]), GM_ARG(fact->table));
    return gm_map_find(other, object, NULL);
}

/* Only a column, or what is like one, is known to be there whatever else of it is unresolved; of a
 * table without a name nothing is known. */
static bool is_doubtful(const sides *s, const gm_orm_fact *fact, bool both)
{
    if (s->torn || !fact->table.len ||
        (fact->unresolved && (both || !(fact->is_column || fact->is_certain))))
        return true;
    return !both && !fact->is_table &&
           (bases_changed(s, fact) || has_attribute(s, fact, &s->old) ||
            has_attribute(s, fact, &s->new));
}

static void add_new(const sides *s, const gm_orm_fact *now, gm_orm_changes *changes)
{
    const gm_orm_fact *then = gm_map_get(&s->old, now->object);
    gm_orm_change change = {.before = then, .after = now};
    if (now->is_bases || (then && gm_str_eq(then->text, now->text)))
        return;
    if (!then && told_otherwise(s->arena, now, &s->old))
        return;
    change.doubtful = is_doubtful(s, now, then != NULL) || (then && then->unresolved);
    gm_vec_push(s->arena, changes, change);
}

static void add_gone(const sides *s, const gm_orm_fact *then, gm_orm_changes *changes)
{
    if (then->is_bases || then->is_broken || gm_map_find(&s->new, then->object, NULL) ||
        told_otherwise(s->arena, then, &s->new))
        return;
    gm_vec_push(s->arena, changes,
                (gm_orm_change){.before = then, .doubtful = is_doubtful(s, then, false)});
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
    sides s = {arena, by_object(arena, before), by_object(arena, after), false};
    s.torn = has_broken_alone(&s.old, &s.new) || has_broken_alone(&s.new, &s.old);
    GM_EACH (const gm_map_entry, entry, &s.new.entries)
        add_new(&s, entry->value, &changes);
    GM_EACH (const gm_map_entry, entry, &s.old.entries)
        add_gone(&s, entry->value, &changes);
    gm_sort(changes.items, changes.len, sizeof(*changes.items), by_place);
    return changes;
}
