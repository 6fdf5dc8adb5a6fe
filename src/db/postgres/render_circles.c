/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Circles of foreign keys among tables that are dropped: two tables are in one when each leads to
 * the other. Found for all at once (Kosaraju's two walks), since a chain of references may be as
 * long as there are tables. Nothing recurses.
 */

#include "db/postgres/render_plan.h"

typedef struct {
    const gm_object *table;
    GM_VEC(size_t) to;   /* tables that it refers to */
    GM_VEC(size_t) from; /* tables that refer to it */
    size_t next;         /* the edge that the first walk takes next */
    size_t circle;       /* from 1; 0: not known yet */
    bool seen;
} vertex;

typedef struct {
    gm_arena *arena;
    const gm_pg_plan *plan;
    gm_map places; /* key of a table -> its vertex */
    vertex *vertices;
    size_t count;
    GM_VEC(size_t) stack;
    GM_VEC(size_t) left; /* in the order in which the first walk leaves them */
} walker;

static void add_vertices(walker *w)
{
    w->vertices = gm_new_array(w->arena, w->plan->items.len, vertex);
    for (size_t i = 0; i < w->plan->items.len; i++) {
        const gm_pg_item *item = w->plan->items.items[i];
        if (!item->from || item->from->kind != GM_OBJECT_TABLE || item->fate != GM_ITEM_DROP)
            continue;
        vertex *made = &w->vertices[w->count++];
        made->table = item->from;
        gm_map_add(&w->places, item->from->key, made);
    }
}

static void add_edges(walker *w)
{
    for (size_t i = 0; i < w->plan->items.len; i++) {
        const gm_object *key = w->plan->items.items[i]->from;
        const gm_object *target = key ? gm_pg_dropped_target(w->plan, key) : NULL;
        const gm_object *own = target ? gm_schema_owner(w->plan->from, key) : NULL;
        vertex *from = own ? gm_map_get(&w->places, own->key) : NULL;
        vertex *to = target ? gm_map_get(&w->places, target->key) : NULL;
        if (!from || !to)
            continue;
        gm_vec_push(w->arena, &from->to, (size_t)(to - w->vertices));
        gm_vec_push(w->arena, &to->from, (size_t)(from - w->vertices));
    }
}

/* Along the references; a table is left when all that it leads to was left. */
static void walk_there(walker *w, size_t start)
{
    gm_vec_push(w->arena, &w->stack, start);
    w->vertices[start].seen = true;
    while (w->stack.len) {
        vertex *top = &w->vertices[w->stack.items[w->stack.len - 1]];
        if (top->next == top->to.len) {
            gm_vec_push(w->arena, &w->left, w->stack.items[--w->stack.len]);
            continue;
        }
        size_t next = top->to.items[top->next++];
        if (w->vertices[next].seen)
            continue;
        w->vertices[next].seen = true;
        gm_vec_push(w->arena, &w->stack, next);
    }
}

/* Against them: what is reached and has no circle yet is in that of `start`. */
static void walk_back(walker *w, size_t start, size_t circle)
{
    gm_vec_push(w->arena, &w->stack, start);
    w->vertices[start].circle = circle;
    while (w->stack.len) {
        const vertex *top = &w->vertices[w->stack.items[--w->stack.len]];
        for (size_t i = 0; i < top->from.len; i++) {
            vertex *next = &w->vertices[top->from.items[i]];
            if (next->circle)
                continue;
            next->circle = circle;
            gm_vec_push(w->arena, &w->stack, top->from.items[i]);
        }
    }
}

void gm_pg_find_circles(gm_pg_plan *plan)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    walker w = {.arena = scratch, .plan = plan, .places = gm_map_new(scratch)};
    add_vertices(&w);
    add_edges(&w);
    for (size_t i = 0; i < w.count; i++)
        if (!w.vertices[i].seen)
            walk_there(&w, i);
    for (size_t i = w.left.len, circle = 1; i-- > 0; circle++)
        if (!w.vertices[w.left.items[i]].circle)
            walk_back(&w, w.left.items[i], circle);
    plan->circles = gm_map_new(plan->arena);
    for (size_t i = 0; i < w.count; i++) {
        size_t *circle = gm_new(plan->arena, size_t);
        *circle = w.vertices[i].circle;
        gm_map_set(&plan->circles, w.vertices[i].table->key, circle);
    }
}

bool gm_pg_closes_circle(const gm_pg_plan *plan, const gm_object *key)
{
    const gm_object *target = gm_pg_dropped_target(plan, key);
    const gm_object *own = target ? gm_schema_owner(plan->from, key) : NULL;
    const size_t *there = target ? gm_map_get(&plan->circles, target->key) : NULL;
    const size_t *here = own ? gm_map_get(&plan->circles, own->key) : NULL;
    return here && there && *here == *there;
}
