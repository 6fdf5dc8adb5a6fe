/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_CI_H
#define GM_APP_CHECK_CI_H

/*
 * CI: the check of a job, with what it is compared with found from the event that made it run.
 *
 * HEAD is looked at. A pull request or merge queue is united with what it goes to, as
 * app/project/base_ref.h finds it; the default branch with what it was before the push, so that a
 * shipped revision cannot be edited there either; any other branch with the default branch, where
 * that is in the clone.
 */

#include "app/check/checking.h"
#include "app/check/ci_environment.h"

typedef struct {
    gm_ci event;
    gm_str base;      /* --base; empty: as above */
    gm_str allow_now; /* GMIG_ALLOW */
    bool replay;
    bool all; /* at the repository's top: every project in it */
} gm_ci_call;

/* The process' environment, and what the file of an event says. */
gm_ci gm_ci_here(gm_arena *arena);

/*
 * As gm_checking_run. *others is empty but for the default branch: what the open branches that the
 * clone has will do to each other once they are in. That is theirs to mend: at most warnings, and
 * no reason for this job to fail.
 */
gm_code gm_ci_check(gm_project *project, const gm_ci_call *call, gm_checked *checked,
                    gm_checked *others, gm_err *err);

#endif
