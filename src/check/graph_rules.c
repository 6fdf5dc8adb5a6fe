/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "check/run.h"
#include "history/fork.h"

/* Heads named in one message; the rest are counted. */
enum { HEADS_SHOWN = 10 };

const gm_rule gm_check_rule_of_problem[GM_PROBLEM_COUNT] = {
    [GM_PROBLEM_UNREADABLE] = GM_RULE_UNREADABLE_REVISION,
    [GM_PROBLEM_DUPLICATE_ID] = GM_RULE_DUPLICATE_ID,
    [GM_PROBLEM_DUPLICATE_VERSION] = GM_RULE_DUPLICATE_VERSION,
    [GM_PROBLEM_SELF_PARENT] = GM_RULE_SELF_PARENT,
    [GM_PROBLEM_MISSING_PARENT] = GM_RULE_MISSING_PARENT,
    [GM_PROBLEM_CYCLE] = GM_RULE_CYCLE,
    [GM_PROBLEM_UNKNOWN_DEPENDENCY] = GM_RULE_UNKNOWN_DEPENDENCY,
    [GM_PROBLEM_DUPLICATE_LABEL] = GM_RULE_DUPLICATE_LABEL,
};

gm_str gm_check_name_heads(gm_arena *arena, const gm_nodes *heads)
{
    gm_strs ids = {0};
    GM_EACH (gm_node *, head, heads)
        gm_vec_push(arena, &ids, (*head)->revision->id);
    return gm_strs_some(arena, &ids, HEADS_SHOWN);
}

/* One head came with the base, and others are of this branch alone: those can still be moved. Not
 * where the base is the branch itself, as it was: what was merged into it is others'. */
static bool moves(const gm_check_run *run, const gm_nodes *heads)
{
    const gm_check_union *united = run->input->united;
    const gm_format_ops *format = heads->items[0]->revision->format;
    gm_oid former;
    if (!united || gm_oid_parse(united->base_name, &former) ||
        gm_str_eq(united->base_name, united->ours_name) || run->input->merges_first ||
        (format && !format->with_parents))
        return false;
    size_t theirs = 0;
    GM_EACH (gm_node *, head, heads)
        theirs += gm_graph_find(united->base, (*head)->revision->id) != NULL;
    return theirs == 1;
}

static gm_str mend(const gm_check_run *run, const gm_nodes *heads)
{
    if (!moves(run, heads))
        return GM_STR("Run `gmig merge --stage`, and commit.");
    return gm_str_printf(run->arena, "Run `gmig rebase %.*s`, or `gmig merge --stage`, and commit.",
                         GM_ARG(run->input->united->base_name));
}

static void divergent(gm_check_run *run, const gm_nodes *heads)
{
    const gm_graph *graph = run->input->graph;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    const gm_node *fork = gm_fork_of(graph, heads, HEADS_SHOWN);
    const gm_node *newest = gm_fork_side(scratch, graph, fork, heads->items[0]);
    const gm_node *other = gm_fork_side(scratch, graph, fork, heads->items[1]);

    gm_buf message = gm_buf_new(run->arena, SIZE_MAX);
    gm_buf_printf(&message, "%zu heads in lineage %.*s: %.*s", heads->len,
                  GM_ARG(gm_lineage_name(scratch, heads->items[0]->lineage)),
                  GM_ARG(gm_check_name_heads(scratch, heads)));
    if (fork)
        gm_buf_printf(&message, "; %.*s has the children ", GM_ARG(fork->revision->id));
    else
        gm_buf_z(&message, "; no ancestor is common to the bases ");
    gm_buf_printf(&message, "%.*s (%.*s) and %.*s (%.*s)", GM_ARG(newest->revision->id),
                  GM_ARG(newest->revision->path), GM_ARG(other->revision->id),
                  GM_ARG(other->revision->path));

    const gm_revision *revision = newest->revision;
    gm_check_add(run, gm_check_found_of(GM_RULE_DIVERGENT_HEADS, revision,
                                        gm_check_parents_line(revision), gm_buf_str(&message),
                                        mend(run, heads)));
}

bool gm_check_in_doubt(const gm_graph *graph)
{
    GM_EACH (const gm_problem, problem, &graph->problems) {
        if (problem->kind != GM_PROBLEM_UNKNOWN_DEPENDENCY &&
            problem->kind != GM_PROBLEM_DUPLICATE_LABEL)
            return true;
    }
    return false;
}

void gm_check_graph(gm_check_run *run)
{
    const gm_graph *graph = run->input->graph;
    GM_EACH (const gm_problem, problem, &graph->problems) {
        gm_check_add(run, (gm_found){.finding = {
                                         .rule = gm_check_rule_of_problem[problem->kind],
                                         .path = problem->path,
                                         .line = problem->line,
                                         .revision = problem->revision,
                                         .message = problem->message,
                                         .fix = problem->fix,
                                     }});
    }
    if (gm_check_in_doubt(graph))
        return;
    gm_node_groups groups = gm_graph_divergent(run->arena, graph);
    GM_EACH (const gm_nodes, heads, &groups)
        divergent(run, heads);
}
