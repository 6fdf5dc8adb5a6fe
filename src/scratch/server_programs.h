/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_SCRATCH_SERVER_PROGRAMS_H
#define GM_SCRATCH_SERVER_PROGRAMS_H

/*
 * Which programs make the private server, as whom they run, and where. Inside scratch/ only.
 */

#include <sys/types.h>

#include "base/err.h"

typedef struct {
    gm_str initdb;
    gm_str postgres;
    gm_str key; /* names this build of the programs: for the cache of what initdb makes */
    uid_t uid;  /* whom they run as: us, but not root */
    gid_t gid;
} gm_server_programs;

/*
 * The newest of Debian's and Red Hat's folders, of PATH, and the one that GMIG_PGBIN names before
 * all. GM_E_NO_SCRATCH with the cure when there are none, or nobody to run them as.
 */
gm_code gm_server_find_programs(gm_arena *arena, gm_server_programs *programs, gm_err *err);

/*
 * A new folder of mode 0700 for a server, owned by who runs it: in memory where that has room, else
 * in the folder for temporary files. Its file "lock" is locked through *lock; folders that nobody
 * has locked are removed on the way. GM_E_IO.
 */
gm_code gm_server_new_folder(gm_arena *arena, const gm_server_programs *programs, gm_str *folder,
                             int *lock, gm_err *err);

/* gmig's folder for what may be made again; empty: there is none. */
gm_str gm_server_cache_folder(gm_arena *arena);

typedef enum { GM_SERVER_RUNS, GM_SERVER_IS_DEAD, GM_SERVER_IS_NONE } gm_server_folder_state_of;

/*
 * Of a folder that gm_server_new_folder of this user has made: its watcher lives, or is gone.
 * Anything else, such as what another user has put there, is none.
 */
gm_server_folder_state_of gm_server_folder_state(gm_arena *arena, gm_str folder);

/* Where initdb's work is kept for the next start; empty: nowhere. */
gm_str gm_server_cache(gm_arena *arena, const gm_server_programs *programs);

#endif
