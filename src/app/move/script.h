/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_MOVE_SCRIPT_H
#define GM_APP_MOVE_SCRIPT_H

/*
 * Script: what upgrade, downgrade and stamp would do, as SQL for psql or the sqlite3 shell. No
 * database is opened: where it stands is said, and the script's guards hold it to that.
 */

#include "app/move/move.h"

/* options->from says where the database stands. GM_E_REFUSED where the goal lies the other way. */
gm_code gm_script_move(gm_project *project, const gm_move_options *options, gm_dialect dialect,
                       gm_str *script, gm_err *err);

/* The rows of what lies between `from` and `goal`: written on the way up, removed on the way down.
 */
gm_code gm_script_stamp(gm_project *project, gm_str at, gm_str from, gm_str goal,
                        gm_dialect dialect, gm_str *script, gm_err *err);

#endif
