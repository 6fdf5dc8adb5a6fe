/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_SCRATCH_KEPT_H
#define GM_SCRATCH_KEPT_H

/*
 * The private server that `gmig scratch start` keeps running between commands. One for each user:
 * the file `scratch-server` in the user's cache folder says where.
 *
 * That file counts only when it is this user's and nobody else may write to it, and the server's
 * folder only when it belongs to whom the server runs as, has mode 0700 and is locked by a watcher
 * that lives: nobody else can plant either.
 */

#include "base/err.h"

typedef struct {
    bool running;
    gm_str folder;   /* of its socket: the host to connect to */
    gm_str version;  /* "15" */
    int64_t started; /* seconds since 1970 */
    int64_t ends;
} gm_kept;

/* What is there. Anything that is wrong with it counts as nothing. */
gm_kept gm_kept_look(gm_arena *arena);

/*
 * Starts one, unless one runs; *made tells. It ends at gm_kept_stop or after `lifetime_ms`.
 * GM_E_NO_SCRATCH as gm_server_start; GM_E_IO when it cannot be written down where it is.
 */
gm_code gm_kept_start(gm_arena *arena, int64_t lifetime_ms, gm_kept *kept, bool *made, gm_err *err);

/* Ends it and waits until it is gone; *was_running tells whether there was one. */
gm_code gm_kept_stop(gm_arena *arena, bool *was_running, gm_err *err);

#endif
