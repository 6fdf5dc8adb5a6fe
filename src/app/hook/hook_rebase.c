/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hook/hook_rebase.h"

#include "app/project/base_ref.h"

enum { IDS_SHOWN = 10 };

gm_str gm_hook_rebased_onto(gm_project *project, gm_str input)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_str line;
    gm_oid new;
    gm_commit commit;
    if (!gm_str_line(&input, &line))
        return (gm_str){0};
    size_t start = gm_str_find(line, ' ', 0) + 1;
    gm_str id = gm_str_sub(line, start, gm_str_find(line, ' ', start));
    if (!gm_oid_parse(id, &new) ||
        gm_repo_commit(project->repo, &new, &commit, &ignored) != GM_OK || !commit.parents.len)
        return (gm_str){0};
    return gm_oid_hex(project->arena, &commit.parents.items[0]);
}

static gm_str ids_of(gm_arena *arena, const gm_nodes *nodes)
{
    gm_strs ids = {0};
    GM_EACH (gm_node *, node, nodes)
        gm_vec_push(arena, &ids, (*node)->revision->id);
    return gm_strs_some(arena, &ids, IDS_SHOWN);
}

/* The nodes that `there` lacks, or has. */
static gm_nodes part(gm_arena *arena, const gm_nodes *nodes, const gm_graph *there, bool has)
{
    gm_nodes found = {0};
    GM_EACH (gm_node *, node, nodes) {
        if ((gm_graph_find(there, (*node)->revision->id) != NULL) == has)
            gm_vec_push(arena, &found, *node);
    }
    return found;
}

/* What `gmig rebase` takes: nothing for the branch that it takes by itself, else a branch at
 * `onto`, else the commit. */
static gm_str argument(gm_project *project, gm_str onto)
{
    enum { COMMIT_SHOWN = 12 };
    gm_arena *arena = project->arena;
    gm_err ignored = gm_err_new(arena);
    gm_base base = {0};
    gm_refs refs = {0};
    gm_oid commit;
    if (!gm_oid_parse(onto, &commit))
        return (gm_str){0};
    if (gm_base_find(project, (gm_str){0}, &base, &ignored) == GM_OK &&
        gm_oid_eq(&base.commit, &commit))
        return (gm_str){0};
    if (gm_repo_refs(project->repo, &(gm_strs){0}, &refs, &ignored) != GM_OK)
        refs.len = 0;
    GM_EACH (const gm_ref, ref, &refs) {
        gm_str heads = GM_STR("refs/heads/");
        if (gm_oid_eq(&ref->commit, &commit) && gm_str_starts(ref->name, heads))
            return gm_str_printf(arena, " %.*s",
                                 GM_ARG(gm_str_sub(ref->name, heads.len, ref->name.len)));
    }
    return gm_str_printf(arena, " %.*s", GM_ARG(gm_str_sub(onto, 0, COMMIT_SHOWN)));
}

gm_str gm_hook_chain(gm_project *project, gm_str onto, const gm_view *view, const gm_nodes *heads)
{
    gm_arena *arena = project->arena;
    gm_err ignored = gm_err_new(arena);
    gm_view there;
    if (!onto.len || gm_view_open_graph(project, onto, &there, &ignored) != GM_OK)
        return (gm_str){0};
    gm_nodes ours = part(arena, heads, there.graph, false);
    gm_nodes theirs = part(arena, heads, there.graph, true);
    if (!ours.len || !theirs.len)
        return (gm_str){0};
    gm_node_set below = gm_node_set_new(arena, view->graph);
    gm_node_set_add_parents_of(&below, &ours);
    gm_nodes members = gm_node_set_members(arena, &below);
    gm_nodes chain = part(arena, &members, there.graph, false);
    gm_str cure = GM_STR("run");
    /* It does not choose among several heads. */
    if (theirs.len == 1)
        cure = gm_str_printf(arena, "run `gmig rebase%.*s`, or", GM_ARG(argument(project, onto)));
    return gm_str_printf(
        arena, "this branch's %.*s came beside %.*s in the rebase; %.*s `gmig merge`",
        GM_ARG(ids_of(arena, &chain)), GM_ARG(ids_of(arena, &theirs)), GM_ARG(cure));
}
