/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_RESOLVE_H
#define GM_HISTORY_RESOLVE_H

/*
 * What spec.c and walk.c share: one specifier on its way to nodes.
 */

#include "history/spec.h"

typedef struct {
    gm_arena *arena;
    const gm_spec_context *context;
    const gm_graph *graph;
    gm_str text; /* the whole specifier, for messages */
    gm_err *err;

    gm_str label;       /* before "@"; empty */
    gm_node_set branch; /* the label's revisions; no bits without a label */
    gm_node_set reach;  /* those, and the ancestors of where the branch begins */
} gm_resolver;

/* "a, b, c, d, e and 3 more" */
gm_str gm_nodes_list(gm_arena *arena, const gm_nodes *nodes);

/* The revisions whose id starts so, oldest first; none for a prefix shorter than GM_MIN_PREFIX. */
enum { GM_MIN_PREFIX = 4 };
gm_nodes gm_nodes_with_prefix(gm_arena *arena, const gm_graph *graph, gm_str prefix);
gm_code gm_resolve_ambiguous(const gm_resolver *r, gm_str prefix, const gm_nodes *found);

/* Sets branch and reach from what stands before "@". */
gm_code gm_resolve_label(gm_resolver *r, gm_str label);

/* Without a label everything is in it. */
bool gm_resolver_has(const gm_resolver *r, const gm_node *node);

/* Where a specifier leads that is steps and nothing else ("-1", "L@+2"); GM_STEPS_NONE for others.
 * It need not resolve. */
gm_steps gm_spec_leads(const gm_graph *graph, gm_str text);

/* The heads of what is applied, of the label's branch where there is one. GM_E_USAGE without a
 * database. */
gm_code gm_resolve_current(const gm_resolver *r, gm_nodes *nodes);

/* N steps from a point ("ID+2"), which is `spec` on entry. */
gm_code gm_walk_from(const gm_resolver *r, char sign, uint64_t count, gm_spec *spec);

/* N steps from what is applied ("-1", "L@+2"). */
gm_code gm_walk_bare(const gm_resolver *r, char sign, uint64_t count, gm_spec *spec);

#endif
