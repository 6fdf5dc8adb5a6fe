/* SPDX-License-Identifier: Apache-2.0 */
#include "history/plan.h"

#include "history/resolve.h"

static gm_strs ids_of(gm_arena *arena, const gm_nodes *nodes)
{
    gm_strs ids = {0};
    GM_EACH (gm_node *, node, nodes)
        gm_vec_push(arena, &ids, (*node)->revision->id);
    return ids;
}

static gm_strs head_ids(gm_arena *arena, const gm_node_set *set)
{
    gm_nodes heads = gm_node_set_heads(arena, set);
    return ids_of(arena, &heads);
}

/* ---- up ---- */

static gm_code divergent(gm_arena *arena, const gm_node_groups *groups, gm_err *err)
{
    const gm_nodes *first = &groups->items[0];
    const gm_lineage *lineage = first->items[0]->lineage;
    gm_str where =
        lineage->len == 1 && lineage->items[0].len == 0
            ? GM_STR("the history")
            : gm_str_printf(arena, "lineage '%.*s'", GM_ARG(gm_lineage_name(arena, lineage)));
    gm_fail(err, GM_E_DIVERGENT, "%.*s has %zu heads: %.*s", GM_ARG(where), first->len,
            GM_ARG(gm_nodes_list(arena, first)));
    return gm_hint(err, "`gmig merge` makes them one; `gmig upgrade heads` applies them all.");
}

static gm_code resolve_up(gm_arena *arena, const gm_graph *graph, const gm_node_set *applied,
                          gm_str goal, gm_nodes *nodes, gm_err *err)
{
    gm_spec_context context = {.graph = graph, .applied = applied, .allow_several = true};
    gm_spec spec;
    if (goal.len == 0) {
        gm_node_groups groups = gm_graph_divergent(arena, graph);
        if (groups.len)
            return divergent(arena, &groups, err);
        goal = GM_STR("heads");
    }
    if (gm_spec_leads(graph, goal) == GM_STEPS_DOWN) {
        gm_fail(err, GM_E_REFUSED, "'%.*s' leads down, and upgrade goes up", GM_ARG(goal));
        return gm_hint(err, "Use `gmig downgrade %.*s`.", GM_ARG(goal));
    }
    GM_TRY(gm_spec_resolve(arena, &context, goal, &spec, err));
    if (spec.base && graph->order.len && !spec.bare) {
        gm_fail(err, GM_E_REFUSED, "'%.*s' is before the first revision, and upgrade goes up",
                GM_ARG(goal));
        return gm_hint(err, "Use `gmig downgrade %.*s`.", GM_ARG(goal));
    }
    *nodes = spec.nodes;
    return GM_OK;
}

gm_code gm_plan_up(gm_arena *arena, const gm_graph *graph, const gm_node_set *applied, gm_str goal,
                   gm_plan *plan, gm_err *err)
{
    gm_nodes goals = {0};
    GM_TRY(resolve_up(arena, graph, applied, goal, &goals, err));
    gm_plan made = {.from = head_ids(arena, applied)};
    gm_node_set wanted = gm_node_set_new(arena, graph);
    gm_node_set_add_ancestors_of(&wanted, &goals);
    gm_node_set_remove_all(&wanted, applied);

    gm_nodes before = gm_node_set_members(arena, applied);
    gm_node_set below = gm_node_set_new(arena, graph);
    gm_node_set_add_ancestors_of(&below, &before);
    gm_nodes steps = gm_node_set_members(arena, &wanted);
    GM_EACH (gm_node *, node, &steps) {
        gm_vec_push(arena, &made.steps, (gm_step){*node, GM_UP});
        if (gm_node_set_has(&below, *node))
            gm_vec_push(arena, &made.late, *node);
    }
    gm_node_set_add_all(&wanted, applied);
    made.to = head_ids(arena, &wanted);
    *plan = made;
    return GM_OK;
}

/* ---- down ---- */

static gm_code not_applied(gm_arena *arena, const gm_node *node, const gm_node_set *applied,
                           gm_err *err)
{
    gm_nodes heads = gm_node_set_heads(arena, applied);
    gm_fail(err, GM_E_REFUSED, "revision '%.*s' is not applied, so no way down leads to it",
            GM_ARG(node->revision->id));
    if (heads.len == 0)
        return gm_hint(err, "Nothing of this history is applied.");
    return gm_hint(err, "The applied heads are %.*s.", GM_ARG(gm_nodes_list(arena, &heads)));
}

/* What goes when the nodes of the goal stay: their descendants, of the label's branch alone where
 * there is a label. What needs a revision that goes is added by the caller. */
static void above_goal(gm_arena *arena, const gm_spec *spec, gm_node_set *gone)
{
    gm_node_set kept = gm_node_set_new(arena, gone->graph);
    gm_node_set_add_descendants_of(gone, &spec->nodes);
    gm_node_set_add_ancestors_of(&kept, &spec->nodes);
    gm_node_set_remove_all(gone, &kept);
    if (spec->branch.bits)
        gm_node_set_keep(gone, &spec->branch);
}

/* The set of what to revert, not yet cut to what is applied. */
static gm_code resolve_down(gm_arena *arena, const gm_graph *graph, const gm_node_set *applied,
                            gm_str goal, gm_node_set *gone, gm_err *err)
{
    gm_spec_context context = {.graph = graph, .applied = applied, .allow_several = true};
    gm_spec spec;
    if (gm_spec_leads(graph, goal) == GM_STEPS_UP) {
        gm_fail(err, GM_E_REFUSED, "'%.*s' leads up, and downgrade goes down", GM_ARG(goal));
        return gm_hint(err, "Use `gmig upgrade %.*s`.", GM_ARG(goal));
    }
    GM_TRY(gm_spec_resolve(arena, &context, goal, &spec, err));
    /* Not what comes after the place below: another way may lead there as well. */
    if (spec.through && (spec.bare || spec.base)) {
        gm_node_set_add(gone, spec.through);
        return GM_OK;
    }
    if (spec.base) {
        if (spec.branch.bits)
            gm_node_set_add_all(gone, &spec.branch);
        else
            gm_node_set_add_all(gone, applied);
        return GM_OK;
    }
    GM_EACH (gm_node *, node, &spec.nodes)
        if (!gm_node_set_has(applied, *node))
            return not_applied(arena, *node, applied, err);
    above_goal(arena, &spec, gone);
    return GM_OK;
}

gm_code gm_plan_down(gm_arena *arena, const gm_graph *graph, const gm_node_set *applied,
                     gm_str goal, gm_plan *plan, gm_err *err)
{
    gm_node_set gone = gm_node_set_new(arena, graph);
    GM_TRY(resolve_down(arena, graph, applied, goal.len ? goal : GM_STR("-1"), &gone, err));
    gm_plan made = {.from = head_ids(arena, applied)};
    gm_node_set_keep(&gone, applied);
    gm_nodes roots = gm_node_set_members(arena, &gone);
    gm_node_set_add_descendants_of(&gone, &roots);
    gm_node_set_keep(&gone, applied);
    gm_nodes steps = gm_node_set_members(arena, &gone);
    for (size_t i = steps.len; i > 0; i--)
        gm_vec_push(arena, &made.steps, (gm_step){steps.items[i - 1], GM_DOWN});
    gm_node_set rest = gm_node_set_copy(arena, applied);
    gm_node_set_remove_all(&rest, &gone);
    made.to = head_ids(arena, &rest);
    *plan = made;
    return GM_OK;
}

gm_code gm_applied_from(gm_arena *arena, const gm_graph *graph, gm_str text, gm_node_set *applied,
                        gm_err *err)
{
    gm_spec_context context = {.graph = graph, .allow_several = true};
    gm_node_set made = gm_node_set_new(arena, graph);
    gm_str rest = text;
    do {
        size_t comma = gm_str_find(rest, ',', 0);
        gm_spec spec;
        GM_TRY(
            gm_spec_resolve(arena, &context, gm_str_trim(gm_str_sub(rest, 0, comma)), &spec, err));
        gm_node_set_add_ancestors_of(&made, &spec.nodes);
        if (comma == rest.len)
            break;
        rest = gm_str_sub(rest, comma + 1, rest.len);
    } while (true);
    *applied = made;
    return GM_OK;
}
