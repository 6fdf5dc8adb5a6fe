/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_CROWDS_H
#define GM_HISTORY_CROWDS_H

/*
 * Crowds: open branches that get in each other's way once they are in.
 *
 * Pure. What a branch adds is what it has and the base has not, by id; so one that still has what
 * the base has deleted counts as adding it.
 */

#include "history/graph.h"

/* Branches that have the same revisions. */
typedef struct {
    gm_strs names;
    gm_strs upstreams; /* names of what they follow: those are no others */
    gm_revisions added;
} gm_open_branch;

typedef GM_VEC(gm_open_branch) gm_open_branches;

typedef struct {
    const gm_open_branch *branch;
    const gm_revision *root; /* what it puts behind the fork, or what it calls by the id */
} gm_crowd_member;

/*
 * Branches that go on from one revision, each with another child, in one lineage: two of them make
 * two heads. One that has the other's child already is stacked on it, and is in nobody's way. Where
 * the base has gone on from there, too, one branch is a crowd.
 * Or branches that mean different files by one id: of a format with versions, the base, too.
 * There nothing forks, and what is left to be in the way is a version below the base's newest.
 */
typedef struct {
    bool same_id;
    bool late; /* of versions: what the members add sorts below `base`, the newest of the base */
    const gm_revision *fork; /* NULL: a base without parents, or same_id */
    const gm_revision *base; /* what the base has put behind the fork; NULL: nothing */
    gm_str lineage;
    GM_VEC(gm_crowd_member) members; /* in the order of the branches */
    gm_strs shared_tables;           /* that two of them touch, as far as their files say */
    bool tables_known;               /* and there are no others */
} gm_crowd;

typedef GM_VEC(gm_crowd) gm_crowds;

/* In the order of the graph that all branches make with the base. `base` must be sound. */
gm_crowds gm_crowds_find(gm_arena *arena, const gm_graph *base, const gm_open_branches *branches);

#endif
