/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_HOOK_HOOK_REBASE_H
#define GM_APP_HOOK_HOOK_REBASE_H

/*
 * Hook rebase: what post-rewrite has to say after a rebase. It put the branch's commits behind
 * others, but the branch's first revision still has the parent that it had.
 */

#include "app/project/project.h"

/*
 * The commit (hex) that the branch stands on now, from what git writes to post-rewrite's input: a
 * line "old new" for each commit, in their order. Empty where that cannot be told.
 */
gm_str gm_hook_rebased_onto(gm_project *project, gm_str input);

/*
 * Which revisions to move, and the command that does it, for one divergent group of the heads of
 * `view`. Empty where the heads are not of both sides.
 */
gm_str gm_hook_chain(gm_project *project, gm_str onto, const gm_view *view, const gm_nodes *heads);

#endif
