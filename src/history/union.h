/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_HISTORY_UNION_H
#define GM_HISTORY_UNION_H

/*
 * Union: the history that a merge of two branches will have.
 *
 * Pure set arithmetic over revision id -> blob id, three-way from where the branches began: what
 * one side left alone is as the other side has it. It says what `git merge` will do wherever git
 * merges without a conflict, and what is wrong where git sees none.
 *
 * `base` is the side that is merged into: what it has is shipped. `ours` is what is examined.
 */

#include "history/graph.h"

/* A revision as one snapshot has it. */
typedef struct {
    const gm_revision *revision;
    gm_str name; /* its path below the migrations folder, so that moving the folder is no change */
    bool mixed;  /* a merge of merge bases made it: it equals no file */
} gm_union_version;

/* All revisions of one snapshot: id -> gm_union_version. */
typedef gm_map gm_union_side;

/* `folder` is the migrations folder of that snapshot. */
gm_union_side gm_union_side_of(gm_arena *arena, const gm_graph *graph, gm_str folder);

/*
 * Several merge bases as one, merged as git merges them (git-merge, "recursive"): `start` is where
 * those two began, NULL when they share nothing. Of a conflict between a change and a deletion the
 * older version stays; of one between two changes the answer is "mixed".
 */
gm_union_side gm_union_join(gm_arena *arena, const gm_union_side *start, const gm_union_side *one,
                            const gm_union_side *other);

typedef struct {
    const gm_revision *revision; /* as the union has it */
    const gm_revision *base;     /* as the sides have it; NULL: not at all */
    const gm_revision *ours;
} gm_union_item;

/* Does the revision come from `ours`? Links make copies, so that its pointer does not say it. */
bool gm_union_is_ours(const gm_union_item *item, const gm_revision *revision);

typedef enum {
    GM_UNION_SAME_ID, /* both sides added the id, with different content */
    GM_UNION_TWICE,   /* both sides added it, as files of different names */
    GM_UNION_CHANGED, /* `ours` has changed the file */
    GM_UNION_RENAMED,
    GM_UNION_DELETED,
} gm_union_fault_kind;

typedef struct {
    gm_union_fault_kind kind;
    gm_str id;
    const gm_revision *start; /* NULL for the first two */
    const gm_revision *base;  /* NULL when that side has deleted what `ours` has changed */
    const gm_revision *ours;  /* NULL when it is deleted */
} gm_union_fault;

typedef struct {
    gm_map items; /* id -> gm_union_item */
    const gm_graph *graph;
    GM_VEC(gm_union_fault) faults;
} gm_union;

/* Whether one side alone has it; `node` is of the union's graph. */
bool gm_union_only_ours(const gm_union *made, const gm_node *node);
bool gm_union_only_base(const gm_union *made, const gm_node *node);

/*
 * `start` is NULL when the branches share no commit: then nothing counts as deleted, and what
 * differs counts as added by both. `ours_unreadable` (may be NULL) are the problems of files of
 * that side: what is behind them is not deleted.
 */
const gm_union *gm_union_make(gm_arena *arena, const gm_union_side *start,
                              const gm_union_side *base, const gm_union_side *ours,
                              const gm_problems *ours_unreadable);

#endif
