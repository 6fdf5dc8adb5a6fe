/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_INDEX_PEEK_H
#define GM_GIT_INDEX_PEEK_H

/*
 * Index peek: the two things that a hook must know of an index before anything else: where it has
 * files of one name, and which tree a folder is. `git commit` writes the trees that it is about to
 * commit into the index before it asks a hook, so nothing has to be read entry by entry and
 * compared: this is how `git diff --cached --quiet` is fast, too.
 *
 * Reads the file as gitformat-index(5) describes it, versions 2 to 4. Whatever is out of the
 * ordinary (conflicts, a split or a sparse index, an unknown extension) is "not known", never an
 * error: the caller then asks gm_snapshot_open for the whole index.
 */

#include "git/repo.h"

typedef struct {
    gm_str path;
    gm_oid blob;
} gm_index_hit;

typedef struct {
    GM_VEC(gm_index_hit) hits; /* in byte order of their paths */
    gm_str trees;              /* the TREE extension; empty when there is none */
    size_t oid_len;
} gm_index_peek;

/* The files of repo's index whose last part is `name`. False when it is not known. */
bool gm_repo_peek_index(gm_arena *arena, gm_repo *repo, gm_str name, gm_index_peek *peek);

/* The same for the bytes of an index, which `peek` keeps views of; ids have `oid_len` bytes. */
bool gm_index_peek_read(gm_arena *arena, gm_str bytes, size_t oid_len, gm_str name,
                        gm_index_peek *peek);

typedef enum { GM_PEEK_UNKNOWN, GM_PEEK_ABSENT, GM_PEEK_FOUND } gm_peek;

/* The tree that `folder` ("" is the top) is in the index. */
gm_peek gm_index_peek_folder(const gm_index_peek *peek, gm_str folder, gm_oid *tree);

#endif
