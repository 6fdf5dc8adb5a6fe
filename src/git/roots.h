/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_ROOTS_H
#define GM_GIT_ROOTS_H

/*
 * Roots: the commits that a repository names, wherever git keeps names: HEADs of all worktrees, all
 * refs, stashes with what they kept of the index and of untracked files, ORIG_HEAD and its like,
 * reflogs. Together with the loose objects they are where work hides that no branch has any more.
 *
 * Names that cannot be read and ids whose objects are gone are left out: reflogs outlive objects.
 */

#include "git/repo.h"

typedef enum { /* what git cleans up last comes first */
               GM_ROOT_REF,
               GM_ROOT_WORKTREE, /* a HEAD that is detached */
               GM_ROOT_STASH,
               GM_ROOT_NOTE, /* ORIG_HEAD, FETCH_HEAD, MERGE_HEAD, … */
               GM_ROOT_REFLOG,
               GM_ROOT_UNREACHABLE,
} gm_root_kind;

typedef struct {
    gm_root_kind kind;
    gm_str name; /* "refs/heads/main", "stash@{1} (untracked files)", "HEAD@{3}"; "" where there is
                    none */
    gm_oid commit; /* or a tag, or what else a ref names */
} gm_root;

typedef GM_VEC(gm_root) gm_roots;

/* By kind, refs by name, reflogs newest first. */
gm_code gm_repo_roots(gm_arena *arena, gm_repo *repo, gm_roots *roots, gm_err *err);

/* A worktree of the repository (git-worktree); the first is the one that has the git folder. */
typedef struct {
    gm_str top;     /* absolute; empty: a bare repository */
    gm_str git_dir; /* absolute */
    bool current;   /* the one that `repo` was opened in */
} gm_worktree;

typedef GM_VEC(gm_worktree) gm_worktrees;

/* Those whose folder is there. */
void gm_repo_worktrees(gm_arena *arena, gm_repo *repo, gm_worktrees *worktrees);

#endif
