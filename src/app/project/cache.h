/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_CACHE_H
#define GM_APP_PROJECT_CACHE_H

/*
 * Cache: what gmig keeps of a repository between two commands, in `gmig/` of the folder that all
 * its worktrees share.
 *
 *     revisions    blob id -> the revision in that file, without its SQL
 *     entries      commit id and two paths -> what the paths are there, for all_refs.c; tree id ->
 *                  another tree and what is put into it
 *     commits      what is looked for -> all commits, their parents and folders of revision files,
 *                  for whence_search.c
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

/* The same, of a revision as history/brief.h writes it; it has to last until gm_cache_save. */
void gm_cache_add_brief(gm_cache *cache, const char *format, const gm_oid *blob, gm_str brief);

/* What gmig.yml is at a commit, and the folder that it names; mode 0 where nothing is there, and
 * without their names. */
typedef struct {
    gm_tree_entry config;
    gm_tree_entry folder;
} gm_cached_places;

/* `question` names both paths. */
bool gm_cache_find_places(gm_cache *cache, const gm_oid *commit, gm_str question,
                          gm_cached_places *places);
void gm_cache_add_places(gm_cache *cache, const gm_oid *commit, gm_str question,
                         const gm_cached_places *places);

/* A tree object is that of another tree with some bytes put in at a place. */
typedef struct {
    gm_oid from;
    size_t place;
    gm_str bytes;
} gm_cached_insertion;

bool gm_cache_find_insertion(gm_cache *cache, const gm_oid *tree, gm_cached_insertion *insertion);
void gm_cache_add_insertion(gm_cache *cache, const gm_oid *tree,
                            const gm_cached_insertion *insertion);

/* What a walk over all commits has left (git/known_commits.h), as it lies in the file. `question`
 * says what was looked for in each; empty: nothing is known. */
gm_str gm_cache_find_commits(gm_cache *cache, gm_str question);
void gm_cache_add_commits(gm_cache *cache, gm_str question, gm_str known);

/* It costs about as much to read so many objects as to read and write a file. */
enum { GM_CACHE_WORTH = 200 };

/*
 * Keeps what was added, if that is enough to be worth a file: small projects stay without one, and
 * a new revision or branch does not make the file anew. Nothing is written while a push is in
 * quarantine: its objects may be refused.
 */
void gm_cache_save(gm_cache *cache);

#endif
