/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_KEEPING_H
#define GM_APP_PROJECT_KEEPING_H

/*
 * Keeping: one private PostgreSQL server for a session of work, in place of one for each command.
 */

#include "app/project/project.h"
#include "scratch/kept.h"

/*
 * Starts it, unless it runs; *made tells. GM_E_REFUSED where the project names a server of its own,
 * which its commands would use instead.
 */
gm_code gm_keeping_start(gm_project *project, int64_t lifetime_ms, gm_kept *kept, bool *made,
                         gm_err *err);

gm_kept gm_keeping_status(gm_arena *arena);

/* *was_running tells whether there was something to stop. */
gm_code gm_keeping_stop(gm_arena *arena, bool *was_running, gm_err *err);

#endif
