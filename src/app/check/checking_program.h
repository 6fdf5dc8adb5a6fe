/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_CHECKING_PROGRAM_H
#define GM_APP_CHECK_CHECKING_PROGRAM_H

/*
 * Checking a program: do its models want another schema than at the base, and does a revision that
 * came since say so?
 *
 * For formats whose revisions are code beside models that are classes. No revision is compared with
 * the models themselves: that takes a database. docs/missing-migration.md says what that misses.
 */

#include "app/check/checking_models.h"

/*
 * Fills input->program. Changes are told from base.commit, and where there are none since from
 * base.start; revisions count that were added or edited since base.start, where it is known, else
 * since base.commit. `hook`: only what is committed now is looked at, base.commit's changes.
 * GM_E_UNKNOWN when the base's models cannot be read.
 */
gm_code gm_checking_program(gm_project *project, const gm_view *view, gm_models_base base,
                            bool hook, gm_check_input *input, gm_err *err);

#endif
