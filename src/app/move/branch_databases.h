/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_MOVE_BRANCH_DATABASES_H
#define GM_APP_MOVE_BRANCH_DATABASES_H

/*
 * Branch databases: those that gmig made for a branch or a worktree, as copies of the trunk's.
 *
 * `gmig/targets.json` in the git folder that all worktrees share has them, without secrets. Nothing
 * else is ever dropped, and none that is not the very one that was made: a file by its inode, a
 * PostgreSQL database by its oid.
 */

#include "app/project/places.h"

typedef struct {
    gm_str target;   /* its name in gmig.yml */
    gm_str shown;    /* its URL without secrets */
    gm_str branch;   /* empty: the URL has no {branch} */
    gm_str worktree; /* empty: the URL has no {worktree} */
    gm_str folder;   /* where relative paths of its URL start */
    gm_str identity;
    gm_str created; /* ISO 8601, UTC */
} gm_branch_database;

typedef GM_VEC(gm_branch_database) gm_branch_database_list;

/* Those that are recorded, oldest first. */
gm_code gm_branch_databases(gm_project *project, gm_branch_database_list *list, gm_err *err);

/* Its branch or its worktree is not there any more. */
bool gm_branch_database_is_orphan(gm_project *project, const gm_branch_database *database);

/*
 * Makes the target's database where it has a place in its URL and is not there. `*made` is what was
 * done, for a person; empty when nothing was. GM_E_REFUSED where another branch's name gives the
 * same one.
 */
gm_code gm_branch_database_ensure(gm_project *project, const gm_target *target, gm_str *made,
                                  gm_err *err);

/* Drops it, and forgets it; one that is gone already is only forgotten. GM_E_REFUSED where
 * something else has its name now. */
gm_code gm_branch_database_drop(gm_project *project, const gm_branch_database *database,
                                gm_err *err);

#endif
