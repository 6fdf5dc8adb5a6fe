/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_CHILD_H
#define GM_GIT_CHILD_H

/*
 * Child: the `git` program as a process of its own, without a shell.
 *
 * Its input is a socket, so that writing to one that has died is an error and no SIGPIPE. Every
 * wait has a deadline; a child that misses it is killed by its id. What it says on its error stream
 * is kept for messages.
 */

#include "base/err.h"

typedef struct gm_child gm_child;

typedef struct {
    const char *const *argv; /* argv[0] is looked up in PATH; NULL-terminated */
    char *const *environment;
    const char *folder; /* to run in */
    int timeout_ms;     /* for each wait on it */
} gm_child_options;

/* GM_E_GIT when it cannot be started. */
gm_code gm_child_start(const gm_child_options *options, gm_child **child, gm_err *err);
void gm_child_close(gm_child *child); /* ends it where it still runs; NULL is fine */

/* Each answers false when the child has ended, or missed its deadline. */
bool gm_child_write(gm_child *child, gm_str bytes);
bool gm_child_line(gm_child *child, gm_arena *arena, gm_str *line); /* without its LF */
bool gm_child_bytes(gm_child *child, char *to, size_t len);         /* NULL: throws them away */

/* Waits for its end. The exit status, or 128 and the signal's number. */
int gm_child_end(gm_child *child);

/* What it said on its error stream, trimmed. */
gm_str gm_child_messages(gm_child *child, gm_arena *arena);

typedef struct {
    int status;
    gm_str output;
    gm_str messages;
} gm_child_result;

/*
 * Runs a command to its end: `input` in, at most `max` bytes out. GM_E_GIT when it cannot be
 * started, misses its deadline or says more; what its status means is the caller's to judge.
 */
gm_code gm_child_run(gm_arena *arena, const gm_child_options *options, gm_str input, size_t max,
                     gm_child_result *result, gm_err *err);

#endif
