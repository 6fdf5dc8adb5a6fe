/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_SNAPSHOT_KINDS_H
#define GM_GIT_SNAPSHOT_KINDS_H

/* What the kinds of snapshot share. */

#include "base/map.h"
#include "git/snapshot.h"
#include "git/source.h"

/* Paths are clean: no ".", "..", doubled or trailing slashes. Listings need not be sorted. */
typedef struct {
    gm_code (*find)(gm_snapshot *snapshot, gm_str path, gm_entry *entry, bool *found, gm_err *err);
    gm_code (*list)(gm_snapshot *snapshot, gm_str folder, bool deep, gm_entries *entries,
                    gm_err *err);
    gm_code (*read)(gm_snapshot *snapshot, gm_arena *arena, const gm_entry *entry, gm_str *bytes,
                    gm_err *err);
} gm_snapshot_operations;

struct gm_snapshot {
    const gm_snapshot_operations *ops;
    gm_arena *arena;
    gm_repo *repo; /* NULL for a plain folder */
    gm_str top;    /* of the work tree or the plain folder */
    gm_str name;
    gm_oid commit;
    gm_str derived;    /* gm_snapshot_derived; empty: there is none */
    gm_entries listed; /* last, and not looked through yet for blobs to fetch */
    gm_map blobs;      /* raw id -> gm_str * of what was read */
    void *merging;     /* snapshot_merged.c's own */
    gm_strs conflicts;
};

/* More entries than any project has, fewer than a tree that holds itself many times over. */
enum { GM_SNAPSHOT_ENTRIES_MAX = 1000000, GM_SNAPSHOT_DEPTH_MAX = 128 };

extern const gm_snapshot_operations gm_snapshot_of_commit;
extern const gm_snapshot_operations gm_snapshot_of_index;
extern const gm_snapshot_operations gm_snapshot_of_worktree;
extern const gm_snapshot_operations gm_snapshot_of_folder;

gm_code gm_snapshot_too_many(gm_str folder, gm_err *err);

/* The files below `folder` in a commit, as gm_snapshot_list. No commit: no files. */
gm_code gm_commit_list(gm_arena *arena, gm_repo *repo, const gm_oid *commit, gm_str folder,
                       bool deep, gm_entries *entries, gm_err *err);
gm_code gm_commit_find(gm_repo *repo, const gm_oid *commit, gm_str path, gm_entry *entry,
                       bool *found, gm_err *err);

/* gm_snapshot_named of a plain folder. */
gm_code gm_folder_named(gm_snapshot *snapshot, gm_str name, gm_strs *paths, gm_err *err);

/* The index entries at `prefix` or below it. GM_E_GIT when GIT_INDEX_FILE is not there. */
gm_code gm_snapshot_index(gm_snapshot *snapshot, gm_str prefix, gm_index *index, gm_err *err);

/* GM_E_REFUSED for one side of a conflict. */
gm_code gm_index_check_merged(const gm_index_entry *entry, gm_err *err);

gm_entry gm_entry_of_index(const gm_index_entry *from);

/* The folder directly below `folder` on the way to `path`; empty when `path` is directly in it. */
gm_str gm_folder_towards(gm_str folder, gm_str path);

#endif
