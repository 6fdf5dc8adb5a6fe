/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_REPLAYING_H
#define GM_APP_CHECK_REPLAYING_H

/*
 * Replaying: run a whole history in scratch, each revision up, down and up again, and compare what
 * it makes with the models or with a database.
 */

#include "app/project/project_scratch.h"
#include "check/check.h"

/* In every configured dialect; appends to input->replays. */
gm_code gm_replaying_models(gm_project *project, const gm_view *view, gm_check_input *input,
                            gm_err *err);

/* What `target` has against what its ledger says is applied. */
gm_code gm_replaying_database(gm_project *project, const gm_view *view, gm_str target,
                              gm_check_input *input, gm_err *err);

#endif
