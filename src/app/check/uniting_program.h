/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_UNITING_PROGRAM_H
#define GM_APP_CHECK_UNITING_PROGRAM_H

/*
 * Uniting a program: what the models of two branches want together, of which each has its own part
 * told alone (app/check/checking_program.h).
 */

#include "app/project/project.h"
#include "check/check.h"

/*
 * Fills united->program with what the merged models change and no revision of either branch names,
 * and united->twice with what both have, each with a revision of its own. The models' files are
 * merged in memory. GM_E_UNKNOWN, with the file, where those that matter do not merge.
 */
gm_code gm_program_united(gm_project *project, const gm_view *view, const gm_view *base,
                          const gm_view *start, gm_check_union *united, gm_err *err);

#endif
