/* SPDX-License-Identifier: Apache-2.0 */
#include "history/fork.h"

const gm_node *gm_fork_of(const gm_graph *graph, const gm_nodes *heads, size_t max)
{
    const gm_node *fork = NULL;
    for (size_t i = 1; i < heads->len && i < max; i++) {
        const gm_node *pair = gm_graph_fork_point(graph, heads->items[0], heads->items[i]);
        if (!pair)
            return NULL;
        if (!fork || pair->index < fork->index)
            fork = pair;
    }
    return fork;
}

/* `head` and its ancestors newer than `fork`, along parents only. */
static gm_node_set side_of(gm_arena *arena, const gm_graph *graph, const gm_node *fork,
                           const gm_node *head)
{
    gm_node_set side = gm_node_set_new(arena, graph);
    GM_VEC(const gm_node *) open = {0};
    gm_vec_push(arena, &open, head);
    gm_node_set_add(&side, head);
    while (open.len) {
        const gm_node *node = open.items[--open.len];
        GM_EACH (gm_node *, parent, &node->parents) {
            if ((fork && (*parent)->index <= fork->index) || gm_node_set_has(&side, *parent))
                continue;
            gm_node_set_add(&side, *parent);
            gm_vec_push(arena, &open, *parent);
        }
    }
    return side;
}

const gm_node *gm_fork_side(gm_arena *arena, const gm_graph *graph, const gm_node *fork,
                            const gm_node *head)
{
    gm_node_set side = side_of(arena, graph, fork, head);
    const gm_nodes *candidates = fork ? &fork->children : &graph->bases;
    GM_EACH (gm_node *, child, candidates) {
        if (gm_node_set_has(&side, *child))
            return *child;
    }
    return head;
}
