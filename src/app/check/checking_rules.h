/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_CHECKING_RULES_H
#define GM_APP_CHECK_CHECKING_RULES_H

/*
 * Whose `rules:`, `allow:`, `trunk:` and `shipped:` a check goes by.
 *
 * Where a base is examined, the base's gmig.yml (check/check.h says how), so far as it has one:
 * until then the file that brings the project in counts. Without a base the work tree and the index
 * are the developer's own and judged by what they have; a commit is judged by the examining file.
 */

#include "app/project/project.h"
#include "check/check.h"

/* Is `at`, as --at takes it, the developer's own? */
bool gm_checking_judges_itself(gm_str at);

/* Of one gmig.yml. */
gm_check_settings gm_checking_settings(gm_arena *arena, const gm_config *config);
void gm_checking_own_rules(gm_arena *arena, const gm_config *config, gm_check_input *input);

/*
 * For `view`, which is at `at` and was united with `base`. A base that cannot be read here was told
 * already, as what cannot be united; then it is as without one.
 */
void gm_checking_rules(gm_project *project, gm_str at, const gm_view *view,
                       const gm_seen_base *base, gm_check_input *input);

/* The settings at a commit. *settings is NULL where it has no gmig.yml. */
gm_code gm_checking_settings_at(gm_project *project, gm_str commit,
                                const gm_check_settings **settings, gm_err *err);

#endif
