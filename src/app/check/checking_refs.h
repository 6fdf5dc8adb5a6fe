/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_CHECKING_REFS_H
#define GM_APP_CHECK_CHECKING_REFS_H

/*
 * Checking refs: which open branches get in each other's way once they are in the base.
 */

#include "app/check/checking.h"

/*
 * `globs` as gm_repo_refs takes them. Of options only at, allow_now, uniting and all count. Without
 * a base GM_E_UNKNOWN is noted as unseen, as is each branch with revisions of its own whose history
 * cannot be told.
 */
gm_code gm_checking_refs(gm_project *project, const gm_strs *globs,
                         const gm_checking_options *options, gm_checked *checked, gm_err *err);

#endif
