/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_REBASE_PROOF_H
#define GM_APP_WRITE_REBASE_PROOF_H

/* Rebase proof: the history as it will be, run in scratch before anything is written. */

#include "app/write/rebase.h"

/* Fills result->proved and ->unproved. GM_E_REFUSED where it does not run, unless the options let
 * that be. */
gm_code gm_rebase_prove(gm_project *project, const gm_rebase_options *options, const gm_view *after,
                        gm_rebase_result *result, gm_err *err);

#endif
