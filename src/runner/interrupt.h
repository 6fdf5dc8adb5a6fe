/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_INTERRUPT_H
#define GM_RUNNER_INTERRUPT_H

/*
 * Interrupt: Ctrl-C, TERM and HUP while a database is being changed.
 *
 * The first one cancels the running statement; the runner sees it, rolls back and reports. The
 * second one ends the process at once (the server then rolls back by itself).
 */

#include "db/db.h"

/* Handles the signals for this connection until gm_interrupt_release. */
void gm_interrupt_watch(gm_db *db);
void gm_interrupt_release(void);

bool gm_interrupt_seen(void);

#endif
