/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_REPO_H
#define GM_GIT_REPO_H

/*
 * Repo: one git repository, opened as the environment says (GIT_DIR, GIT_INDEX_FILE, the quarantine
 * of a push).
 *
 * libgit2 answers; what libgit2 1.5 refuses and git can read (SHA-256, reftable, sparse and split
 * indexes, unknown extensions, blobs that a partial clone must fetch) is answered by the `git`
 * program behind the same functions. Nothing here runs code that the repository holds: no filters
 * from a tree, no hooks, no textconv.
 */

#include "base/err.h"
#include "base/oid.h"

typedef struct gm_repo gm_repo;

typedef enum {
    GM_REPO_CLEAN,
    GM_REPO_MERGE,
    GM_REPO_REBASE,
    GM_REPO_CHERRY_PICK,
    GM_REPO_REVERT,
    GM_REPO_BISECT,
} gm_repo_state;

typedef struct {
    gm_str name; /* "refs/heads/main"; "HEAD" when detached */
    gm_oid commit;
    gm_str upstream; /* of a branch, "refs/remotes/…"; else empty */
} gm_ref;

typedef GM_VEC(gm_ref) gm_refs;

typedef struct {
    gm_oid oid;
    gm_oid tree;
    GM_VEC(gm_oid) parents; /* as written in the commit, also at a shallow boundary */
    gm_str author;          /* "Name <mail>" */
    int64_t time;           /* of the committer, seconds UTC */
    gm_str subject;
} gm_commit;

/*
 * Finds the repository of `folder` (absolute) as git does. GM_E_NO_REPO when there is none;
 * GM_E_GIT, with git's own words and the cure (safe.directory, …), when there is one that cannot be
 * opened.
 */
gm_code gm_repo_open(gm_arena *arena, gm_str folder, gm_repo **repo, gm_err *err);
void gm_repo_close(gm_repo *repo);
void gm_repo_drop(gm_repo **repo); /* for GM_CLEANUP */

gm_str gm_repo_top(const gm_repo *repo);        /* absolute work tree; empty when bare */
gm_str gm_repo_git_dir(const gm_repo *repo);    /* absolute; of this worktree */
gm_str gm_repo_common_dir(const gm_repo *repo); /* absolute; shared by all worktrees */
bool gm_repo_is_shallow(const gm_repo *repo);
bool gm_repo_is_partial(const gm_repo *repo); /* a promisor remote is configured */
gm_repo_state gm_repo_get_state(const gm_repo *repo);

/*
 * What HEAD is. *unborn: the branch has no commit yet (head->commit is none). A detached HEAD has
 * the name "HEAD".
 */
gm_code gm_repo_head(gm_repo *repo, gm_ref *head, bool *unborn, gm_err *err);

/* A commit-ish (branch, tag, id, HEAD~2, …) -> the commit. GM_E_UNKNOWN_REF. */
gm_code gm_repo_resolve(gm_repo *repo, gm_str name, gm_oid *commit, gm_err *err);

/* A tag is followed to its commit; GM_E_UNKNOWN_REF when it leads to something else,
 * GM_E_MISSING_OBJECT when it is not here. */
gm_code gm_repo_peel(gm_repo *repo, const gm_oid *oid, gm_oid *commit, gm_err *err);

/*
 * The refs that match one of `globs` (as `git for-each-ref`: a prefix up to a slash, or a pattern;
 * also without "refs/heads/" or "refs/remotes/" before it); without globs all heads and remotes.
 * Tags are peeled; refs that are no commits and refs/remotes/…/HEAD are left out. A branch and its
 * upstream at the same commit count once (the branch). In the order of their names.
 */
gm_code gm_repo_refs(gm_repo *repo, const gm_strs *globs, gm_refs *refs, gm_err *err);

/* A branch without the folder of its kind; of any other ref the whole name, so that in a list of
 * refs a tag is not taken for a branch. */
gm_str gm_branch_name(gm_str ref);

/* Any ref without the folder that git adds when it reads the name again. */
gm_str gm_ref_short(gm_str ref);

gm_code gm_repo_commit(gm_repo *repo, const gm_oid *oid, gm_commit *commit, gm_err *err);

/* One of gm_repo_merge_bases; *found is false when the histories share none. GM_E_MISSING_OBJECT
 * where a shallow clone ends before one is found. */
gm_code gm_repo_merge_base(gm_repo *repo, const gm_oid *a, const gm_oid *b, gm_oid *base,
                           bool *found, gm_err *err);

/*
 * All best common ancestors of `one` and the commit that a merge of `others` would make, as `git
 * merge-base --all`: none when the histories share none, several where branches were merged
 * crosswise. GM_E_MISSING_OBJECT where a shallow clone ends before one is found.
 */
gm_code gm_repo_merge_bases(gm_repo *repo, const gm_oid *one, const gm_oids *others, gm_oids *bases,
                            gm_err *err);

/* The commits that a merge in progress brings in besides HEAD (MERGE_HEAD); else none. */
gm_code gm_repo_merging(gm_repo *repo, gm_oids *commits, gm_err *err);

/* A value of git configuration, the last one that counts; empty when it is not set. */
gm_str gm_repo_config(gm_repo *repo, const char *key);

#endif
