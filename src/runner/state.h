/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_STATE_H
#define GM_RUNNER_STATE_H

/*
 * State: what the files and the ledger together say of each revision. Pure: no database is asked.
 */

#include "history/plan.h"
#include "runner/ledger.h"

typedef struct {
    const gm_node *node;      /* NULL: a phantom, in the ledger and not in the files */
    const gm_ledger_row *row; /* NULL: pending, in the files and not in the ledger */
    bool changed; /* applied, and the file has other up statements now (or none for this dialect) */
    bool retexted;   /* applied with the same statements, but other text: blob, message, down */
    bool reparented; /* applied, and the file names other parents or depends */
    bool late;       /* pending below an applied descendant */
} gm_revision_state;

typedef GM_VEC(const gm_revision_state *) gm_revision_states;

typedef struct {
    const gm_graph *graph;
    const gm_ledger *ledger;
    gm_node_set applied;           /* what the database has of this graph */
    GM_VEC(gm_revision_state) all; /* the graph's order, then phantoms by sequence */
    gm_revision_states phantoms;
    gm_revision_states changed;
    gm_revision_states touched; /* retexted or reparented, and not changed */
    gm_revision_states pending;
    gm_revision_states late;
} gm_state;

/* GM_E_HISTORY when the statements of a changed file cannot be told apart. */
gm_code gm_state_build(gm_arena *arena, const gm_graph *graph, const gm_ledger *ledger,
                       gm_state **state, gm_err *err);

/* Applied heads, phantoms included, newest first: what `current` shows. */
gm_strs gm_state_heads(gm_arena *arena, const gm_state *state);

/*
 * Does `phantom` descend from one of `goal`? Along the ledger's parents through other phantoms,
 * then along the graph's.
 */
bool gm_state_phantom_descends(const gm_state *state, const gm_revision_state *phantom,
                               const gm_nodes *goal);

/* The row that a revision has (or would have) in the ledger as its file is now. Sequence, times,
 * actor and commit are left empty. */
gm_code gm_state_row(gm_arena *arena, const gm_revision *revision, gm_dialect dialect,
                     gm_ledger_row *row, gm_err *err);

/* The id that git has for the file, in hex, or would have: without a repository it is computed. */
gm_str gm_state_blob(gm_arena *arena, const gm_revision *revision);

/* A revision made of its row: all that is known of a phantom. It has no up. */
gm_revision *gm_state_revision(gm_arena *arena, const gm_ledger_row *row, gm_dialect dialect);

#endif
