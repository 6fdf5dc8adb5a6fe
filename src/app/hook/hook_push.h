/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_HOOK_HOOK_PUSH_H
#define GM_APP_HOOK_HOOK_PUSH_H

/*
 * Hook push: pre-push, pre-receive and update, which look at the refs of a push. For hook_run.c.
 *
 * A push may have a hundred thousand refs: what two of them share is looked at once, what was found
 * to be in order is forgotten, and after some refs that must be refused the others are only
 * counted.
 */

#include "app/hook/hook_run.h"

/* The lines on the hook's input. */
gm_code gm_hook_push(gm_project *project, const gm_hook_call *call, gm_hook_answer *answer,
                     gm_err *err);

/* The one ref in the arguments of update. */
gm_code gm_hook_update(gm_project *project, const gm_hook_call *call, gm_hook_answer *answer,
                       gm_err *err);

/* The commit behind an id that git gave, as hex; empty for zeros, for what is no commit, and for
 * one that is not here, as the tip of a remote that was not fetched. */
gm_code gm_hook_old_commit(gm_project *project, gm_str id, gm_str *hex, gm_err *err);

#endif
