/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_COMMUTE_H
#define GM_APP_WRITE_COMMUTE_H

/*
 * Commute: do the branches that a merge joins make one schema, whichever of them a database has
 * had first?
 *
 * What all heads have in common runs first; it is found as a set, so that crossing merges and forks
 * below earlier merges are no special case. Behind it the rest runs in the order that `upgrade`
 * plans for a new database, and once for each head with that head's revisions first, the others in
 * the planned order behind them: these are the ways that a database of each branch goes. Orders of
 * three and more branches that no database is on are not tried.
 *
 * Scratch has no rows but those that revisions write: what becomes of rows is not proved.
 */

#include "app/project/project_scratch.h"

/* A revision of a conflict, and where it stands there. */
typedef struct {
    const gm_revision *revision;
    gm_str path;
    size_t line;
    gm_str statement; /* empty: no single one does it, and `line` is that of the section */
} gm_conflict_side;

/* Two revisions of different branches that do not commute: there is an order in which one stands
 * right behind the other, and changing them about makes another schema. */
typedef struct {
    gm_dialect dialect;
    gm_conflict_side first; /* in the order that fails, where one does */
    gm_conflict_side second;
    gm_str failure; /* what the database says in that order; empty: both run, schemas differ */
    const gm_revision
        *fails;      /* what it says that of: the second, or one that needs it; else NULL */
    gm_strs objects; /* those concerned, with what becomes of them: "add column users.email" */
} gm_conflict;

typedef GM_VEC(gm_conflict) gm_conflicts;

typedef struct {
    bool proved;
    gm_str unproved;        /* why not, where no conflict is the reason */
    gm_conflicts conflicts; /* one a dialect at most: that which comes to light first */
    gm_strs rows;           /* revisions that write rows, where several branches do */
} gm_proof;

/*
 * Of each configured dialect. `heads` are nodes of the view's graph, which has the SQL. A history
 * that does not run by itself, and a scratch that cannot be had, are no failures but reasons in
 * `unproved`.
 */
gm_code gm_commute(gm_project *project, const gm_view *view, const gm_nodes *heads, gm_proof *proof,
                   gm_err *err);

/* A conflict in one line, and both statements with their places and what is concerned, a line each.
 */
gm_str gm_conflict_text(gm_arena *arena, const gm_conflict *conflict);
gm_str gm_conflict_detail(gm_arena *arena, const gm_conflict *conflict);

#endif
