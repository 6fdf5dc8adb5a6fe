/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_BUILD_H
#define GM_HISTORY_BUILD_H

/*
 * The steps of building a graph, for graph.c alone. A node's number is its place in `nodes`, which
 * are in the order of their paths.
 */

#include "history/graph.h"

typedef struct {
    gm_arena *arena;   /* of the graph */
    gm_arena *scratch; /* until the graph is built */
    gm_graph *graph;
    gm_node *nodes;
    size_t count;
    bool some_unreadable; /* what is missing may be in those files */
} gm_build;

void gm_build_problem(gm_build *build, gm_problem_kind kind, const gm_revision *revision,
                      size_t line, gm_str message, gm_str fix);
void gm_build_sort_problems(gm_build *build);

/* Labels -> the nodes that declare them. */
void gm_build_labels(gm_build *build);

/* parents and depends of each node. */
void gm_build_edges(gm_build *build);

/* graph->order and the nodes' `index`. False when cycles keep nodes from it; `index` of those is
 * SIZE_MAX. */
bool gm_build_order(gm_build *build);

/* Tells the cycles among the nodes that have no place in the order, and leaves their edges out. */
void gm_build_cut_cycles(gm_build *build);

/* children and dependents, from parents and depends, in the graph's order. */
void gm_build_children(gm_build *build);

void gm_build_lineages(gm_build *build);

static inline size_t gm_build_number(const gm_build *build, const gm_node *node)
{
    return (size_t)(node - build->nodes);
}

#endif
