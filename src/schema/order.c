/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The order in which objects can be made: Kahn's algorithm with a heap, so that among those that
 * could come next the first of the schema's order does. What is left over when the heap is empty
 * holds a circle; it is cut at one need and the walk goes on, as pg_dump does
 * (src/bin/pg_dump/pg_dump_sort.c). Nothing recurses: a chain of views may be long.
 */

#include "schema/schema.h"

typedef struct {
    size_t waits;         /* needs that are not made yet */
    GM_VEC(size_t) users; /* objects that need this one */
    GM_VEC(size_t) cuts;  /* needs that no longer count */
    size_t seen;          /* the walk that came by last */
    bool made;
} vertex;

typedef struct {
    gm_arena *arena;
    const gm_schema *schema;
    gm_map place; /* key -> &places[i] */
    size_t *places;
    vertex *vertices;
    GM_VEC(size_t) heap;
    gm_objects ordered;
} sorter;

/* ---- a heap of places, the lowest on top ---- */

static void heap_push(sorter *s, size_t place)
{
    gm_vec_push(s->arena, &s->heap, place);
    size_t *items = s->heap.items;
    for (size_t i = s->heap.len - 1; i > 0 && items[(i - 1) / 2] > items[i]; i = (i - 1) / 2) {
        size_t above = items[(i - 1) / 2];
        items[(i - 1) / 2] = items[i];
        items[i] = above;
    }
}

static size_t heap_pop(sorter *s)
{
    size_t *items = s->heap.items;
    size_t top = items[0];
    items[0] = items[--s->heap.len];
    for (size_t i = 0;;) {
        size_t least = 2 * i + 1;
        if (least >= s->heap.len)
            return top;
        if (least + 1 < s->heap.len && items[least + 1] < items[least])
            least++;
        if (items[i] <= items[least])
            return top;
        size_t above = items[i];
        items[i] = items[least];
        items[least] = above;
        i = least;
    }
}

/* ---- the walk ---- */

/* False for a need that is in no schema, or in another one. */
static bool place_of(const sorter *s, const gm_object *object, size_t *place)
{
    const size_t *found = gm_map_get(&s->place, object->key);
    if (!found || s->schema->objects.items[*found] != object)
        return false;
    *place = *found;
    return true;
}

static void link_needs(sorter *s)
{
    for (size_t i = 0; i < s->schema->objects.len; i++) {
        const gm_objects *needs = &s->schema->objects.items[i]->needs;
        for (size_t j = 0; j < needs->len; j++) {
            size_t place;
            if (!place_of(s, needs->items[j], &place))
                continue;
            gm_vec_push(s->arena, &s->vertices[place].users, i);
            s->vertices[i].waits++;
        }
    }
    for (size_t i = 0; i < s->schema->objects.len; i++)
        if (s->vertices[i].waits == 0)
            heap_push(s, i);
}

static void release(sorter *s, size_t place)
{
    if (--s->vertices[place].waits == 0)
        heap_push(s, place);
}

static bool is_cut(const vertex *user, size_t need)
{
    for (size_t i = 0; i < user->cuts.len; i++)
        if (user->cuts.items[i] == need)
            return true;
    return false;
}

static void drain(sorter *s)
{
    while (s->heap.len) {
        size_t place = heap_pop(s);
        vertex *made = &s->vertices[place];
        made->made = true;
        gm_vec_push(s->arena, &s->ordered, s->schema->objects.items[place]);
        for (size_t i = 0; i < made->users.len; i++)
            if (!is_cut(&s->vertices[made->users.items[i]], place))
                release(s, made->users.items[i]);
    }
}

/* A need of the object at `place` that keeps it waiting. */
static size_t waits_for(const sorter *s, size_t place)
{
    const gm_objects *needs = &s->schema->objects.items[place]->needs;
    for (size_t i = 0; i < needs->len; i++) {
        size_t need;
        if (place_of(s, needs->items[i], &need) && !s->vertices[need].made &&
            !is_cut(&s->vertices[place], need))
            return need;
    }
    return place;
}

/* `start` waits for something. Finds a circle from there on and cuts it at one need. */
static void cut_circle(sorter *s, size_t start, size_t walk)
{
    size_t at = start;
    while (s->vertices[at].seen != walk) {
        s->vertices[at].seen = walk;
        at = waits_for(s, at);
    }
    size_t cut = at;
    size_t around = at;
    do {
        const gm_object *best = s->schema->objects.items[cut];
        const gm_object *here = s->schema->objects.items[around];
        bool better = (here->kind == GM_OBJECT_FOREIGN_KEY) != (best->kind == GM_OBJECT_FOREIGN_KEY)
                          ? here->kind == GM_OBJECT_FOREIGN_KEY
                          : around > cut;
        if (better)
            cut = around;
        around = waits_for(s, around);
    } while (around != at);
    size_t need = waits_for(s, cut);
    gm_vec_push(s->arena, &s->vertices[cut].cuts, need);
    release(s, cut);
}

gm_objects gm_schema_ordered(gm_arena *arena, const gm_schema *schema)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    size_t count = schema->objects.len;
    sorter s = {.arena = scratch, .schema = schema, .place = gm_map_new(scratch)};
    s.places = gm_new_array(scratch, count, size_t);
    s.vertices = gm_new_array(scratch, count, vertex);
    for (size_t i = 0; i < count; i++) {
        s.places[i] = i;
        gm_map_add(&s.place, schema->objects.items[i]->key, &s.places[i]);
    }
    link_needs(&s);
    drain(&s);
    for (size_t first = 0, walk = 1; s.ordered.len < count; walk++) {
        while (s.vertices[first].made)
            first++;
        cut_circle(&s, first, walk);
        drain(&s);
    }
    gm_objects ordered = {0};
    for (size_t i = 0; i < count; i++)
        gm_vec_push(arena, &ordered, s.ordered.items[i]);
    return ordered;
}
