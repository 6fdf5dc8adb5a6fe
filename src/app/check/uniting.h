/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_UNITING_H
#define GM_APP_CHECK_UNITING_H

/*
 * Uniting: what the rules must know of the history that a view and its base will make together.
 */

#include "app/project/project.h"
#include "check/check.h"

typedef struct {
    gm_str base;    /* as gm_base_find takes it */
    gm_str shown;   /* what messages call it; empty: as gm_base_find does */
    gm_str why;     /* of a base that nobody named with --base; else empty */
    bool replaces;  /* what is checked takes the base's place, as a push to the trunk does: what the
                       base has was there, wherever the branches began */
    bool warn_only; /* findings weigh no more than a warning */
} gm_uniting_options;

/*
 * Fills input->united, and what is told of the base. Without a base nothing but seen->why is
 * filled. Fails with an exit status of 3 where the base, or where the branches began, cannot be
 * looked at: seen says what base it is. GM_E_UNKNOWN_REF for a `base` that git does not know.
 */
gm_code gm_uniting(gm_project *project, const gm_view *view, const gm_uniting_options *options,
                   gm_check_input *input, gm_seen_base *seen, gm_err *err);

#endif
