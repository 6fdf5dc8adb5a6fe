/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_PLACES_H
#define GM_APP_PROJECT_PLACES_H

/*
 * Places: {branch} and {worktree} in a target's URL, for a database a branch or a worktree.
 *
 * Each stands for a slug: lower case, letters, digits and "-" alone, short enough that the name of
 * the database or file around it has at most 63 bytes (PostgreSQL's limit). What is too long is cut
 * and ends in a hash of the whole.
 */

#include "app/project/project.h"

typedef struct {
    gm_str branch;   /* "feature/x"; "HEAD" where none is checked out */
    gm_str worktree; /* absolute folder */
} gm_dev_place;

/* Does the URL name a place? */
bool gm_has_place(gm_str url);
bool gm_has_branch(gm_str url);
bool gm_has_worktree(gm_str url);

/* Where `project` stands; in a rebase the branch that is rebased. GM_E_NO_REPO. */
gm_code gm_dev_place_here(gm_project *project, gm_dev_place *place, gm_err *err);

/* The place whose database others are made from: the trunk, and the first worktree. */
gm_code gm_dev_place_trunk(gm_project *project, gm_dev_place *place, gm_err *err);

/* The trunk as git alone has it, whatever gmig.yml says: the branch of origin/HEAD, else main or
 * master; empty where there is none. */
gm_str gm_trunk_of_git(gm_project *project);

/* The URL of a place. GM_E_CONFIG where what stands around a name leaves it no room. */
gm_code gm_dev_place_fill(gm_arena *arena, gm_str pattern, const gm_dev_place *place, gm_str *url,
                          gm_err *err);

#endif
