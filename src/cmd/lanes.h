/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CMD_LANES_H
#define GM_CMD_LANES_H

/*
 * Lanes: the lines that `history --graph` draws beside the revisions, as `git log --graph` does.
 *
 * Each lane is a column that waits for one revision. Revisions come children before parents:
 *
 *     gm_lanes_enter(lanes, node, &rows);  the rows before it, which keep it apart from what ended
 *     gm_lanes_commit(lanes)               is its row, "| * | "
 *     gm_lanes_beside(lanes)               is what stands beside further lines of its text
 *     gm_lanes_leave(lanes, &rows);        the rows that lead to its parents
 */

#include "app/project/project.h"

typedef struct {
    gm_arena *arena;
    const gm_node_set *shown; /* NULL: all; edges to what is not shown are left out */
    GM_VEC(const gm_node *) waiting;
    size_t at;    /* lane of the revision that was entered last */
    size_t ended; /* lane that the last one left empty at the right end; else SIZE_MAX */
} gm_lanes;

gm_lanes gm_lanes_new(gm_arena *arena, const gm_node_set *shown);
void gm_lanes_enter(gm_lanes *lanes, const gm_node *node, gm_strs *rows);
gm_str gm_lanes_commit(const gm_lanes *lanes);
gm_str gm_lanes_beside(const gm_lanes *lanes);
void gm_lanes_leave(gm_lanes *lanes, gm_strs *rows);

#endif
