/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_PROGRAM_FACTS_H
#define GM_APP_CHECK_PROGRAM_FACTS_H

/*
 * Program facts: what a view's configuration and format say of where its models are and how they
 * are read, and the facts that come of it.
 */

#include "app/check/program_models.h"

/* Are its models classes of a program? */
bool gm_program_has_models(const gm_view *view);

gm_code gm_program_options_of(gm_project *project, const gm_view *view, gm_program_options *options,
                              gm_err *err);

/* Of `view`, as `examined` names things. */
gm_code gm_program_facts(gm_project *project, const gm_view *view, const gm_view *examined,
                         gm_orm_facts *facts, gm_err *err);

/* What writes a revision from the models: "flask db migrate -m TEXT". */
gm_str gm_program_command(gm_project *project, const gm_view *view);

#endif
