/* SPDX-License-Identifier: Apache-2.0 */
#include "history/graph.h"

#include <stdlib.h>

#include "history/build.h"

static int by_path(const void *a, const void *b)
{
    const gm_revision *left = *(const gm_revision *const *)a;
    const gm_revision *right = *(const gm_revision *const *)b;
    int order = gm_str_cmp(left->path, right->path);
    return order ? order : gm_str_cmp(left->id, right->id);
}

static void duplicate(gm_build *build, const gm_node *first, const gm_revision *revision)
{
    bool version = revision->format && revision->format->versions;
    gm_vec_push(build->arena, &build->graph->duplicates, revision);
    gm_build_problem(build, version ? GM_PROBLEM_DUPLICATE_VERSION : GM_PROBLEM_DUPLICATE_ID,
                     revision, revision->revision_line,
                     gm_str_printf(build->arena, "%s '%.*s' is also in %.*s",
                                   version ? "version" : "revision", GM_ARG(revision->id),
                                   GM_ARG(first->revision->path)),
                     version ? GM_STR("Run `gmig rebase`: it gives the one that is not shipped the "
                                      "next version.")
                             : GM_STR("Give one of the two files another id, or remove it."));
}

/* One node an id; the first by path has it. */
static void make_nodes(gm_build *build, const gm_revisions *revisions)
{
    gm_map_reserve(&build->graph->by_id, revisions->len);
    const gm_revision **sorted = gm_new_array(build->scratch, revisions->len, const gm_revision *);
    if (revisions->len)
        memcpy(sorted, revisions->items, revisions->len * sizeof(*sorted));
    gm_sort(sorted, revisions->len, sizeof(*sorted), by_path);
    build->nodes = gm_new_array(build->arena, revisions->len, gm_node);
    for (size_t i = 0; i < revisions->len; i++) {
        const gm_revision *revision = sorted[i];
        gm_node *node = &build->nodes[build->count];
        if (gm_map_add(&build->graph->by_id, revision->id, node)) {
            node->revision = revision;
            build->count++;
            continue;
        }
        duplicate(build, gm_map_get(&build->graph->by_id, revision->id), revision);
    }
}

static bool any_links(const gm_revisions *revisions)
{
    GM_EACH (const gm_revision *, revision, revisions)
        if (gm_format_links(*revision))
            return true;
    return false;
}

static void find_ends(gm_build *build)
{
    gm_graph *graph = build->graph;
    for (size_t i = graph->order.len; i > 0; i--)
        if (gm_node_is_head(graph->order.items[i - 1]))
            gm_vec_push(build->arena, &graph->heads, graph->order.items[i - 1]);
    GM_EACH (gm_node *, node, &graph->order)
        if (gm_node_is_base(*node))
            gm_vec_push(build->arena, &graph->bases, *node);
}

gm_graph *gm_graph_build(gm_arena *arena, const gm_revisions *revisions,
                         const gm_problems *unreadable)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_graph *graph = gm_new(arena, gm_graph);
    gm_build build = {.arena = arena, .scratch = scratch, .graph = graph};
    graph->arena = arena;
    graph->by_id = gm_map_new(arena);
    graph->labels = gm_map_new(arena);
    if (unreadable)
        GM_EACH (const gm_problem, problem, unreadable)
            gm_vec_push(arena, &graph->problems, *problem);
    build.some_unreadable = graph->problems.len > 0;
    gm_revisions linked = {0};
    if (any_links(revisions))
        gm_formats_link(arena, revisions, &linked);
    make_nodes(&build, linked.len ? &linked : revisions);
    gm_build_labels(&build);
    gm_build_edges(&build);
    if (!gm_build_order(&build)) {
        gm_build_cut_cycles(&build);
        gm_build_order(&build);
    }
    gm_build_children(&build);
    find_ends(&build);
    gm_build_lineages(&build);
    gm_build_sort_problems(&build);
    return graph;
}

/* The line of "path:line" in an error about that path; 0 when there is none. */
static size_t line_of(gm_str where, gm_str path)
{
    uint64_t line = 0;
    if (gm_str_starts(where, path))
        gm_str_u64(gm_str_sub(where, path.len + 1, where.len), &line);
    return (size_t)line;
}

gm_graph *gm_graph_load(gm_arena *arena, const gm_format_ops *format,
                        const gm_revision_files *files)
{
    gm_revisions revisions = {0};
    gm_problems unreadable = {0};
    GM_EACH (const gm_revision_file, file, files) {
        gm_err err = gm_err_new(arena);
        gm_revision *revision = gm_new(arena, gm_revision);
        gm_code code = gm_format_read(arena, format, file, revision, &err);
        if (code == GM_OK && revision->id.len)
            gm_vec_push(arena, &revisions, revision);
        if (code != GM_OK)
            gm_vec_push(arena, &unreadable,
                        (gm_problem){.kind = GM_PROBLEM_UNREADABLE,
                                     .path = file->path,
                                     .line = line_of(err.where, file->path),
                                     .message = err.text,
                                     .fix = err.hint});
    }
    return gm_graph_build(arena, &revisions, &unreadable);
}

gm_node *gm_graph_find(const gm_graph *graph, gm_str id)
{
    return gm_map_get(&graph->by_id, id);
}

bool gm_node_is_head(const gm_node *node)
{
    return node->children.len == 0;
}

bool gm_node_is_base(const gm_node *node)
{
    /* Not node->parents, which a missing parent leaves empty: such a revision begins nothing. */
    return node->revision->parents.len == 0;
}

bool gm_node_is_branch_point(const gm_node *node)
{
    return node->children.len > 1;
}

bool gm_node_is_merge(const gm_node *node)
{
    return node->revision->parents.len > 1;
}
