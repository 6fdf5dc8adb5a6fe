/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hook_rebase.h"

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

/* Those that have no parent among `nodes`. */
static gm_nodes first_of(gm_arena *arena, const gm_graph *graph, const gm_nodes *nodes)
{
    gm_node_set all = gm_node_set_new(arena, graph);
    gm_nodes found = {0};
    GM_EACH (gm_node *, node, nodes)
        gm_node_set_add(&all, *node);
    GM_EACH (gm_node *, node, nodes) {
        bool inner = false;
        GM_EACH (gm_node *, parent, &(*node)->parents)
            inner |= gm_node_set_has(&all, *parent);
        if (!inner)
            gm_vec_push(arena, &found, *node);
    }
    return found;
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
    gm_nodes first = first_of(arena, view->graph, &chain);
    gm_str moved = gm_str_printf(arena, "this branch's %.*s came beside %.*s in the rebase",
                                 GM_ARG(ids_of(arena, &chain)), GM_ARG(ids_of(arena, &theirs)));
    if (theirs.len > 1 || first.len != 1 || first.items[0]->parents.len > 1)
        return moved;
    const gm_revision *revision = first.items[0]->revision;
    return gm_str_printf(arena, "%.*s: write `parents: [%.*s]` into %.*s", GM_ARG(moved),
                         GM_ARG(theirs.items[0]->revision->id), GM_ARG(revision->path));
}
