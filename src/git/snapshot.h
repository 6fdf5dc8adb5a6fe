/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_GIT_SNAPSHOT_H
#define GM_GIT_SNAPSHOT_H

/*
 * Snapshot: a read-only tree of files, be it a commit, the index, the work tree, or a folder
 * without git.
 *
 * All reading of project files goes through here. Paths are relative to the repository's top (to
 * the folder where there is no repository), with "/" between, in git's bytes. Content is named by
 * its blob id; equal ids are read once. Symbolic links and submodules are listed with their kind
 * and never followed. "Missing here" (a partial clone that cannot fetch) is GM_E_MISSING_OBJECT,
 * never an absent file.
 */

#include "git/repo.h"

typedef struct gm_snapshot gm_snapshot;

typedef enum { GM_ENTRY_FILE, GM_ENTRY_LINK, GM_ENTRY_FOLDER, GM_ENTRY_SUBMODULE } gm_entry_kind;

/* Of a mode as trees and the index have it. */
gm_entry_kind gm_entry_kind_of_mode(uint32_t mode);

typedef struct {
    gm_str path;
    gm_entry_kind kind;
    gm_oid blob; /* of a file: the id git has or would give its content (to-git filters applied, so
                    line ends do not matter); of a folder of a commit its tree id, else none */
    bool untracked; /* work tree only: not in the index and not ignored */
    bool modified;  /* work tree only: differs from the index, or from HEAD */
} gm_entry;

typedef GM_VEC(gm_entry) gm_entries;

/* A project file is refused above this many bytes. */
enum { GM_BLOB_MAX = 16 * 1024 * 1024 };

/*
 * `where`: "worktree" (or empty), "index", or a commit-ish ("refs/heads/index" for a branch of that
 * name). In a bare repository the default is HEAD. The index of an unborn branch is the index; HEAD
 * of one is an empty tree.
 */
gm_code gm_snapshot_open(gm_arena *arena, gm_repo *repo, gm_str where, gm_snapshot **snapshot,
                         gm_err *err);
gm_code gm_snapshot_open_commit(gm_arena *arena, gm_repo *repo, const gm_oid *commit,
                                gm_snapshot **snapshot, gm_err *err);

/* A plain folder (absolute): what there is without a repository. */
gm_code gm_snapshot_open_folder(gm_arena *arena, gm_str folder, gm_snapshot **snapshot,
                                gm_err *err);

/*
 * What merging `ours` and `base` will leave, `start` being where they began: a path that one side
 * left alone is as the other has it, and lines are merged as git does when a file is read. Nothing
 * is written, and renames are not followed. A file that does not merge cannot be read:
 * GM_E_UNKNOWN, and it is among the conflicts from then on. The three live as long as it.
 */
gm_snapshot *gm_snapshot_merge(gm_arena *arena, gm_snapshot *start, gm_snapshot *ours,
                               gm_snapshot *base);
const gm_strs *gm_snapshot_conflicts(const gm_snapshot *snapshot);

/*
 * The file at `path` is made of others, so that a conflict that git left in it keeps nobody from
 * reading the work tree around it. It is listed as it is, markers and all.
 */
void gm_snapshot_derived(gm_snapshot *snapshot, gm_str path);

/* How to name it: "worktree", "index", the ref or commit that was asked for. */
gm_str gm_snapshot_name(const gm_snapshot *snapshot);

/* The commit that is read; of the index and the work tree HEAD's; none where there is no commit. */
gm_oid gm_snapshot_commit(const gm_snapshot *snapshot);

/* One path. *found is false when nothing is there. "" is the top folder. */
gm_code gm_snapshot_find(gm_snapshot *snapshot, gm_str path, gm_entry *entry, bool *found,
                         gm_err *err);

/*
 * The files below `folder` ("" for the top), in byte order of their paths; with `deep` those of
 * sub-folders too, else also the sub-folders themselves. An absent folder gives no entries. Ignored
 * files of a work tree are left out, unless the index has them.
 */
gm_code gm_snapshot_list(gm_snapshot *snapshot, gm_str folder, bool deep, gm_entries *entries,
                         gm_err *err);

/*
 * The paths of all regular files of a repository called `name`, or "folder/name", in the order of
 * the tree; of the work tree those in its index, of one without an index and of a plain folder
 * those in no hidden folder. A conflict in any other file does not matter. A tree is looked through
 * once, however many commits share it. GM_E_HISTORY when there are absurdly many.
 */
gm_code gm_snapshot_named(gm_snapshot *snapshot, gm_str name, gm_strs *paths, gm_err *err);

/* GM_E_GIT for a work tree without an index, as `git clone --no-checkout` leaves it: that something
 * is not there says nothing then. */
gm_code gm_snapshot_checked_out(const gm_snapshot *snapshot, gm_err *err);

/*
 * The content of a file entry as git stores it. `*bytes` lives as long as the snapshot's arena.
 * GM_E_HISTORY when it is larger than GM_BLOB_MAX.
 */
gm_code gm_snapshot_read(gm_snapshot *snapshot, const gm_entry *entry, gm_str *bytes, gm_err *err);

/* The same for one who looks at each file once: nothing is kept, `*bytes` lives in `arena`. */
gm_code gm_snapshot_read_once(gm_snapshot *snapshot, gm_arena *arena, const gm_entry *entry,
                              gm_str *bytes, gm_err *err);

/* Any blob of the repository by its id. */
gm_code gm_repo_read_blob(gm_arena *arena, gm_repo *repo, const gm_oid *blob, gm_str *bytes,
                          gm_err *err);

#endif
