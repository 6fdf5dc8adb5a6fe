/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Drops and adds that look like a rename. The best pair first: what is alike in all but its name
 * before a table of which most columns are.
 */

#include "schema/diff.h"

typedef struct {
    gm_arena *arena;
    const gm_diff *diff;
    gm_map used; /* keys, of either schema */
    gm_renames likely;
} guesser;

static bool holds_data(gm_object_kind kind)
{
    return kind == GM_OBJECT_TABLE || kind == GM_OBJECT_COLUMN || kind == GM_OBJECT_SEQUENCE ||
           kind == GM_OBJECT_ENUM || kind == GM_OBJECT_DOMAIN || kind == GM_OBJECT_COMPOSITE ||
           kind == GM_OBJECT_SCHEMA || kind == GM_OBJECT_MATERIALIZED_VIEW;
}

/* ---- tables: most columns alike ---- */

static void columns_of(gm_arena *arena, const gm_schema *schema, const gm_object *table,
                       gm_objects *columns)
{
    for (size_t i = 0; i < schema->objects.len; i++) {
        gm_object *object = schema->objects.items[i];
        if (object->kind == GM_OBJECT_COLUMN && gm_str_eq(object->table, table->name) &&
            gm_str_eq(object->schema, table->schema))
            gm_vec_push(arena, columns, object);
    }
}

/* Alike columns of a hundred, by the table that has more of them. */
static size_t likeness(const gm_diff *diff, const gm_object *from, const gm_object *to)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_objects old = {0};
    columns_of(scratch, diff->from, from, &old);
    gm_objects new = {0};
    columns_of(scratch, diff->to, to, &new);
    size_t alike = 0;
    size_t count = old.len > new.len ? old.len : new.len;
    for (size_t i = 0; i < old.len; i++) {
        const gm_object *same =
            gm_schema_find(diff->to, GM_OBJECT_COLUMN, to->schema, to->name, old.items[i]->name);
        alike += same && gm_object_same(old.items[i], same);
    }
    return count ? alike * 100 / count : 0;
}

static size_t score(const gm_diff *diff, const gm_object *from, const gm_object *to)
{
    if (from->kind == GM_OBJECT_TABLE)
        return likeness(diff, from, to);
    if (!gm_object_same(from, to) || from->properties.len + from->labels.len == 0)
        return 0;
    /* Among like columns, the one in the same place. */
    return from->position == to->position ? 100 : 99;
}

/* ---- pairs ---- */

/* Does the drop belong where the add does? A renamed table has one name before and one after. */
static bool one_place(const gm_diff *diff, const gm_object *from, const gm_object *to)
{
    if (from->kind != to->kind || !gm_str_eq(from->schema, to->schema))
        return false;
    if (from->table.len == 0 || to->table.len == 0)
        return from->table.len == to->table.len;
    if (gm_schema_same_name(diff->to->dialect, from->table, to->table))
        return true;
    const gm_object *old = gm_schema_owner(diff->from, from);
    const gm_object *new = gm_schema_owner(diff->to, to);
    GM_EACH (gm_change, each, &diff->changes)
        if (each->kind == GM_CHANGE_ALTER && each->from == old && each->to == new)
            return true;
    return false;
}

static const gm_change *best_add(guesser *g, const gm_change *drop, size_t least)
{
    const gm_change *best = NULL;
    size_t most = 0;
    GM_EACH (gm_change, add, &g->diff->changes) {
        if (add->kind != GM_CHANGE_ADD || gm_map_find(&g->used, add->to->key, NULL) ||
            !one_place(g->diff, drop->from, add->to))
            continue;
        size_t points = score(g->diff, drop->from, add->to);
        if (points >= least && points > most) {
            most = points;
            best = add;
        }
    }
    return best;
}

static void guess_objects(guesser *g, size_t least)
{
    GM_EACH (gm_change, drop, &g->diff->changes) {
        if (drop->kind != GM_CHANGE_DROP || !holds_data(drop->from->kind) || drop->along ||
            gm_map_find(&g->used, drop->from->key, NULL))
            continue;
        const gm_change *add = best_add(g, drop, least);
        if (!add)
            continue;
        gm_map_set(&g->used, add->to->key, NULL);
        gm_map_set(&g->used, drop->from->key, NULL);
        gm_vec_push(g->arena, &g->likely,
                    (gm_rename){.kind = drop->from->kind,
                                .schema = add->to->schema,
                                .table = add->to->table,
                                .from = drop->from->name,
                                .to = add->to->name});
    }
}

/* A label that gave its place to a new one. */
static void guess_labels(guesser *g)
{
    GM_EACH (gm_change, alter, &g->diff->changes) {
        if (alter->kind != GM_CHANGE_ALTER || alter->to->kind != GM_OBJECT_ENUM ||
            alter->from->labels.len != alter->to->labels.len)
            continue;
        for (size_t i = 0; i < alter->from->labels.len; i++) {
            gm_str from = alter->from->labels.items[i];
            gm_str to = alter->to->labels.items[i];
            bool stated = false;
            GM_EACH (gm_rename, label, &alter->labels)
                stated = stated || gm_str_eq(label->from, from);
            if (!stated && !gm_strs_have(&alter->to->labels, from) &&
                !gm_strs_have(&alter->from->labels, to))
                gm_vec_push(g->arena, &g->likely,
                            (gm_rename){.kind = GM_OBJECT_ENUM,
                                        .schema = alter->to->schema,
                                        .table = alter->to->name,
                                        .label = true,
                                        .from = from,
                                        .to = to});
        }
    }
}

gm_renames gm_diff_likely_renames(gm_arena *arena, const gm_diff *diff)
{
    static const size_t least[] = {100, 99, 51};
    guesser g = {.arena = arena, .diff = diff, .used = gm_map_new(arena)};
    for (size_t i = 0; i < sizeof(least) / sizeof(least[0]); i++)
        guess_objects(&g, least[i]);
    guess_labels(&g);
    return g.likely;
}
