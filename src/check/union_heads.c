/* SPDX-License-Identifier: Apache-2.0 */
/* Heads that two branches have together, and merges of what the base has gone on from. */
#include "base/buf.h"
#include "check/union_rules.h"
#include "history/fork.h"

/* ---- merges that came too early ---- */

/* A child that only the base has, of a parent that `merge` takes for a head. */
static const gm_node *overtaken(const gm_union *made, const gm_node *merge, const gm_node **parent)
{
    GM_EACH (gm_node *, head, &merge->parents)
        GM_EACH (gm_node *, child, &(*head)->children)
            if (gm_union_only_base(made, *child) &&
                gm_lineage_shared((*child)->lineage, merge->lineage)) {
                *parent = *head;
                return *child;
            }
    return NULL;
}

static gm_str merge_again(const gm_check_run *run, const gm_revision *merge)
{
    return gm_str_printf(run->arena,
                         "Remove %.*s, run `git merge %.*s`, then `gmig merge --stage` again.",
                         GM_ARG(merge->path), GM_ARG(run->input->united->base_name));
}

/* ---- several heads ---- */

/* Two heads of one lineage, and the children of the fork on the ways to them. */
typedef struct {
    const gm_node *fork; /* NULL: the ways begin at two bases */
    const gm_node *ours;
    const gm_node *base;
} meeting;

static bool all_are_heads(const gm_nodes *heads, const gm_graph *graph)
{
    GM_EACH (gm_node *, head, heads) {
        const gm_node *node = gm_graph_find(graph, (*head)->revision->id);
        if (!node || !gm_node_is_head(node))
            return false;
    }
    return true;
}

/* The first that is wanted, else any, of at least two; never `taken`. */
static gm_node *pick(const gm_union *made, const gm_nodes *heads,
                     bool (*wanted)(const gm_union *made, const gm_node *node),
                     const gm_node *taken)
{
    GM_EACH (gm_node *, head, heads)
        if (wanted(made, *head) && *head != taken)
            return *head;
    return heads->items[taken && heads->items[0] == taken];
}

/* One head of each side, as far as there are such. */
static meeting meet(gm_arena *arena, const gm_union *made, const gm_nodes *heads)
{
    gm_node *two[2];
    two[0] = pick(made, heads, gm_union_only_ours, NULL);
    two[1] = pick(made, heads, gm_union_only_base, two[0]);
    gm_nodes pair = {two, 2, 2};
    meeting found = {.fork = gm_fork_of(made->graph, &pair, 2)};
    found.ours = gm_fork_side(arena, made->graph, found.fork, two[0]);
    found.base = gm_fork_side(arena, made->graph, found.fork, two[1]);
    return found;
}

gm_revisions gm_check_union_named(gm_arena *arena, const gm_union *made, const gm_graph *ours)
{
    gm_revisions named = {0};
    GM_EACH (const gm_union_fault, fault, &made->faults)
        if (fault->kind == GM_UNION_SAME_ID)
            gm_vec_push(arena, &named, fault->base);
    if (gm_check_in_doubt(made->graph) || gm_check_in_doubt(ours))
        return named;
    gm_node_groups groups = gm_graph_divergent(arena, made->graph);
    GM_EACH (const gm_nodes, heads, &groups) {
        if (all_are_heads(heads, ours))
            continue;
        meeting found = meet(arena, made, heads);
        gm_vec_push(arena, &named, found.ours->revision);
        gm_vec_push(arena, &named, found.base->revision);
    }
    return named;
}

/*
 * A revision that only this branch has is moved behind the base's: that keeps the history straight.
 * One that the base has, or that was merged from elsewhere, may be in databases, and stays.
 * `policy: merge` names the merge first wherever it helps.
 */
static gm_str mend(const gm_check_run *run, const meeting *found)
{
    const gm_check_union *united = run->input->united;
    if (gm_union_only_base(united->made, found->ours))
        return gm_str_printf(run->arena, "Merge them in %.*s: run `gmig merge --stage` there.",
                             GM_ARG(united->base_name));
    const gm_node *unused = NULL;
    if (gm_node_is_merge(found->ours) && gm_union_only_ours(united->made, found->ours) &&
        overtaken(united->made, found->ours, &unused))
        return merge_again(run, found->ours->revision);
    gm_str merge = gm_str_printf(run->arena, "un `git merge %.*s`, then `gmig merge --stage`",
                                 GM_ARG(united->base_name));
    gm_str rebase = gm_str_printf(run->arena, "un `git rebase %.*s`, then `gmig rebase %.*s`",
                                  GM_ARG(united->base_name), GM_ARG(united->base_name));
    bool moves = gm_union_only_ours(united->made, found->ours) && !run->input->merges_first;
    const gm_format_ops *format = found->ours->revision->format;
    if (format && format->versions)
        return gm_str_printf(run->arena,
                             "Run `git merge %.*s`, and put yours behind those of %.*s.",
                             GM_ARG(united->base_name), GM_ARG(united->base_name));
    return gm_str_printf(run->arena, "R%.*s; or r%.*s.", GM_ARG(moves ? rebase : merge),
                         GM_ARG(moves ? merge : rebase));
}

static void divergent(gm_check_run *run, const gm_nodes *heads)
{
    const gm_check_union *united = run->input->united;
    meeting found = meet(run->arena, united->made, heads);
    gm_str lineage = gm_lineage_name(run->arena, heads->items[0]->lineage);
    gm_buf message = gm_buf_new(run->arena, SIZE_MAX);
    if (gm_union_only_base(united->made, found.ours))
        gm_buf_printf(&message, "%.*s has %zu heads in lineage %.*s", GM_ARG(united->base_name),
                      heads->len, GM_ARG(lineage));
    else
        gm_buf_printf(&message, "with %.*s there are %zu heads in lineage %.*s",
                      GM_ARG(united->base_name), heads->len, GM_ARG(lineage));
    gm_buf_printf(&message, ": %.*s", GM_ARG(gm_check_name_heads(run->arena, heads)));
    if (found.fork)
        gm_buf_printf(&message, "; %.*s has the children ", GM_ARG(found.fork->revision->id));
    else
        gm_buf_z(&message, "; no ancestor is common to the bases ");
    gm_buf_printf(&message, "%.*s and %.*s", GM_ARG(gm_check_who(run, found.ours->revision)),
                  GM_ARG(gm_check_who(run, found.base->revision)));
    const gm_revision *at = found.ours->revision;
    gm_found told = gm_check_union_of(GM_RULE_DIVERGENT_HEADS, at, gm_check_parents_line(at),
                                      gm_buf_str(&message), mend(run, &found));
    told.of_base = gm_union_only_base(united->made, found.ours);
    told.finding.other_path = found.base->revision->path;
    told.finding.other_line = gm_check_parents_line(found.base->revision);
    gm_check_add(run, told);
}

static void stale_merges(gm_check_run *run)
{
    const gm_check_union *united = run->input->united;
    GM_EACH (gm_node *, node, &united->made->graph->order) {
        const gm_node *parent = NULL;
        const gm_node *child = NULL;
        if (gm_node_is_merge(*node) && gm_union_only_ours(united->made, *node))
            child = overtaken(united->made, *node, &parent);
        if (!child)
            continue;
        const gm_revision *merge = (*node)->revision;
        gm_found told = gm_check_union_of(
            GM_RULE_STALE_MERGE_REVISION, merge, gm_check_parents_line(merge),
            gm_str_printf(
                run->arena, "%.*s merges %.*s, which is no head in %.*s: its child is %.*s (%.*s)",
                GM_ARG(merge->id), GM_ARG(parent->revision->id), GM_ARG(united->base_name),
                GM_ARG(child->revision->id), GM_ARG(child->revision->path)),
            merge_again(run, merge));
        told.finding.other_path = child->revision->path;
        told.finding.other_line = gm_check_parents_line(child->revision);
        gm_check_add(run, told);
    }
}

void gm_check_union_heads(gm_check_run *run)
{
    const gm_graph *graph = run->input->united->made->graph;
    if (gm_check_in_doubt(graph) || gm_check_in_doubt(run->input->graph))
        return;
    stale_merges(run);
    gm_node_groups groups = gm_graph_divergent(run->arena, graph);
    GM_EACH (const gm_nodes, heads, &groups)
        if (!all_are_heads(heads, run->input->graph))
            divergent(run, heads);
}
