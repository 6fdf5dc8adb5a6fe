/* SPDX-License-Identifier: Apache-2.0 */
#include "git/snapshot.h"

#include <stdlib.h>

#include "base/file.h"
#include "git/below.h"
#include "git/internal.h"
#include "git/snapshot_kinds.h"

static gm_snapshot *make(gm_arena *arena, const gm_snapshot_operations *ops, gm_repo *repo,
                         gm_str name)
{
    gm_snapshot *snapshot = gm_new(arena, gm_snapshot);
    snapshot->ops = ops;
    snapshot->arena = arena;
    snapshot->repo = repo;
    snapshot->name = gm_str_dup(arena, name);
    snapshot->blobs = gm_map_new(arena);
    if (repo)
        snapshot->top = gm_repo_top(repo);
    return snapshot;
}

/* HEAD's commit where there is one, and whether its branch is still without. */
static gm_code open_at_head(gm_arena *arena, gm_repo *repo, const gm_snapshot_operations *ops,
                            const char *name, gm_snapshot **snapshot, gm_err *err)
{
    gm_ref head;
    bool unborn;
    bool index = ops == &gm_snapshot_of_index;
    GM_TRY(gm_repo_head(repo, &head, &unborn, err));
    GM_TRY(index ? gm_source_need_index(&repo->layout, unborn, err)
                 : gm_source_check_index(&repo->layout, unborn, err));
    gm_snapshot *opened = make(arena, ops, repo, gm_str_from(name));
    opened->commit = head.commit;
    *snapshot = opened;
    return GM_OK;
}

gm_code gm_snapshot_open(gm_arena *arena, gm_repo *repo, gm_str where, gm_snapshot **snapshot,
                         gm_err *err)
{
    bool bare = !gm_repo_top(repo).len;
    if (!where.len)
        where = bare ? GM_STR("HEAD") : GM_STR("worktree");
    if (gm_str_is(where, "worktree") && bare) {
        gm_fail(err, GM_E_NO_REPO, "%.*s is a bare repository, without a work tree",
                GM_ARG(gm_repo_git_dir(repo)));
        return gm_hint(err, "Name a commit to look at, for example --at HEAD.");
    }
    if (gm_str_is(where, "worktree"))
        return open_at_head(arena, repo, &gm_snapshot_of_worktree, "worktree", snapshot, err);
    if (gm_str_is(where, "index"))
        return open_at_head(arena, repo, &gm_snapshot_of_index, "index", snapshot, err);
    gm_oid commit = {0};
    gm_ref head;
    bool unborn = false;
    if (gm_str_is(where, "HEAD"))
        GM_TRY(gm_repo_head(repo, &head, &unborn, err));
    if (!unborn)
        GM_TRY(gm_repo_resolve(repo, where, &commit, err));
    gm_snapshot *opened = make(arena, &gm_snapshot_of_commit, repo, where);
    opened->commit = commit;
    *snapshot = opened;
    return GM_OK;
}

gm_code gm_snapshot_open_commit(gm_arena *arena, gm_repo *repo, const gm_oid *commit,
                                gm_snapshot **snapshot, gm_err *err)
{
    (void)err;
    gm_snapshot *opened = make(arena, &gm_snapshot_of_commit, repo, gm_oid_hex(arena, commit));
    opened->commit = *commit;
    *snapshot = opened;
    return GM_OK;
}

void gm_snapshot_derived(gm_snapshot *snapshot, gm_str path)
{
    snapshot->derived = path;
}

gm_code gm_snapshot_open_folder(gm_arena *arena, gm_str folder, gm_snapshot **snapshot, gm_err *err)
{
    if (!gm_file_is_folder(folder))
        return gm_fail_at(err, GM_E_IO, folder, "there is no such folder");
    gm_snapshot *opened = make(arena, &gm_snapshot_of_folder, NULL, GM_STR("worktree"));
    opened->top = gm_str_dup(arena, folder);
    *snapshot = opened;
    return GM_OK;
}

gm_str gm_snapshot_name(const gm_snapshot *snapshot)
{
    return snapshot->name;
}

gm_oid gm_snapshot_commit(const gm_snapshot *snapshot)
{
    return snapshot->commit;
}

static gm_code clean_path(gm_snapshot *snapshot, gm_str path, gm_str *clean, gm_err *err)
{
    if (gm_below_clean(snapshot->arena, path, clean))
        return GM_OK;
    gm_fail_at(err, GM_E_CONFIG, path, "this path leads out of %s",
               snapshot->repo ? "the repository" : "the project's folder");
    return gm_hint(err, "Write it relative to the top, without \"..\".");
}

gm_code gm_snapshot_find(gm_snapshot *snapshot, gm_str path, gm_entry *entry, bool *found,
                         gm_err *err)
{
    gm_str clean;
    GM_TRY(clean_path(snapshot, path, &clean, err));
    gm_entry result = {0};
    bool any = false;
    if (!clean.len) {
        any = true;
        result.kind = GM_ENTRY_FOLDER;
    } else {
        GM_TRY(snapshot->ops->find(snapshot, clean, &result, &any, err));
    }
    *found = any;
    if (any) {
        result.path = clean;
        *entry = result;
    }
    return GM_OK;
}

static int by_path(const void *a, const void *b)
{
    return gm_str_cmp(((const gm_entry *)a)->path, ((const gm_entry *)b)->path);
}

gm_code gm_snapshot_list(gm_snapshot *snapshot, gm_str folder, bool deep, gm_entries *entries,
                         gm_err *err)
{
    gm_str clean;
    gm_entries found = {0};
    GM_TRY(clean_path(snapshot, folder, &clean, err));
    GM_TRY(snapshot->ops->list(snapshot, clean, deep, &found, err));
    gm_sort(found.items, found.len, sizeof(gm_entry), by_path);
    snapshot->listed = found;
    *entries = found;
    return GM_OK;
}

/* Who reads one file of a listing mostly reads the others: when one is not here, all are fetched.
 */
static void prefetch(gm_snapshot *snapshot, const gm_oid *wanted)
{
    gm_entries *listed = &snapshot->listed; /* emptied once it is settled */
    gm_source *main = snapshot->repo ? snapshot->repo->main : NULL;
    if (!main || !main->ops->has || !listed->len || !wanted->len)
        return;
    gm_entries entries = *listed;
    bool partial = gm_repo_is_partial(snapshot->repo);
    if (partial && main->ops->has(main, wanted))
        return;
    *listed = (gm_entries){0};
    if (!partial)
        return;
    const gm_oid **blobs = gm_new_array(snapshot->arena, entries.len, const gm_oid *);
    size_t count = 0;
    GM_EACH (gm_entry, entry, &entries)
        if (entry->kind == GM_ENTRY_FILE && !entry->untracked && !entry->modified &&
            entry->blob.len)
            blobs[count++] = &entry->blob;
    gm_repo_prefetch(snapshot->repo, blobs, count);
}

gm_code gm_snapshot_read_once(gm_snapshot *snapshot, gm_arena *arena, const gm_entry *entry,
                              gm_str *bytes, gm_err *err)
{
    if (entry->kind != GM_ENTRY_FILE)
        return gm_fail_at(err, GM_E_HISTORY, entry->path, "is no regular file");
    prefetch(snapshot, &entry->blob);
    return snapshot->ops->read(snapshot, arena, entry, bytes, err);
}

gm_code gm_snapshot_read(gm_snapshot *snapshot, const gm_entry *entry, gm_str *bytes, gm_err *err)
{
    gm_str *known = gm_map_get(&snapshot->blobs, gm_oid_key(&entry->blob));
    if (!known) {
        gm_oid *blob = gm_new(snapshot->arena, gm_oid);
        *blob = entry->blob;
        known = gm_new(snapshot->arena, gm_str);
        GM_TRY(gm_snapshot_read_once(snapshot, snapshot->arena, entry, known, err));
        gm_map_add(&snapshot->blobs, gm_oid_key(blob), known);
    }
    *bytes = *known;
    return GM_OK;
}

gm_code gm_repo_read_blob(gm_arena *arena, gm_repo *repo, const gm_oid *blob, gm_str *bytes,
                          gm_err *err)
{
    gm_object object;
    gm_source *from;
    GM_TRY(gm_repo_read(repo, blob, GM_BLOB_MAX, &object, &from, err));
    bool good = object.kind == GM_OBJECT_BLOB;
    gm_str copy = good ? gm_str_dup(arena, object.bytes) : (gm_str){0};
    from->ops->release(from, &object);
    if (!good)
        return gm_repo_damaged(err, blob, "blob");
    *bytes = copy;
    return GM_OK;
}

gm_code gm_snapshot_too_many(gm_str folder, gm_err *err)
{
    gm_fail_at(err, GM_E_HISTORY, folder,
               "has more than %d files, or folders nested more than %d deep",
               GM_SNAPSHOT_ENTRIES_MAX, GM_SNAPSHOT_DEPTH_MAX);
    return gm_hint(
        err, "Set `migrations:` and `models:` in gmig.yml to folders that hold nothing else.");
}
