/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_UNITING_MODELS_H
#define GM_APP_CHECK_UNITING_MODELS_H

/*
 * Uniting models: what two branches both say of the models since they parted.
 *
 * Fingerprints are sums. So the union's models and revisions are apart by what the two sides are
 * apart, which each side is told for itself, but for a fact that both have added, or taken away: in
 * the models it counts once, and in the revisions twice.
 */

#include "app/project/project.h"
#include "check/check.h"

/* Fills united->twice. Models that cannot be read add nothing: of those that are checked the rules
 * about models tell, and the base's are its own. */
void gm_uniting_models(gm_project *project, const gm_view *ours, const gm_view *base,
                       const gm_view *start, gm_check_union *united);

/* Models that are classes of a program are merged and read (checking_program.h): fills
 * united->program, or united->models_unseen. */
void gm_uniting_program(gm_project *project, const gm_view *ours, const gm_view *base,
                        const gm_view *start, gm_check_union *united);

#endif
