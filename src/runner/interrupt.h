/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_INTERRUPT_H
#define GM_RUNNER_INTERRUPT_H

/*
 * Interrupt: Ctrl-C, TERM and HUP while a database is being changed.
 *
 * The first one cancels the running statement, or the wait for the lock; the runner sees it, rolls
 * back and reports. The second one ends the process at once with 130 (the server then rolls back by
 * itself). Meanwhile SIGPIPE and SIGXFSZ are ignored.
 */

#include "db/db.h"

/* Handles the signals for this connection until gm_interrupt_release, which gives them back to
 * whoever had them. One connection at a time. */
void gm_interrupt_watch(gm_db *db);
void gm_interrupt_release(void);

/* Since gm_interrupt_watch; false again after gm_interrupt_release. */
bool gm_interrupt_seen(void);

/* Nothing has been done yet, and nothing will be: the error of a run that ends before its first
 * step. */
gm_code gm_interrupt_fail(gm_err *err);

#endif
