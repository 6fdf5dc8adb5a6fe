/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_INTERNAL_H
#define GM_GIT_INTERNAL_H

/* What the files of src/git share of a repository. */

#include "base/buf.h"
#include "base/map.h"
#include "git/source.h"
#include "git/subtree.h"

struct gm_repo {
    gm_arena *arena;
    gm_layout layout;
    gm_source *main; /* libgit2; git where libgit2 refused to open */
    gm_source *git;  /* the second opinion; NULL until needed */
    gm_map settings; /* of git's configuration: key -> gm_str *, the last that counts */
    gm_settings setting_list;
    bool settings_known;
    gm_err settings_failure; /* why they could not be read; GM_OK when they could */
    gm_map subtrees;         /* tree id and name -> gm_tree_entry *; of mode 0 when there is none */
    gm_map named;            /* name -> gm_map of tree id -> gm_strs *: what is below the tree */
    bool stays_here;         /* nothing is fetched for a partial clone */
    gm_oid tree_oid;         /* the tree read last, and its bytes */
    gm_buf tree;
    gm_oid root_of; /* the commit read last, and its tree */
    gm_oid root;
};

/* The git program on this repository. */
gm_source *gm_repo_git(gm_repo *repo);

/* True when libgit2 could not and git is to be asked; clears `err` then. */
bool gm_repo_ask_git(gm_repo *repo, gm_code code, gm_err *err);

/* Adds to GM_E_MISSING_OBJECT what brings the object here. */
gm_code gm_repo_missing_cure(gm_repo *repo, gm_err *err);

/* GM_E_GIT: the object is here and is no commit, tree, … that can be read. */
gm_code gm_repo_damaged(gm_err *err, const gm_oid *oid, const char *kind);

/* Objects of trees and commits are refused above this many bytes. */
enum { GM_OBJECT_MAX = 64 * 1024 * 1024 };

/*
 * Any object; *from is the source to release it with. In a partial clone git fetches what is
 * missing. GM_E_MISSING_OBJECT, and GM_E_GIT for a damaged one, name the cure.
 */
gm_code gm_repo_read(gm_repo *repo, const gm_oid *oid, size_t max, gm_object *object,
                     gm_source **from, gm_err *err);

/* In a partial clone, fetches those of the blobs that are not here with one request instead of one
 * for each. What cannot be had is told when it is read. */
void gm_repo_prefetch(gm_repo *repo, const gm_oid *const *blobs, size_t count);

/* Every ref there is, tags not followed. */
gm_code gm_repo_all_refs(gm_repo *repo, gm_arena *arena, gm_source_refs *refs, gm_err *err);

/* The answers of libgit2, else of git. */
gm_code gm_repo_index(gm_repo *repo, gm_arena *arena, gm_str prefix, gm_index *index, gm_err *err);
gm_code gm_repo_hash(gm_repo *repo, gm_arena *arena, const gm_strs *paths, gm_oid *oids,
                     gm_err *err);
gm_code gm_repo_to_git(gm_repo *repo, gm_arena *arena, gm_str path, gm_str raw, gm_str *bytes,
                       gm_oid *oid, gm_err *err);
gm_code gm_repo_ignored(gm_repo *repo, gm_arena *arena, const gm_strs *paths, bool *ignored,
                        gm_err *err);

/* Git's configuration in the order it is read. */
const gm_settings *gm_repo_settings(gm_repo *repo);

/* What a commit object says; the names of people and the subject are copied. False when it is
 * damaged. */
bool gm_commit_parse(gm_arena *arena, gm_str text, gm_commit *commit);

/* What a tree object says; the names are views of `bytes`. False when it is damaged. */
bool gm_tree_parse(gm_arena *arena, gm_str bytes, size_t oid_len, gm_tree_entries *entries);

#endif
