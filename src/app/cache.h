/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CACHE_H
#define GM_APP_CACHE_H

/*
 * Cache: what gmig keeps of a repository between two commands, in `gmig/` of the folder that all
 * its worktrees share.
 *
 *     revisions    blob id -> the revision in that file, without its SQL
 *     entries      commit id and path -> what the path is there, for all_refs.c; tree id -> another
 *                  tree and what is put into it
 *     commits      commit id and gmig.yml -> its parents and its folder of revision files, for
 *                  whence_search.c
 *
 * Only sound files are kept: what is wrong with one is told from the file itself each time.
 *
 * All of it follows from git objects, which never change, and from the version of gmig, which the
 * files name. So nothing has to be kept up to date, the folder can be deleted at any time, and no
 * answer depends on it. store.h says which files are believed. docs/decisions/cache.md has the
 * reasons.
 */

#include "git/subtree.h"
#include "history/revision.h"

typedef struct gm_cache gm_cache;

/* `repo` may be NULL: then nothing is known, and nothing kept. No file is touched yet. */
gm_cache *gm_cache_open(gm_arena *arena, const gm_repo *repo);

/* The revision in a blob of that format, with neither path, SQL nor text. */
bool gm_cache_find_revision(gm_cache *cache, const char *format, const gm_oid *blob,
                            gm_revision *revision);
void gm_cache_add_revision(gm_cache *cache, const char *format, const gm_revision *revision);

/* What gm_repo_entry says of the path, but for the entry's name. */
bool gm_cache_find_entry(gm_cache *cache, const gm_oid *commit, gm_str path, gm_tree_entry *entry,
                         bool *found);
void gm_cache_add_entry(gm_cache *cache, const gm_oid *commit, gm_str path,
                        const gm_tree_entry *entry, bool found);

/* A tree object is that of another tree with some bytes put in at a place. */
typedef struct {
    gm_oid from;
    size_t place;
    gm_str bytes;
} gm_cached_insertion;

bool gm_cache_find_insertion(gm_cache *cache, const gm_oid *tree, gm_cached_insertion *insertion);
void gm_cache_add_insertion(gm_cache *cache, const gm_oid *tree,
                            const gm_cached_insertion *insertion);

/* A commit's parents, and its folder of revision files; `found` is false where it has none. */
typedef struct {
    gm_oids parents;
    bool found;
    gm_str folder;
    gm_oid tree;
} gm_cached_commit;

/* `question` says how the folder is found. */
bool gm_cache_find_commit(gm_cache *cache, const gm_oid *commit, gm_str question,
                          gm_cached_commit *answer);
void gm_cache_add_commit(gm_cache *cache, const gm_oid *commit, gm_str question,
                         const gm_cached_commit *answer);

/*
 * Keeps what was added, if that is enough to be worth a file: small projects stay without one, and
 * a new revision or branch does not make the file anew. Nothing is written while a push is in
 * quarantine: its objects may be refused.
 */
void gm_cache_save(gm_cache *cache);

#endif
