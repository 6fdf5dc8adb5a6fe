/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_REPLAY_NOTES_H
#define GM_APP_CHECK_REPLAY_NOTES_H

/*
 * Replay notes: what a replay has shown, kept beside the states of a history, so that only new
 * revisions are ever replayed.
 */

#include "check/check.h"
#include "scratch/scratch.h"

/* The failures among the revisions that lead to `state`, by their place in the graph's order. */
void gm_replay_notes_keep_failures(gm_scratch *scratch, gm_str state, const gm_graph *graph,
                                   const gm_check_replay *made);
bool gm_replay_notes_failures(gm_scratch *scratch, gm_str state, const gm_graph *graph,
                              gm_check_replay *made);

/* How the models differ from what the history makes. */
void gm_replay_notes_keep_drift(gm_scratch *scratch, gm_str state, const gm_models *models,
                                const gm_check_replay *made);
bool gm_replay_notes_drift(gm_arena *arena, gm_scratch *scratch, gm_str state,
                           const gm_models *models, gm_check_replay *made);

#endif
