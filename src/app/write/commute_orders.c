/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/commute_orders.h"

/* ---- the orders of a merge ---- */

static void add_nodes(gm_arena *arena, const gm_node_set *set, gm_units *units)
{
    gm_nodes nodes = gm_node_set_members(arena, set);
    GM_EACH (gm_node *, node, &nodes)
        gm_vec_push(arena, units, (gm_unit){.id = (*node)->index, .node = *node});
}

static gm_node_set history_of(gm_arena *arena, const gm_graph *graph, const gm_node *head)
{
    gm_node_set set = gm_node_set_new(arena, graph);
    gm_node_set_add_ancestors(&set, head);
    return set;
}

static bool same_order(const gm_units *a, const gm_units *b)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++)
        if (a->items[i].id != b->items[i].id)
            return false;
    return true;
}

void gm_orders_of(gm_arena *arena, const gm_graph *graph, const gm_nodes *heads, gm_plan *common,
                  gm_orders *orders)
{
    gm_node_set shared = history_of(arena, graph, heads->items[0]);
    gm_node_set rest = gm_node_set_new(arena, graph);
    GM_EACH (gm_node *, head, heads) {
        gm_node_set history = history_of(arena, graph, *head);
        gm_node_set_keep(&shared, &history);
        gm_node_set_add_all(&rest, &history);
    }
    gm_node_set_remove_all(&rest, &shared);
    gm_node_set all_heads = gm_node_set_new(arena, graph);
    GM_EACH (gm_node *, head, heads)
        gm_node_set_add(&all_heads, *head);
    gm_nodes oldest_first = gm_node_set_members(arena, &all_heads);
    gm_nodes below = gm_node_set_members(arena, &shared);
    GM_EACH (gm_node *, node, &below)
        gm_vec_push(arena, &common->steps, (gm_step){.node = *node, .direction = GM_UP});

    gm_head_first planned = {0};
    bool known = false;
    add_nodes(arena, &rest, &planned.order);
    GM_EACH (gm_node *, head, &oldest_first) {
        gm_head_first made = {0};
        gm_node_set own = history_of(arena, graph, *head);
        gm_node_set others = gm_node_set_copy(arena, &rest);
        gm_node_set_remove_all(&own, &shared);
        gm_node_set_remove_all(&others, &own);
        add_nodes(arena, &own, &made.order);
        made.own = made.order.len;
        add_nodes(arena, &others, &made.order);
        known = known || same_order(&made.order, &planned.order);
        gm_vec_push(arena, orders, made);
    }
    if (!known)
        gm_vec_push(arena, orders, planned);
}

/* ---- exchanging neighbours ---- */

/* Sorts by the places in `to`, no more than `most` exchanges far; the number of them. Two that
 * stand in the same order in both are never exchanged. */
static size_t exchange(gm_units *units, const gm_units *to, size_t most, size_t *place)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    size_t ids = 0;
    size_t done = 0;
    GM_EACH (const gm_unit, unit, to)
        ids = unit->id >= ids ? unit->id + 1 : ids;
    size_t *rank = gm_new_array(scratch, ids + 1, size_t);
    for (size_t i = 0; i < to->len; i++)
        rank[to->items[i].id] = i;
    for (size_t i = 1; i < units->len; i++) {
        gm_unit *at = units->items;
        for (size_t k = i; k > 0 && rank[at[k].id] < rank[at[k - 1].id] && done < most; k--) {
            gm_unit moved = at[k];
            at[k] = at[k - 1];
            at[k - 1] = moved;
            *place = k - 1;
            done++;
        }
    }
    return done;
}

static gm_units copy_of(gm_arena *arena, const gm_units *units)
{
    gm_units copy = {0};
    GM_EACH (const gm_unit, unit, units)
        gm_vec_push(arena, &copy, *unit);
    return copy;
}

size_t gm_units_exchanges(gm_arena *arena, const gm_units *from, const gm_units *to)
{
    size_t ignored;
    gm_units units = copy_of(arena, from);
    return exchange(&units, to, SIZE_MAX, &ignored);
}

gm_units gm_units_exchanged(gm_arena *arena, const gm_units *from, const gm_units *to, size_t count,
                            size_t *place)
{
    gm_units units = copy_of(arena, from);
    exchange(&units, to, count, place);
    return units;
}
