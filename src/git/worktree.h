/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_WORKTREE_H
#define GM_GIT_WORKTREE_H

/*
 * Writing: the only code that puts project files into the work tree, the index, or the hooks
 * folder.
 */

#include "git/repo.h"

/*
 * Writes a new file at `path` (relative to the top), whole or not at all, making folders. GM_E_IO
 * when it exists already, or when a folder on the way is a symbolic link that leads out of the work
 * tree.
 */
gm_code gm_worktree_write(gm_repo *repo, gm_str path, gm_str bytes, gm_err *err);

/* The same for a file that is there: its bytes are replaced, whole or not at all. */
gm_code gm_worktree_replace(gm_repo *repo, gm_str path, gm_str bytes, gm_err *err);

/* Takes back a file that was just written, as far as that can be done. */
void gm_worktree_remove(gm_repo *repo, gm_str path);

/* Adds the file to the index, as `git add -- path`; also outside of a sparse checkout. */
gm_code gm_worktree_stage(gm_repo *repo, gm_str path, gm_err *err);

/*
 * The paths below `folder` ("" for the top) that a merge left in conflict, each once, in the order
 * of the index. None in a bare repository.
 */
gm_code gm_worktree_conflicts(gm_arena *arena, gm_repo *repo, gm_str folder, gm_strs *paths,
                              gm_err *err);

/* Where git looks for hooks: core.hooksPath as git resolves it, else <common dir>/hooks. Absolute.
 * GM_E_REFUSED where it is told to look nowhere. */
gm_code gm_repo_hooks_folder(gm_repo *repo, gm_str *folder, gm_err *err);

#endif
