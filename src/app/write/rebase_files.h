/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_REBASE_FILES_H
#define GM_APP_WRITE_REBASE_FILES_H

/*
 * Rebase files: the files that a rebase writes, and the note that takes them back:
 * gmig-rebase in the git folder of the worktree, with the paths and blob ids of the last one.
 */

#include "app/write/rebase.h"

/*
 * Is the file in git as it is, so that it can be taken back? It is committed; or git is in the
 * middle of a merge, a rebase or a pick, and has it in the index.
 */
bool gm_rebase_in_git(gm_project *project, const gm_entry *entry);

/* All or nothing, as far as that can be done. */
gm_code gm_rebase_write(gm_project *project, const gm_rebase_moves *moves, bool stage, gm_err *err);

#endif
