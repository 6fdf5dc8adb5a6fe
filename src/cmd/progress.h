/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CMD_PROGRESS_H
#define GM_CMD_PROGRESS_H

/*
 * Progress of a run: on a terminal a live line (count, elapsed time, the running statement), else
 * one plain line a revision, printed as applied only after its commit is confirmed.
 */

#include "app/move/move.h"
#include "cmd/output.h"

typedef struct gm_progress gm_progress;

gm_progress *gm_progress_new(gm_invocation *invocation);
void gm_progress_end(gm_progress *progress); /* takes the live line away */

/* For gm_move_options and gm_annotate_options, with the progress as `data`. */
void gm_progress_announce(void *data, const gm_target *target);
void gm_progress_waiting(void *data, gm_str holder);
void gm_progress_tell(void *data, const gm_run_event *event);
bool gm_progress_confirm(void *data, gm_str question);

#endif
