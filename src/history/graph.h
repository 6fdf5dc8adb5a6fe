/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_GRAPH_H
#define GM_HISTORY_GRAPH_H

/*
 * Graph: all revisions of one snapshot and how they hang together.
 *
 * Pure. The order of nodes is total and the same on every machine: parents and depends first, then
 * older `created`, then id. What is wrong with a history is told as problems, each its own; a graph
 * with problems can be looked at, but not planned on (gm_graph_sound): edges to what is not there
 * and edges of a cycle are left out, and of several files with one id the first by path stands for
 * it. Building is O((V + E) log V), and nothing recurses, whatever the length of a chain.
 */

#include "base/map.h"
#include "history/formats/format.h"

typedef enum {
    GM_PROBLEM_UNREADABLE, /* the file cannot be read as a revision, or passes a limit */
    GM_PROBLEM_DUPLICATE_ID,
    GM_PROBLEM_SELF_PARENT, /* in `parents` or `depends` */
    GM_PROBLEM_MISSING_PARENT,
    GM_PROBLEM_CYCLE,
    GM_PROBLEM_UNKNOWN_DEPENDENCY,
    GM_PROBLEM_DUPLICATE_LABEL,   /* by two revisions, or the label is also an id */
    GM_PROBLEM_DUPLICATE_VERSION, /* two files of a format with versions */
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

typedef GM_VEC(gm_problem) gm_problems;

typedef struct gm_node gm_node;
typedef GM_VEC(gm_node *) gm_nodes;

/*
 * The nearest labels on each path upward, the node's own first of all, in byte order. The empty
 * label stands for the default lineage: a path that meets no label.
 */
typedef gm_strs gm_lineage;

struct gm_node {
    const gm_revision *revision;
    size_t index;        /* place in graph->order */
    gm_nodes parents;    /* in the order of the file */
    gm_nodes children;   /* oldest first */
    gm_nodes depends;    /* without parents; labels stand for the revision that carries them */
    gm_nodes dependents; /* oldest first */
    const gm_lineage *lineage;
};

typedef struct gm_graph {
    gm_arena *arena;
    gm_nodes order; /* parents first */
    gm_map by_id;   /* id -> gm_node */
    gm_map labels;  /* label -> gm_node that declares it */
    gm_nodes heads; /* no children (a dependent is no child); newest first */
    gm_nodes bases;
    gm_revisions duplicates; /* those whose id another has already; no node stands for them */
    gm_problems problems;    /* in the order of path and line */
} gm_graph;

/* Reads all files and builds the graph. Never fails: what is wrong is in graph->problems. */
gm_graph *gm_graph_load(gm_arena *arena, const gm_format_ops *format,
                        const gm_revision_files *files);

/* The same from revisions that were read already (each blob once for many snapshots), or linked. */
/* `unreadable` (may be NULL) is added to the problems. */
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
bool gm_lineage_has(const gm_lineage *lineage, gm_str label); /* "": the default lineage */

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

gm_node_set gm_node_set_copy(gm_arena *arena, const gm_node_set *set);
size_t gm_node_set_count(const gm_node_set *set);
gm_nodes gm_node_set_members(gm_arena *arena, const gm_node_set *set); /* in the graph's order */
void gm_node_set_add_all(gm_node_set *set, const gm_node_set *other);
void gm_node_set_remove_all(gm_node_set *set, const gm_node_set *other);
void gm_node_set_keep(gm_node_set *set, const gm_node_set *other);

/* Adds `node` and all it needs: parents and depends, transitively. */
void gm_node_set_add_ancestors(gm_node_set *set, const gm_node *node);
/* Adds `node` and all that need it: children and dependents, transitively. */
void gm_node_set_add_descendants(gm_node_set *set, const gm_node *node);
/* The same from many nodes in one walk, and for all members of the set. */
void gm_node_set_add_ancestors_of(gm_node_set *set, const gm_nodes *nodes);
void gm_node_set_add_descendants_of(gm_node_set *set, const gm_nodes *nodes);
/* The same by parents' edges alone. */
void gm_node_set_add_parents_of(gm_node_set *set, const gm_nodes *nodes);
void gm_node_set_add_children_of(gm_node_set *set, const gm_nodes *nodes);
/* The members on which no other stands (parents' edges only), newest first. What a rebase has put
 * between two of them, and nobody has applied yet, makes no head of the lower one. */
gm_nodes gm_node_set_heads(gm_arena *arena, const gm_node_set *set);

#endif
