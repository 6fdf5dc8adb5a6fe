/* SPDX-License-Identifier: Apache-2.0 */
/* A plain folder, where there is no repository. Files are hashed as git would without attributes.
 */
#include <fcntl.h>

#include "base/digest.h"
#include "base/file.h"
#include "git/below.h"
#include "git/snapshot_kinds.h"

/* Files that are too large keep no id; whoever reads one is told. */
static gm_code describe(gm_snapshot *snapshot, gm_str path, const struct stat *status,
                        gm_entry *entry, bool *found, gm_err *err)
{
    *found = true;
    *entry = (gm_entry){.path = path};
    if (S_ISDIR(status->st_mode)) {
        entry->kind = GM_ENTRY_FOLDER;
    } else if (S_ISLNK(status->st_mode)) {
        entry->kind = GM_ENTRY_LINK;
    } else if (!S_ISREG(status->st_mode)) {
        *found = false;
    } else if (status->st_size <= GM_BLOB_MAX) {
        gm_str *bytes = gm_new(snapshot->arena, gm_str);
        GM_TRY(gm_below_read(snapshot->arena, snapshot->top, path, GM_BLOB_MAX, bytes, found, err));
        gm_oid *oid = gm_new(snapshot->arena, gm_oid);
        *oid = gm_blob_oid(*bytes);
        entry->blob = *oid;
        gm_map_add(&snapshot->blobs, gm_oid_key(oid), bytes);
    }
    return GM_OK;
}

static gm_code find(gm_snapshot *snapshot, gm_str path, gm_entry *entry, bool *found, gm_err *err)
{
    struct stat status;
    *found = gm_below_stat(snapshot->top, path, &status);
    return *found ? describe(snapshot, path, &status, entry, found, err) : GM_OK;
}

typedef struct {
    gm_snapshot *snapshot;
    gm_str folder; /* that was asked for */
    bool deep;
    gm_entries *entries;
} folder_walk;

static gm_code walk_folder(folder_walk *walk, gm_str folder, int depth, gm_err *err);

static gm_code visit(folder_walk *walk, DIR *dir, gm_str folder, gm_str name, int depth,
                     gm_err *err)
{
    struct stat status;
    gm_entry entry;
    bool found;
    gm_arena *arena = walk->snapshot->arena;
    if (gm_str_is(name, ".") || gm_str_is(name, "..") ||
        fstatat(dirfd(dir), gm_str_z(arena, name), &status, AT_SYMLINK_NOFOLLOW) != 0)
        return GM_OK;
    gm_str path = gm_path_join(arena, folder, name);
    GM_TRY(describe(walk->snapshot, path, &status, &entry, &found, err));
    if (!found)
        return GM_OK;
    if (entry.kind == GM_ENTRY_FOLDER && walk->deep)
        return walk_folder(walk, path, depth + 1, err);
    gm_vec_push(arena, walk->entries, entry);
    return GM_OK;
}

static gm_code walk_folder(folder_walk *walk, gm_str folder, int depth, gm_err *err)
{
    DIR *dir;
    GM_TRY(gm_below_list(walk->snapshot->top, folder, &dir, err));
    if (!dir)
        return GM_OK;
    gm_code code = GM_OK;
    for (struct dirent *at; code == GM_OK && (at = readdir(dir));) {
        code = visit(walk, dir, folder, gm_str_from(at->d_name), depth, err);
        if (walk->entries->len > GM_SNAPSHOT_ENTRIES_MAX || depth > GM_SNAPSHOT_DEPTH_MAX)
            code = gm_snapshot_too_many(walk->folder, err);
    }
    closedir(dir);
    return code;
}

static gm_code list(gm_snapshot *snapshot, gm_str folder, bool deep, gm_entries *entries,
                    gm_err *err)
{
    folder_walk walk = {snapshot, folder, deep, entries};
    return walk_folder(&walk, folder, 0, err);
}

/* Only what was too large to be hashed is not in snapshot->blobs yet. */
static gm_code read_file(gm_snapshot *snapshot, gm_arena *arena, const gm_entry *entry,
                         gm_str *bytes, gm_err *err)
{
    bool found;
    GM_TRY(gm_below_read(arena, snapshot->top, entry->path, GM_BLOB_MAX, bytes, &found, err));
    return found ? GM_OK : gm_fail_at(err, GM_E_IO, entry->path, "is not there any more");
}

/* ---- files of one name ---- */

typedef struct {
    gm_snapshot *snapshot;
    gm_str name;
    gm_strs *paths;
    size_t seen;
} name_walk;

static gm_code walk_names(name_walk *walk, gm_str folder, int depth, gm_err *err);

static bool is_named(gm_str path, gm_str name)
{
    return gm_str_ends(path, name) &&
           (path.len == name.len || path.ptr[path.len - name.len - 1] == '/');
}

/* Nothing is read of the files themselves. */
static gm_code visit_name(name_walk *walk, DIR *dir, gm_str folder, const char *name, int depth,
                          gm_err *err)
{
    struct stat status;
    if (name[0] == '.' || fstatat(dirfd(dir), name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return GM_OK;
    if (++walk->seen > GM_SNAPSHOT_ENTRIES_MAX)
        return gm_snapshot_too_many(folder, err);
    gm_str path = gm_path_join(walk->snapshot->arena, folder, gm_str_from(name));
    if (S_ISDIR(status.st_mode))
        return walk_names(walk, path, depth + 1, err);
    if (S_ISREG(status.st_mode) && is_named(path, walk->name))
        gm_vec_push(walk->snapshot->arena, walk->paths, path);
    return GM_OK;
}

/* What cannot be opened has no project in it. */
static gm_code walk_names(name_walk *walk, gm_str folder, int depth, gm_err *err)
{
    if (depth > GM_SNAPSHOT_DEPTH_MAX)
        return gm_snapshot_too_many(folder, err);
    DIR *dir;
    gm_err ignored = gm_err_new(walk->snapshot->arena);
    if (gm_below_list(walk->snapshot->top, folder, &dir, &ignored) != GM_OK || !dir)
        return GM_OK;
    gm_code code = GM_OK;
    for (struct dirent *at; code == GM_OK && (at = readdir(dir));)
        code = visit_name(walk, dir, folder, at->d_name, depth, err);
    closedir(dir);
    return code;
}

gm_code gm_folder_named(gm_snapshot *snapshot, gm_str name, gm_strs *paths, gm_err *err)
{
    name_walk walk = {.snapshot = snapshot, .name = name, .paths = paths};
    GM_TRY(walk_names(&walk, (gm_str){0}, 0, err));
    gm_strs_sort(paths);
    return GM_OK;
}

const gm_snapshot_operations gm_snapshot_of_folder = {find, list, read_file};
