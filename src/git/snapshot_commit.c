/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a commit, and of the index. */
#include "base/file.h"
#include "git/internal.h"
#include "git/snapshot_kinds.h"
#include "git/subtree.h"

gm_entry_kind gm_entry_kind_of_mode(uint32_t mode)
{
    switch (mode & GM_MODE_KIND) {
    case GM_MODE_FOLDER:
        return GM_ENTRY_FOLDER;
    case GM_MODE_LINK:
        return GM_ENTRY_LINK;
    case GM_MODE_SUBMODULE:
        return GM_ENTRY_SUBMODULE;
    default:
        return GM_ENTRY_FILE;
    }
}

static gm_entry entry_of(gm_str path, const gm_tree_entry *from)
{
    gm_entry entry = {.path = path, .kind = gm_entry_kind_of_mode(from->mode)};
    if (entry.kind == GM_ENTRY_FILE || entry.kind == GM_ENTRY_FOLDER)
        entry.blob = from->oid;
    return entry;
}

typedef struct {
    gm_arena *arena;
    gm_repo *repo;
    gm_str folder; /* that was asked for */
    bool deep;
    gm_entries *entries;
    gm_map trees; /* raw tree id -> gm_tree_entries *: each is read once */
} tree_walk;

static gm_code load_tree(tree_walk *walk, const gm_oid *tree, gm_tree_entries **list, gm_err *err)
{
    *list = gm_map_get(&walk->trees, gm_oid_key(tree));
    if (*list)
        return GM_OK;
    gm_oid *key = gm_new(walk->arena, gm_oid);
    *key = *tree;
    *list = gm_new(walk->arena, gm_tree_entries);
    GM_TRY(gm_repo_list_tree(walk->arena, walk->repo, tree, *list, err));
    gm_map_add(&walk->trees, gm_oid_key(key), *list);
    return GM_OK;
}

static gm_code walk_tree(tree_walk *walk, const gm_oid *tree, gm_str folder, int depth, gm_err *err)
{
    gm_tree_entries *list;
    if (depth > GM_SNAPSHOT_DEPTH_MAX)
        return gm_snapshot_too_many(walk->folder, err);
    GM_TRY(load_tree(walk, tree, &list, err));
    if (!walk->entries->cap)
        gm_vec_reserve(walk->arena, walk->entries, list->len);
    GM_EACH (gm_tree_entry, child, list) {
        gm_entry entry = entry_of(gm_path_join(walk->arena, folder, child->name), child);
        if (entry.kind == GM_ENTRY_FOLDER && walk->deep)
            GM_TRY(walk_tree(walk, &child->oid, entry.path, depth + 1, err));
        else
            gm_vec_push(walk->arena, walk->entries, entry);
        if (walk->entries->len > GM_SNAPSHOT_ENTRIES_MAX)
            return gm_snapshot_too_many(walk->folder, err);
    }
    return GM_OK;
}

gm_code gm_commit_list(gm_arena *arena, gm_repo *repo, const gm_oid *commit, gm_str folder,
                       bool deep, gm_entries *entries, gm_err *err)
{
    gm_oid tree;
    bool found;
    if (gm_oid_none(commit))
        return GM_OK;
    GM_TRY(gm_repo_subtree(repo, commit, folder, &tree, &found, err));
    if (!found)
        return GM_OK;
    tree_walk walk = {arena, repo, folder, deep, entries, gm_map_new(arena)};
    return walk_tree(&walk, &tree, folder, 0, err);
}

gm_code gm_commit_find(gm_repo *repo, const gm_oid *commit, gm_str path, gm_entry *entry,
                       bool *found, gm_err *err)
{
    gm_tree_entry there;
    *found = false;
    if (gm_oid_none(commit))
        return GM_OK;
    GM_TRY(gm_repo_entry(repo, commit, path, &there, found, err));
    if (*found)
        *entry = entry_of(path, &there);
    return GM_OK;
}

static gm_code find_in_commit(gm_snapshot *snapshot, gm_str path, gm_entry *entry, bool *found,
                              gm_err *err)
{
    return gm_commit_find(snapshot->repo, &snapshot->commit, path, entry, found, err);
}

static gm_code list_commit(gm_snapshot *snapshot, gm_str folder, bool deep, gm_entries *entries,
                           gm_err *err)
{
    return gm_commit_list(snapshot->arena, snapshot->repo, &snapshot->commit, folder, deep, entries,
                          err);
}

static gm_code read_blob(gm_snapshot *snapshot, gm_arena *arena, const gm_entry *entry,
                         gm_str *bytes, gm_err *err)
{
    gm_code code = gm_repo_read_blob(arena, snapshot->repo, &entry->blob, bytes, err);
    if (code != GM_OK)
        err->where = gm_str_dup(err->arena, entry->path);
    return code;
}

const gm_snapshot_operations gm_snapshot_of_commit = {find_in_commit, list_commit, read_blob};

gm_code gm_snapshot_index(gm_snapshot *snapshot, gm_str prefix, gm_index *index, gm_err *err)
{
    return gm_repo_index(snapshot->repo, snapshot->arena, prefix, index, err);
}

gm_code gm_index_check_merged(const gm_index_entry *entry, gm_err *err)
{
    if (!entry->unmerged)
        return GM_OK;
    gm_fail_at(err, GM_E_REFUSED, entry->path, "git could not merge this file");
    return gm_hint(err, "Resolve the conflict first, then: git add -- %.*s", GM_ARG(entry->path));
}

gm_entry gm_entry_of_index(const gm_index_entry *from)
{
    gm_entry entry = {.path = from->path, .kind = gm_entry_kind_of_mode(from->mode)};
    if (entry.kind == GM_ENTRY_FILE)
        entry.blob = from->oid;
    return entry;
}

gm_str gm_folder_towards(gm_str folder, gm_str path)
{
    size_t from = folder.len ? folder.len + 1 : 0;
    size_t end = gm_str_find(path, '/', from);
    return end == path.len ? GM_STR("") : gm_str_sub(path, 0, end);
}

static gm_code find_in_index(gm_snapshot *snapshot, gm_str path, gm_entry *entry, bool *found,
                             gm_err *err)
{
    gm_index index;
    GM_TRY(gm_snapshot_index(snapshot, path, &index, err));
    *found = index.entries.len != 0;
    *entry = (gm_entry){.path = path, .kind = GM_ENTRY_FOLDER};
    GM_EACH (gm_index_entry, at, &index.entries) {
        if (!gm_str_eq(at->path, path))
            continue;
        GM_TRY(gm_index_check_merged(at, err));
        *entry = gm_entry_of_index(at);
        break;
    }
    return GM_OK;
}

static gm_code list_index(gm_snapshot *snapshot, gm_str folder, bool deep, gm_entries *entries,
                          gm_err *err)
{
    gm_index index;
    gm_map folders = gm_map_new(snapshot->arena);
    GM_TRY(gm_snapshot_index(snapshot, folder, &index, err));
    GM_EACH (gm_index_entry, at, &index.entries) {
        gm_str child = gm_folder_towards(folder, at->path);
        if (gm_str_eq(at->path, folder))
            continue;
        if (!deep && child.len) {
            gm_entry entry = {.path = child, .kind = GM_ENTRY_FOLDER};
            if (gm_map_add(&folders, child, NULL))
                gm_vec_push(snapshot->arena, entries, entry);
            continue;
        }
        GM_TRY(gm_index_check_merged(at, err));
        gm_vec_push(snapshot->arena, entries, gm_entry_of_index(at));
    }
    return GM_OK;
}

const gm_snapshot_operations gm_snapshot_of_index = {find_in_index, list_index, read_blob};
