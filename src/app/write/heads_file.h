/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_HEADS_FILE_H
#define GM_APP_WRITE_HEADS_FILE_H

/*
 * Heads file: the file of history/heads_file.h that `heads_file:` in gmig.yml names. Commands that
 * write revisions write it along; gmig itself reads it only to tell whether it is right.
 */

#include "app/project/heads_path.h"

/* What a command did with it. */
typedef struct {
    gm_str path; /* relative to the top; empty: the project has none */
    bool written;
} gm_heads_written;

/*
 * Before a command writes anything: GM_E_REFUSED where another file is in its place. Fills the
 * path.
 */
gm_code gm_heads_file_allowed(const gm_project *project, const gm_view *view,
                              gm_heads_written *heads, gm_err *err);

/*
 * Makes it say what the heads of the work tree are now, with conflict markers or without; a file
 * that says so is left alone. With `stage` it is added to the index. Nothing where heads->path is
 * empty.
 */
gm_code gm_heads_file_write(gm_project *project, bool stage, gm_heads_written *heads, gm_err *err);

#endif
