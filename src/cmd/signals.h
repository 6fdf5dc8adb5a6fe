/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CMD_SIGNALS_H
#define GM_CMD_SIGNALS_H

/*
 * Signals of the program around a change of a database; while one is at work, runner/interrupt.h
 * has them.
 *
 * A reader of our output that goes away must not end us in the middle: its SIGPIPE is ignored, and
 * the lost output is found at the end. Ctrl-C, TERM and HUP with no database at work end the
 * program at once, with the status that they have everywhere: 130.
 */
void gm_signals_for_change(void);

#endif
