/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_SPEC_H
#define GM_HISTORY_SPEC_H

/*
 * Revision specifiers, Alembic's grammar made exact (docs/man/gmig-revisions.7):
 *
 *   range  := [spec] ":" [spec]
 *   spec   := [label "@"] point [("+"|"-") N]  |  [label "@"] ("+"|"-") N
 *   point  := head | heads | base | current | ID | a unique prefix of an ID (4 or more characters)
 *
 * An exact id or label wins over operators in it. A label alone is the revision that carries it;
 * "L@" means the revisions whose lineage has L. Where no label is "default", that word stands for
 * the default lineage. "ID@" means ID and what comes from it, for branches without a label. Every
 * failure has its own message: the thing, the candidates of an ambiguous prefix, the next step.
 */

#include "history/graph.h"

/* What a specifier may lean on. */
typedef struct {
    const gm_graph *graph;
    const gm_node_set *applied; /* NULL: no database; `current` and a bare +N or -N then fail */
    bool allow_several;         /* `heads` and `current` may be several revisions */
} gm_spec_context;

typedef enum { GM_STEPS_NONE, GM_STEPS_UP, GM_STEPS_DOWN } gm_steps;

typedef struct {
    bool base;      /* before everything (of `label`, when that is set; else of `through`) */
    gm_nodes nodes; /* what it names; empty with `base` */

    gm_str label;       /* of "label@…"; empty */
    gm_node_set branch; /* of "label@…": its revisions; no bits without a label */

    gm_steps steps; /* it had +N or -N */
    bool bare;      /* and nothing before that: counted from what is applied */
    /* GM_STEPS_DOWN, bare or arriving at base: the last revision that was stepped over. Taking it
     * and what needs it off leaves what the specifier names; NULL for N = 0. */
    gm_node *through;
} gm_spec;

/* GM_E_UNKNOWN_REVISION, GM_E_AMBIGUOUS, GM_E_REFUSED, GM_E_DIVERGENT, GM_E_USAGE. */
gm_code gm_spec_resolve(gm_arena *arena, const gm_spec_context *context, gm_str text, gm_spec *spec,
                        gm_err *err);

/* Does a specifier or range count from what a database has: `current`, a bare +N or -N? It need not
 * resolve. Without a graph (NULL) an id that only looks so counts too. */
bool gm_spec_needs_applied(const gm_graph *graph, gm_str text);

/* One node, never base and never several: for show, --head, --depends-on, repair. */
gm_code gm_spec_resolve_one(gm_arena *arena, const gm_spec_context *context, gm_str text,
                            gm_node **node, gm_err *err);

/*
 * "A:B", ":B", "A:", ":" (or without a colon B alone, from base): the nodes from A to B, both
 * inclusive, as history shows them. Without B they go to the heads. GM_E_REFUSED when A is no
 * ancestor of B.
 */
typedef struct {
    gm_spec from;
    gm_spec to;
    gm_node_set nodes;
} gm_range;
gm_code gm_range_resolve(gm_arena *arena, const gm_spec_context *context, gm_str text,
                         gm_range *range, gm_err *err);

#endif
