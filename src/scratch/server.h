/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_SCRATCH_SERVER_H
#define GM_SCRATCH_SERVER_H

/*
 * A private PostgreSQL server from the programs on this machine. Inside scratch/ only.
 *
 * It listens on a unix socket in a folder of its own (mode 0700) and nowhere else, and writes
 * nothing to stay. A watcher, a process of its own, ends it and removes the folder when the process
 * that started it ends, however that ends; should the watcher be killed too, the kernel ends the
 * server, and the next start removes the folder.
 *
 * initdb and postgres refuse to run as root: for root they run as the user postgres, else nobody.
 */

#include "base/err.h"

typedef struct gm_scratch_server gm_scratch_server;

/* The role of its superuser. */
#define GM_SERVER_OWNER "gmig_owner"

/*
 * GM_E_NO_SCRATCH: no programs, or they do not work. The server lives in `arena`. `lifetime_ms` is
 * for gm_server_keep; 0: it will not be kept.
 */
gm_code gm_server_start(gm_arena *arena, int64_t lifetime_ms, gm_scratch_server **server,
                        gm_err *err);

/* Its folder, which is the host to connect to. */
gm_str gm_server_folder(const gm_scratch_server *server);

/*
 * Lets it run when this process is gone, until gm_server_ask_to_end or for its lifetime. It is
 * nobody's then: gm_server_stop does nothing more. GM_E_IO when its watcher is gone.
 */
gm_code gm_server_keep(gm_scratch_server *server, gm_err *err);

/* Tells the watcher of a kept server to end it; false when it does not listen. */
bool gm_server_ask_to_end(gm_arena *arena, gm_str folder);

/* Waits until it has ended and its folder is gone; NULL is fine. */
void gm_server_stop(gm_scratch_server *server);

#endif
