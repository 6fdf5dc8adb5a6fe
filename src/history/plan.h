/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_PLAN_H
#define GM_HISTORY_PLAN_H

/*
 * Plan: the steps that take a database from what it has to what is asked. Pure; running it is
 * runner/.
 *
 * Up to X applies X and its missing ancestors (parents and depends). Down to X reverts the applied
 * descendants of X, both kinds of edges; "L@X" restricts that to lineage L. Up goes in the graph's
 * order, down in its reverse.
 */

#include "history/spec.h"

typedef struct {
    const gm_node *node;
    gm_direction direction;
} gm_step;

typedef struct {
    gm_strs from; /* applied heads before, newest first */
    gm_strs to;   /* applied heads after */
    GM_VEC(gm_step) steps;
    gm_nodes late; /* up: pending revisions below an applied child ("late") */
} gm_plan;

/*
 * Up to `goal` (text of a spec; empty: the head of every lineage, GM_E_DIVERGENT when a lineage has
 * several; "heads" takes them all). `applied` holds what the database has of this graph.
 */
gm_code gm_plan_up(gm_arena *arena, const gm_graph *graph, const gm_node_set *applied, gm_str goal,
                   gm_plan *plan, gm_err *err);

/* Down to `goal` (empty: "-1"). GM_E_REFUSED when the goal is not applied. */
gm_code gm_plan_down(gm_arena *arena, const gm_graph *graph, const gm_node_set *applied,
                     gm_str goal, gm_plan *plan, gm_err *err);

/* `--from ID[,ID]` or "base" -> the set with all ancestors. */
gm_code gm_applied_from(gm_arena *arena, const gm_graph *graph, gm_str text, gm_node_set *applied,
                        gm_err *err);

#endif
