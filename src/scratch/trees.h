/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_SCRATCH_TREES_H
#define GM_SCRATCH_TREES_H

/*
 * Folders as a whole, and files that only we write. Links are never followed. Inside scratch/ only.
 */

#include <sys/types.h>

#include "base/str.h"

/* Removes the folder and all in it; what is gone already is fine. */
bool gm_tree_remove(const char *path);

/* Copies folders and regular files into the new folder `to`; what is made belongs to uid and gid
 * when the caller is root. Other kinds of files fail it. */
bool gm_tree_copy(const char *from, const char *to, uid_t uid, gid_t gid);

/* A file of at most `max` bytes that belongs to this user and that nobody else may write to; empty
 * for any other. */
gm_str gm_tree_read_own(gm_arena *arena, gm_str path, size_t max);

#endif
