/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_MOVE_COMMAND_H
#define GM_APP_MOVE_COMMAND_H

/*
 * Command: the project's own migration command, as gmig.yml of the work tree names it in `runner`.
 *
 *     runner:
 *       command: [flask, db]           # gets "upgrade GOAL", "downgrade GOAL" or "stamp GOAL"
 *       migrate: [flask, db, migrate]  # gets "-m MESSAGE", Django's "-n NAME"
 *       env: {DATABASE_URL: "{url}"}   # what tells it the target
 *
 * It is run without a shell, in gmig.yml's folder, with nothing on its input; what it prints goes
 * to gmig's error stream. A password is in its environment alone, never among its words.
 */

#include "app/project/project.h"

/* GM_E_CONFIG, naming what gmig.yml lacks. `what` is the thing that cannot be done without. */
gm_code gm_command_need(const gm_project *project, const char *what, gm_err *err);

/* The words of a command, as a shell would take them. */
gm_str gm_command_shown(gm_arena *arena, const gm_strs *words);

/*
 * Runs `words` to the end; `target` (may be NULL) is for the environment. A first signal is handed
 * on to it. *status is its exit status, or 128 and the signal's number. GM_E_CONFIG when it cannot
 * be started.
 */
gm_code gm_command_run(const gm_project *project, const gm_strs *words, const gm_target *target,
                       int *status, gm_err *err);

#endif
