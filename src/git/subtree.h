/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_SUBTREE_H
#define GM_GIT_SUBTREE_H

/*
 * Subtree: one folder at very many commits.
 *
 * Thousands of branches share a few hundred versions of a folder. So a caller that looks at all
 * refs asks for the folder's tree id at each commit, and reads each distinct tree once. Every tree
 * on the way is read once too, whatever number of commits have it.
 */

#include "git/repo.h"

/*
 * The tree of `folder` ("" is the root) at `commit`; *found is false when there is no such folder.
 * Remembered for the life of `repo`. GM_E_MISSING_OBJECT.
 */
gm_code gm_repo_subtree(gm_repo *repo, const gm_oid *commit, gm_str folder, gm_oid *tree,
                        bool *found, gm_err *err);

typedef struct {
    gm_str name;
    uint32_t mode; /* 0100644, 0100755, 0120000 link, 0040000 folder, 0160000 submodule */
    gm_oid oid;
} gm_tree_entry;

typedef GM_VEC(gm_tree_entry) gm_tree_entries;

enum {
    GM_MODE_FOLDER = 0040000,
    GM_MODE_FILE = 0100000,
    GM_MODE_LINK = 0120000,
    GM_MODE_SUBMODULE = 0160000,
    GM_MODE_KIND = 0170000, /* mask */
};

/* What `path` is at `commit`: as gm_repo_subtree, of any kind. entry->name is the last part of
 * `path`. */
gm_code gm_repo_entry(gm_repo *repo, const gm_oid *commit, gm_str path, gm_tree_entry *entry,
                      bool *found, gm_err *err);

/* The same, where the commit's root tree is known. */
gm_code gm_repo_entry_of_tree(gm_repo *repo, const gm_oid *root, gm_str path, gm_tree_entry *entry,
                              bool *found, gm_err *err);

/* The bytes of a tree object. They live until another tree is looked at. */
gm_code gm_repo_tree_bytes(gm_repo *repo, const gm_oid *tree, gm_str *bytes, gm_err *err);

/* What such bytes say, in the order of git; the names are views of `bytes`. GM_E_GIT for a name
 * that is none ("..", "a/b"). `tree` is the object's id. */
gm_code gm_repo_parse_tree(gm_arena *arena, const gm_oid *tree, gm_str bytes,
                           gm_tree_entries *entries, gm_err *err);

/* What one tree object holds, in its own order (git sorts folders as if "/" followed their name).
 * GM_E_GIT for a name that is none ("..", "a/b"). */
gm_code gm_repo_list_tree(gm_arena *arena, gm_repo *repo, const gm_oid *tree,
                          gm_tree_entries *entries, gm_err *err);

#endif
