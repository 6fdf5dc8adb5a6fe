/* SPDX-License-Identifier: Apache-2.0 */
#include "history/graph.h"

typedef enum { UPWARD, DOWNWARD } way;

static size_t word_count(const gm_graph *graph)
{
    return (graph->order.len + 63) / 64;
}

static uint64_t bit(const gm_node *node)
{
    return (uint64_t)1 << (node->index % 64);
}

gm_node_set gm_node_set_new(gm_arena *arena, const gm_graph *graph)
{
    return (gm_node_set){graph, gm_new_array(arena, word_count(graph), uint64_t)};
}

gm_node_set gm_node_set_copy(gm_arena *arena, const gm_node_set *set)
{
    gm_node_set copy = gm_node_set_new(arena, set->graph);
    gm_node_set_add_all(&copy, set);
    return copy;
}

bool gm_node_set_has(const gm_node_set *set, const gm_node *node)
{
    return (set->bits[node->index / 64] & bit(node)) != 0;
}

void gm_node_set_add(gm_node_set *set, const gm_node *node)
{
    set->bits[node->index / 64] |= bit(node);
}

void gm_node_set_remove(gm_node_set *set, const gm_node *node)
{
    set->bits[node->index / 64] &= ~bit(node);
}

void gm_node_set_add_all(gm_node_set *set, const gm_node_set *other)
{
    for (size_t i = 0; i < word_count(set->graph); i++)
        set->bits[i] |= other->bits[i];
}

void gm_node_set_remove_all(gm_node_set *set, const gm_node_set *other)
{
    for (size_t i = 0; i < word_count(set->graph); i++)
        set->bits[i] &= ~other->bits[i];
}

void gm_node_set_keep(gm_node_set *set, const gm_node_set *other)
{
    for (size_t i = 0; i < word_count(set->graph); i++)
        set->bits[i] &= other->bits[i];
}

size_t gm_node_set_count(const gm_node_set *set)
{
    size_t count = 0;
    for (size_t i = 0; i < word_count(set->graph); i++)
        count += (size_t)__builtin_popcountll(set->bits[i]);
    return count;
}

gm_nodes gm_node_set_members(gm_arena *arena, const gm_node_set *set)
{
    gm_nodes members = {0};
    for (size_t i = 0; i < word_count(set->graph); i++)
        for (uint64_t rest = set->bits[i]; rest; rest &= rest - 1)
            gm_vec_push(arena, &members,
                        set->graph->order.items[i * 64 + (size_t)__builtin_ctzll(rest)]);
    return members;
}

/* ---- closures ---- */

/* A walk of its own memory of where it has been: `set` may hold nodes without what they need. */
typedef struct {
    gm_arena *scratch;
    gm_node_set seen;
    gm_nodes pending;
} walk;

static void visit(walk *w, const gm_nodes *nodes)
{
    GM_EACH (gm_node *, node, nodes) {
        if (gm_node_set_has(&w->seen, *node))
            continue;
        gm_node_set_add(&w->seen, *node);
        gm_vec_push(w->scratch, &w->pending, *node);
    }
}

static void spread(gm_node_set *set, const gm_nodes *from, way direction, bool parents_only)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    walk w = {.scratch = scratch, .seen = gm_node_set_new(scratch, set->graph)};
    visit(&w, from);
    while (w.pending.len) {
        const gm_node *node = w.pending.items[--w.pending.len];
        visit(&w, direction == UPWARD ? &node->parents : &node->children);
        if (!parents_only)
            visit(&w, direction == UPWARD ? &node->depends : &node->dependents);
    }
    gm_node_set_add_all(set, &w.seen);
}

/* A list of one; the node itself is only read. */
static gm_nodes one(const gm_node *node, gm_node **slot, const gm_graph *graph)
{
    *slot = graph->order.items[node->index];
    return (gm_nodes){slot, 1, 1};
}

void gm_node_set_add_ancestors(gm_node_set *set, const gm_node *node)
{
    gm_node *slot;
    gm_nodes nodes = one(node, &slot, set->graph);
    spread(set, &nodes, UPWARD, false);
}

void gm_node_set_add_descendants(gm_node_set *set, const gm_node *node)
{
    gm_node *slot;
    gm_nodes nodes = one(node, &slot, set->graph);
    spread(set, &nodes, DOWNWARD, false);
}

void gm_node_set_add_ancestors_of(gm_node_set *set, const gm_nodes *nodes)
{
    spread(set, nodes, UPWARD, false);
}

void gm_node_set_add_descendants_of(gm_node_set *set, const gm_nodes *nodes)
{
    spread(set, nodes, DOWNWARD, false);
}

void gm_node_set_add_parents_of(gm_node_set *set, const gm_nodes *nodes)
{
    spread(set, nodes, UPWARD, true);
}

void gm_node_set_add_children_of(gm_node_set *set, const gm_nodes *nodes)
{
    spread(set, nodes, DOWNWARD, true);
}

/* ---- heads ---- */

static gm_nodes without_children(gm_arena *arena, const gm_node_set *set)
{
    gm_nodes heads = {0};
    for (size_t i = word_count(set->graph); i > 0; i--) {
        for (uint64_t rest = set->bits[i - 1]; rest;) {
            size_t top = 63 - (size_t)__builtin_clzll(rest);
            gm_node *node = set->graph->order.items[(i - 1) * 64 + top];
            rest &= ~((uint64_t)1 << top);
            bool head = true;
            GM_EACH (gm_node *, child, &node->children)
                head = head && !gm_node_set_has(set, *child);
            if (head)
                gm_vec_push(arena, &heads, node);
        }
    }
    return heads;
}

gm_nodes gm_node_set_heads(gm_arena *arena, const gm_node_set *set)
{
    gm_nodes ends = without_children(arena, set);
    gm_nodes heads = {0};
    if (ends.len < 2)
        return ends;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_node_set below = gm_node_set_new(scratch, set->graph);
    gm_nodes parents = {0};
    GM_EACH (gm_node *, end, &ends)
        GM_EACH (gm_node *, parent, &(*end)->parents)
            gm_vec_push(scratch, &parents, *parent);
    gm_node_set_add_parents_of(&below, &parents);
    GM_EACH (gm_node *, end, &ends)
        if (!gm_node_set_has(&below, *end))
            gm_vec_push(arena, &heads, *end);
    return heads;
}

gm_node *gm_graph_fork_point(const gm_graph *graph, const gm_node *a, const gm_node *b)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_node_set above_a = gm_node_set_new(scratch, graph);
    gm_node_set above_b = gm_node_set_new(scratch, graph);
    gm_node *slot;
    gm_nodes from = one(a, &slot, graph);
    spread(&above_a, &from, UPWARD, true);
    from = one(b, &slot, graph);
    spread(&above_b, &from, UPWARD, true);
    gm_node_set_keep(&above_a, &above_b);
    for (size_t i = graph->order.len; i > 0; i--)
        if (gm_node_set_has(&above_a, graph->order.items[i - 1]))
            return graph->order.items[i - 1];
    return NULL;
}
