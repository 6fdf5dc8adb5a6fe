/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_CHECKING_MODELS_H
#define GM_APP_CHECK_CHECKING_MODELS_H

/*
 * Checking models: what the rules about models must know of one snapshot, read without a database.
 */

#include "app/project/project.h"
#include "check/check.h"

/* What changes are told from. */
typedef struct {
    bool nothing;  /* there was nothing before: the first commit */
    gm_str commit; /* empty: not known */
    gm_str start;  /* where nothing has changed since `commit`: where the branch began; empty: not
                      known */
} gm_models_base;

/*
 * Fills input->models and input->models_problems. The base is only looked at where models and
 * history disagree, to say what has changed since; where it cannot be read, that stays unsaid.
 */
gm_code gm_checking_models(gm_project *project, const gm_view *view, gm_models_base base,
                           gm_check_input *input, gm_err *err);

/* Models that cannot be read or loaded (GM_E_MODELS) become one of input->models_problems; any
 * other failure is the answer. */
gm_code gm_checking_models_problem(gm_arena *arena, gm_check_input *input, gm_err *failure,
                                   gm_err *err);

#endif
