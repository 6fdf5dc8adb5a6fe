/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_BELOW_H
#define GM_GIT_BELOW_H

/* Files below a folder, reached without following any symbolic link on the way. */

#include <dirent.h>
#include <sys/stat.h>

#include "base/err.h"

/* Opens `path` (relative, clean; "" is the folder) below `folder`, or -1 with errno: ELOOP or
 * ENOTDIR for a link on the way or at the end. */
int gm_below_open(gm_str folder, gm_str path, int flags);

/* A folder to be read; NULL when it is not there, or a link stands in its place or on the way.
 * GM_E_IO. */
gm_code gm_below_list(gm_str folder, gm_str path, DIR **dir, gm_err *err);

/* lstat; false with errno. */
bool gm_below_stat(gm_str folder, gm_str path, struct stat *status);

/*
 * Reads a regular file of at most `max` bytes. GM_E_HISTORY when it is larger; *found is false when
 * there is none.
 */
gm_code gm_below_read(gm_arena *arena, gm_str folder, gm_str path, size_t max, gm_str *bytes,
                      bool *found, gm_err *err);

/* `path` without ".", doubled and trailing slashes. False when it leads out by "..", or is
 * absolute. */
bool gm_below_clean(gm_arena *arena, gm_str path, gm_str *clean);

#endif
