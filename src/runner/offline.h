/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_OFFLINE_H
#define GM_RUNNER_OFFLINE_H

/*
 * Offline: the same run as a script for psql or the sqlite3 shell, to be read and handed to whoever
 * may touch the database.
 *
 * The script makes the ledger, writes the rows that the runner would, and stops at the first error.
 * Each revision's transaction begins with guards: the revision is not there yet, what it needs is.
 * Sections with transaction=off are marked; when one fails half way, the script cannot resume.
 */

#include "history/plan.h"
#include "runner/runner.h"

/* `steps` are those of `plan`, made ready. Without steps the script is a comment that says so. */
gm_str gm_offline_script(gm_arena *arena, const gm_ledger *ledger, const gm_plan *plan,
                         const gm_run_steps *steps, const gm_run_options *options);

/* The rows alone, in one transaction: what `gmig stamp` writes. */
gm_str gm_offline_stamp(gm_arena *arena, const gm_ledger *ledger, const gm_plan *plan,
                        const gm_run_steps *steps, const gm_run_options *options);

#endif
