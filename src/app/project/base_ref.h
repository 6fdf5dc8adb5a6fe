/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_BASE_REF_H
#define GM_APP_PROJECT_BASE_REF_H

/*
 * Base ref: the branch that what is examined will be merged into.
 *
 * The first of: --base; the first parent of HEAD where HEAD is the merge that a host made of a pull
 * request; what a CI system says in its environment; `trunk:` of gmig.yml; the upstream of the
 * branch; origin/HEAD. A branch's own copy on the remote comes after origin/HEAD: work does not
 * land there. A name stands for refs/remotes/origin/NAME before anything else.
 */

#include "app/project/project.h"

typedef struct {
    gm_oid commit;  /* none: there is no base */
    gm_str name;    /* "origin/main", or the hex id; empty when there is none */
    gm_str why;     /* why it was taken: "from GITHUB_BASE_REF"; of none, what was looked for */
    gm_str missing; /* the branch that `commit` was an earlier commit of, since its tip is not here;
                       else empty */
} gm_base;

/*
 * `named` is --base, empty when it is not given. Finding none is no failure. GM_E_MISSING_OBJECT,
 * with the fetch that brings it, when the base is known by name and not in this clone;
 * GM_E_UNKNOWN_REF for a --base that git does not know.
 */
gm_code gm_base_find(gm_project *project, gm_str named, gm_base *base, gm_err *err);

/* GM_E_MISSING_OBJECT: `name`, a branch or a commit's id, is not in this clone; the hint has the
 * command that fetches it. */
gm_code gm_base_not_here(gm_project *project, gm_str name, const char *why, gm_err *err);

#endif
