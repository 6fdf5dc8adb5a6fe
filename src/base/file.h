/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_BASE_FILE_H
#define GM_BASE_FILE_H

/*
 * Files and paths. Project files are read through git/snapshot.h, never through this.
 */

#include "base/err.h"

/* The whole file; GM_E_IO when it cannot be read, is no regular file, or is larger than `max`
 * bytes. */
gm_code gm_file_read(gm_arena *arena, gm_str path, size_t max, gm_str *bytes, gm_err *err);

/*
 * Writes the file whole or not at all: a temporary file in the same folder, fsync, rename. Without
 * `replace` an existing file is left alone and the answer is GM_E_IO. The mode is 0666 less the
 * umask, plus x bits if `executable`.
 */
typedef struct {
    bool replace;
    bool executable;
} gm_write_options;
gm_code gm_file_write(gm_str path, gm_str bytes, gm_write_options options, gm_err *err);

/*
 * Writes to a place that a person named: a device, a fifo or a link (/dev/stdout is one) stays what
 * it is and is written into; anything else is replaced as gm_file_write does.
 */
gm_code gm_file_put(gm_str path, gm_str bytes, gm_err *err);

/* Adds to the end of the file, which is made where there is none. */
gm_code gm_file_append(gm_str path, gm_str bytes, gm_err *err);

/* To an open file; false with errno. */
bool gm_file_write_all(int fd, gm_str bytes);

size_t gm_file_size(gm_str path); /* 0 where there is no such file */

bool gm_file_exists(gm_str path); /* follows links; anything counts */
bool gm_file_is_folder(gm_str path);
gm_code gm_folder_make(gm_str path, gm_err *err); /* as mkdir -p */

/* "a/b" from "a" and "b"; `name` alone when it is absolute or `folder` is empty. */
gm_str gm_path_join(gm_arena *arena, gm_str folder, gm_str name);
gm_str gm_path_folder(gm_str path);                     /* "a" of "a/b", "/" of "/b", "" of "b" */
gm_str gm_path_name(gm_str path);                       /* "b" of "a/b" */
gm_str gm_path_as_folder(gm_arena *arena, gm_str path); /* "a/b/" of "a/b", "./" of "" */

/* Absolute, without ".", "..", doubled or trailing slashes; links are not resolved. Relative to the
 * current folder. */
gm_str gm_path_absolute(gm_arena *arena, gm_str path);

/* `path` as seen from `folder`, both absolute and clean: "b/c", "../x", or "." when they are the
 * same. */
gm_str gm_path_relative(gm_arena *arena, gm_str folder, gm_str path);

#endif
