/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_GRAPH_H
#define GM_HISTORY_GRAPH_H

/*
 * Graph: all revisions of one snapshot and how they hang together.
 *
 * Pure. The order of nodes is total and the same on every machine: parents and depends first, then
 * older `created`, then id. What is wrong with a history is told as problems, each its own; a graph
 * with problems can be looked at (edges to what is not there are left out) but not planned on
 * (gm_graph_sound). Building is O((V + E) log V).
 */

#include "base/map.h"
#include "history/formats/format.h"

typedef enum {
    GM_PROBLEM_UNREADABLE, /* the file cannot be read as a revision */
    GM_PROBLEM_DUPLICATE_ID,
    GM_PROBLEM_SELF_PARENT,
    GM_PROBLEM_MISSING_PARENT,
    GM_PROBLEM_CYCLE,
    GM_PROBLEM_UNKNOWN_DEPENDENCY,
    GM_PROBLEM_DUPLICATE_LABEL,
    GM_PROBLEM_COUNT
} gm_problem_kind;

typedef struct {
    gm_problem_kind kind;
    gm_str path;
    size_t line;
    gm_str revision; /* empty when it could not be read */
    gm_str message;
    gm_str fix;
} gm_problem;

typedef struct gm_node gm_node;
typedef GM_VEC(gm_node *) gm_nodes;

/* The labels a node answers to, in byte order; the empty label stands for the default lineage. */
typedef gm_strs gm_lineage;

struct gm_node {
    const gm_revision *revision;
    size_t index; /* place in graph->order */
    gm_nodes parents;
    gm_nodes children;
    gm_nodes depends; /* labels in `depends` stand for the revision that carries them */
    gm_nodes dependents;
    const gm_lineage *lineage;
};

typedef struct {
    gm_arena *arena;
    gm_nodes order; /* parents first */
    gm_map by_id;   /* id -> gm_node */
    gm_map labels;  /* label -> gm_node that declares it */
    gm_nodes heads; /* no children (a dependent is no child); newest first */
    gm_nodes bases;
    GM_VEC(gm_problem) problems; /* in the order of path and line */
} gm_graph;

/* One file for the graph; files may be given in any order. */
typedef struct {
    gm_str path;
    gm_oid blob;
    gm_str bytes;
} gm_revision_file;

typedef GM_VEC(gm_revision_file) gm_revision_files;

/* Reads all files and builds the graph. Never fails: what is wrong is in graph->problems. */
gm_graph *gm_graph_load(gm_arena *arena, const gm_format_ops *format,
                        const gm_revision_files *files);

/* The same from revisions that were read already (each blob once for many snapshots). */
typedef GM_VEC(const gm_revision *) gm_revisions;
typedef GM_VEC(gm_problem) gm_problems;
gm_graph *gm_graph_build(gm_arena *arena, const gm_revisions *revisions,
                         const gm_problems *unreadable);

/* GM_E_HISTORY with the first problem, and how many more there are. */
gm_code gm_graph_sound(const gm_graph *graph, gm_err *err);

gm_node *gm_graph_find(const gm_graph *graph, gm_str id); /* exact id; NULL */

bool gm_node_is_head(const gm_node *node);
bool gm_node_is_base(const gm_node *node);
bool gm_node_is_branch_point(const gm_node *node); /* several children */
bool gm_node_is_merge(const gm_node *node);        /* several parents */

/* "default", or the labels joined with ",". */
gm_str gm_lineage_name(gm_arena *arena, const gm_lineage *lineage);
bool gm_lineage_shared(const gm_lineage *a, const gm_lineage *b);

/*
 * The divergent groups: for each lineage with several heads, those heads (newest first). Heads that
 * share lineages transitively are one group.
 */
typedef GM_VEC(gm_nodes) gm_node_groups;
gm_node_groups gm_graph_divergent(gm_arena *arena, const gm_graph *graph);

/* The newest common ancestor (parents only) of two nodes; NULL when there is none. */
gm_node *gm_graph_fork_point(const gm_graph *graph, const gm_node *a, const gm_node *b);

/* A set of nodes, one bit a node. */
typedef struct {
    const gm_graph *graph;
    uint64_t *bits;
} gm_node_set;

gm_node_set gm_node_set_new(gm_arena *arena, const gm_graph *graph);
bool gm_node_set_has(const gm_node_set *set, const gm_node *node);
void gm_node_set_add(gm_node_set *set, const gm_node *node);
void gm_node_set_remove(gm_node_set *set, const gm_node *node);

/* Adds `node` and all it needs: parents and depends, transitively. */
void gm_node_set_add_ancestors(gm_node_set *set, const gm_node *node);
/* Adds `node` and all that need it: children and dependents, transitively. */
void gm_node_set_add_descendants(gm_node_set *set, const gm_node *node);
/* The members without an applied child (parents' edges only), newest first. */
gm_nodes gm_node_set_heads(gm_arena *arena, const gm_node_set *set);

#endif
