/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_SOURCE_LIBGIT2_H
#define GM_GIT_SOURCE_LIBGIT2_H

/* What the files of the libgit2 source share. */

#include <git2.h>

#include "git/source.h"

typedef struct {
    gm_source base;
    gm_layout layout;
    git_repository *repo;
    git_odb *odb;
    git_index *index; /* NULL until it is asked for */
    int64_t index_mtime;
    int64_t index_mtime_ns;
    /* git reads configuration from the environment (GIT_CONFIG_COUNT, …), libgit2 does not. */
    bool config_in_environment;
} gm_source_libgit2;

/* libgit2's own words as an error. */
gm_code gm_libgit2_fail(gm_err *err, gm_code code, const char *what);

gm_oid gm_oid_of_libgit2(const git_oid *oid);
/* False for ids of another kind than SHA-1. */
bool gm_oid_to_libgit2(const gm_oid *oid, git_oid *to);

gm_code gm_libgit2_index(gm_source *source, gm_arena *arena, gm_str prefix, gm_index *index,
                         gm_err *err);
gm_code gm_libgit2_hash(gm_source *source, gm_arena *arena, const gm_strs *paths, gm_oid *oids,
                        gm_err *err);
gm_code gm_libgit2_to_git(gm_source *source, gm_arena *arena, gm_str path, gm_str raw,
                          gm_str *bytes, gm_oid *oid, gm_err *err);
gm_code gm_libgit2_ignored(gm_source *source, gm_arena *arena, const gm_strs *paths, bool *ignored,
                           gm_err *err);

#endif
