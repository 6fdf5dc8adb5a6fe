/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WHENCE_WHENCE_SEARCH_H
#define GM_APP_WHENCE_WHENCE_SEARCH_H

/* What whence's files share. Nobody else includes this. */

#include "app/whence/whence.h"
#include "git/commits.h"

/* One version of a revision in one folder. */
typedef struct {
    size_t version;
    gm_str name;
} gm_match;

/* A folder of revision files as commits have it; many commits share few of them. */
typedef struct {
    gm_str folder;
    gm_str below; /* `folder` from where revision files begin; formats may name one by its folder */
    gm_oid tree;
    GM_VEC(gm_match) matches;
} gm_folder_tree;

/* What one gmig.yml says. */
typedef struct {
    gm_config config;
    gm_str folder; /* where nothing varies */
    bool varies;
} gm_folder_config;

/* All folders of one commit. */
typedef struct {
    GM_VEC(gm_folder_tree *) trees;
} gm_folder_set;

typedef struct {
    gm_project *project;
    gm_arena *arena;
    gm_strs wanted; /* ids, or with `prefix` beginnings of ids, or with `file` a file's name */
    bool prefix;
    bool file;
    gm_str file_id; /* with `file`: the id that its path says; empty: it says none */
    bool glance;
    gm_str folder;   /* of revision files in the work tree */
    gm_str question; /* how the folder of a commit is found, for the cache */
    const gm_format_ops *format;
    gm_map configs; /* blob id of a gmig.yml -> gm_folder_config * */
    gm_map sets;    /* the trees of a set -> gm_folder_set * */
    gm_map trees;   /* folder and tree id -> gm_folder_tree * */
    GM_VEC(gm_folder_tree *) tree_list;
    size_t judged;         /* of tree_list: looked through */
    size_t traced;         /* the roots when places were filled in, plus one; 0 */
    gm_map revisions;      /* blob id -> gm_revision *, NULL for none */
    gm_map version_places; /* blob id -> its place in `versions`, as size_t * */
    GM_VEC(gm_version) versions;
    gm_roots roots;
    gm_walk walk;
    bool incomplete;
    gm_strs notes;
} gm_whence_search;

gm_code gm_whence_search_begin(gm_project *project, gm_whence_search *search, gm_err *err);

/* Everything that has a name. */
gm_code gm_whence_search_named(gm_whence_search *search, gm_err *err);

/* Objects that nothing leads to: loose ones, and with `packed` those in packs too, which is dear.
 */
gm_code gm_whence_search_lost(gm_whence_search *search, bool packed, gm_err *err);

/* What tells a file from others: its bytes alone, unless its path says who it is. */
gm_str gm_whence_key(const gm_whence_search *search, const gm_oid *blob, gm_str place);

/* Looks through the folders that were met since the last time for versions of what is wanted. */
gm_code gm_whence_search_files(gm_whence_search *search, gm_err *err);

/* The same, and fills in the places. */
gm_code gm_whence_search_judge(gm_whence_search *search, gm_err *err);

/* Adds blobs that are nowhere else. */
void gm_whence_search_blobs(gm_whence_search *search);

/* The version with this blob, made when it is not there yet. */
gm_version *gm_whence_version(gm_whence_search *search, const gm_oid *blob,
                              const gm_revision *revision);

/* What the walk asks of each commit, and of what the last one left; `data` is the search. */
gm_code gm_whence_look(void *data, const gm_oid *commit, const gm_oid *tree, void **mark,
                       bool *whole, gm_err *err);
void *gm_whence_recall(void *data, gm_str mark);
gm_str gm_whence_leave(gm_arena *arena, const void *mark);

/* Leaves to the next search what this one has read, if that is worth it. */
void gm_whence_search_keep(const gm_whence_search *search);

bool gm_whence_wants(const gm_whence_search *search, gm_str id, gm_str name);

#endif
