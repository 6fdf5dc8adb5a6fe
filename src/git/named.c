/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the files of one name are.
 *
 * A push may bring thousands of commits whose trees are nearly the same: what a tree has below it
 * is remembered by its id, for nearly all trees the fact that there is nothing.
 */
#include "base/file.h"
#include "git/internal.h"
#include "git/snapshot_kinds.h"

/* More projects than any repository has, fewer than a tree that holds itself many times over. */
enum { NAMED_MAX = 10000 };

typedef struct {
    gm_repo *repo;
    gm_map *known; /* tree id -> gm_strs * */
    gm_str folder; /* that the file lies in; empty: in any */
    gm_str name;
    gm_str whole; /* both */
} search;

static void set_name(search *s, gm_str whole)
{
    size_t slash = gm_str_rfind(whole, '/');
    s->whole = whole;
    s->folder = slash < whole.len ? gm_str_sub(whole, 0, slash) : (gm_str){0};
    s->name = s->folder.len ? gm_str_sub(whole, slash + 1, whole.len) : whole;
}

static gm_code too_many(const search *s, gm_err *err)
{
    gm_fail(err, GM_E_HISTORY, "there are more than %d files called %.*s", NAMED_MAX,
            GM_ARG(s->whole));
    return gm_hint(err, "--config FILE looks at one of them alone.");
}

static gm_code find_below(const search *s, const gm_oid *tree, int depth, const gm_strs **found,
                          gm_err *err);

/* Adds what is below the folder `child`. */
static gm_code add_folder(const search *s, const gm_tree_entry *child, int depth, gm_strs *paths,
                          gm_err *err)
{
    const gm_strs *below;
    GM_TRY(find_below(s, &child->oid, depth + 1, &below, err));
    for (size_t i = 0; below && i < below->len; i++) {
        if (paths->len == NAMED_MAX)
            return too_many(s, err);
        gm_vec_push(s->repo->arena, paths,
                    gm_path_join(s->repo->arena, child->name, below->items[i]));
    }
    return GM_OK;
}

/* Is the file in the folder `child`, where that is the folder it lies in? */
static gm_code look_into(const search *s, const gm_tree_entry *child, gm_strs *paths, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_tree_entries entries = {0};
    if (!s->folder.len || !gm_str_eq(child->name, s->folder))
        return GM_OK;
    GM_TRY(gm_repo_list_tree(scratch, s->repo, &child->oid, &entries, err));
    GM_EACH (const gm_tree_entry, entry, &entries)
        if ((entry->mode & GM_MODE_KIND) == GM_MODE_FILE && gm_str_eq(entry->name, s->name))
            gm_vec_push(s->repo->arena, paths, s->whole);
    return GM_OK;
}

static gm_code read_tree(const search *s, const gm_oid *tree, int depth, gm_strs *paths,
                         gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_tree_entries entries = {0};
    if (depth > GM_SNAPSHOT_DEPTH_MAX)
        return gm_snapshot_too_many((gm_str){0}, err);
    GM_TRY(gm_repo_list_tree(scratch, s->repo, tree, &entries, err));
    GM_EACH (const gm_tree_entry, child, &entries) {
        uint32_t kind = child->mode & GM_MODE_KIND;
        if (kind == GM_MODE_FILE && !s->folder.len && gm_str_eq(child->name, s->name))
            gm_vec_push(s->repo->arena, paths, s->name);
        if (kind != GM_MODE_FOLDER)
            continue;
        GM_TRY(look_into(s, child, paths, err));
        GM_TRY(add_folder(s, child, depth, paths, err));
    }
    return GM_OK;
}

/* The paths below a tree, relative to it; NULL for none. */
static gm_code find_below(const search *s, const gm_oid *tree, int depth, const gm_strs **found,
                          gm_err *err)
{
    void *known;
    if (gm_map_find(s->known, gm_oid_key(tree), &known)) {
        *found = known;
        return GM_OK;
    }
    gm_strs paths = {0};
    GM_TRY(read_tree(s, tree, depth, &paths, err));
    gm_oid *key = gm_new(s->repo->arena, gm_oid);
    *key = *tree;
    gm_strs *kept = NULL;
    if (paths.len) {
        kept = gm_new(s->repo->arena, gm_strs);
        *kept = paths;
    }
    gm_map_add(s->known, gm_oid_key(key), kept);
    *found = kept;
    return GM_OK;
}

static gm_code named_in_commit(gm_snapshot *snapshot, gm_str name, gm_strs *paths, gm_err *err)
{
    gm_repo *repo = snapshot->repo;
    const gm_strs *below;
    gm_oid tree;
    bool found;
    if (gm_oid_none(&snapshot->commit))
        return GM_OK;
    if (!repo->named.arena)
        repo->named = gm_map_new(repo->arena);
    name = gm_str_dup(repo->arena, name);
    search s = {.repo = repo, .known = gm_map_get(&repo->named, name)};
    if (!s.known) {
        s.known = gm_new(repo->arena, gm_map);
        *s.known = gm_map_new(repo->arena);
        gm_map_add(&repo->named, name, s.known);
    }
    set_name(&s, name);
    GM_TRY(gm_repo_subtree(repo, &snapshot->commit, (gm_str){0}, &tree, &found, err));
    GM_TRY(find_below(&s, &tree, 0, &below, err));
    for (size_t i = 0; below && i < below->len; i++)
        gm_vec_push(snapshot->arena, paths, below->items[i]);
    return GM_OK;
}

/* Is it `name`, or a path that ends in it? */
static bool ends_in(gm_str path, gm_str name)
{
    return gm_str_ends(path, name) &&
           (path.len == name.len || path.ptr[path.len - name.len - 1] == '/');
}

static gm_code named_in_index(gm_snapshot *snapshot, gm_str name, gm_strs *paths, gm_err *err)
{
    gm_index index;
    GM_TRY(gm_snapshot_index(snapshot, (gm_str){0}, &index, err));
    GM_EACH (const gm_index_entry, entry, &index.entries) {
        if (gm_entry_kind_of_mode(entry->mode) != GM_ENTRY_FILE || !ends_in(entry->path, name))
            continue;
        GM_TRY(gm_index_check_merged(entry, err));
        gm_vec_push(snapshot->arena, paths, entry->path);
    }
    return GM_OK;
}

static bool has_index(const gm_snapshot *snapshot)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    return gm_file_exists(gm_layout_index(scratch, &snapshot->repo->layout));
}

gm_code gm_snapshot_checked_out(const gm_snapshot *snapshot, gm_err *err)
{
    bool unborn = gm_oid_none(&snapshot->commit);
    if (snapshot->ops != &gm_snapshot_of_worktree || has_index(snapshot) ||
        gm_source_need_index(&snapshot->repo->layout, unborn, err) == GM_OK)
        return GM_OK;
    return gm_hint(err, "Check it out: git checkout HEAD -- . (or name a commit: --at HEAD).");
}

/* What is there, no index says. */
static gm_code named_without_index(gm_snapshot *snapshot, gm_str name, gm_strs *paths, gm_err *err)
{
    GM_TRY(gm_folder_named(snapshot, name, paths, err));
    return paths->len ? GM_OK : gm_snapshot_checked_out(snapshot, err);
}

gm_code gm_snapshot_named(gm_snapshot *snapshot, gm_str name, gm_strs *paths, gm_err *err)
{
    if (snapshot->ops == &gm_snapshot_of_commit)
        return named_in_commit(snapshot, name, paths, err);
    if (snapshot->ops == &gm_snapshot_of_folder)
        return gm_folder_named(snapshot, name, paths, err);
    if (snapshot->ops == &gm_snapshot_of_worktree && !has_index(snapshot))
        return named_without_index(snapshot, name, paths, err);
    return named_in_index(snapshot, name, paths, err);
}
