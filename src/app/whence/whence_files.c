/* SPDX-License-Identifier: Apache-2.0 */
/* The revision files in the folders that commits have, for whence's search. */
#include <stddef.h>

#include "app/project/read.h"
#include "app/whence/whence_search.h"
#include "base/file.h"
#include "history/formats/versioned.h"

/* In a partial clone a file is fetched only where its name promises something. */
static bool read_blob(gm_whence_search *search, const gm_oid *blob, gm_str name, gm_str *bytes)
{
    gm_err unread = gm_err_new(search->arena);
    gm_repo *repo = search->project->repo;
    if (gm_repo_read_blob(search->arena, repo, blob, bytes, &unread) == GM_OK)
        return true;
    bool promises = false;
    GM_EACH (const gm_str, wanted, &search->wanted)
        promises = promises || gm_str_search(name, *wanted) < name.len;
    bool read = false;
    if (promises) {
        gm_repo_stay_here(repo, false);
        gm_err_clear(&unread);
        read = gm_repo_read_blob(search->arena, repo, blob, bytes, &unread) == GM_OK;
        gm_repo_stay_here(repo, true);
    }
    search->incomplete = search->incomplete || !read;
    return read;
}

/* The revision in a file, read once; NULL when it holds none. */
static const gm_revision *revision_of(gm_whence_search *search, const gm_tree_entry *entry,
                                      gm_str folder)
{
    void *known;
    gm_arena *arena = search->arena;
    gm_str place = search->format->place ? gm_path_join(arena, folder, entry->name) : (gm_str){0};
    gm_str key = gm_whence_key(search, &entry->oid, place);
    if (gm_map_find(&search->revisions, key, &known))
        return known;
    gm_cache *cache = search->project->cache;
    gm_revision *revision = gm_new(arena, gm_revision);
    gm_revisions sound = {0};
    gm_problems problems = {0};
    gm_revision_file file = {.path = gm_path_join(arena, folder, gm_str_dup(arena, entry->name)),
                             .blob = entry->oid};
    bool found = gm_cache_find_revision(cache, search->format->name, &file.blob, revision);
    if (found)
        gm_format_recall(arena, search->format, &file, revision);
    if (!found && read_blob(search, &file.blob, entry->name, &file.bytes)) {
        revision = gm_read_revision(arena, search->format, &file, &sound, &problems);
        if (revision)
            gm_cache_add_revision(cache, search->format->name, revision);
        found = revision != NULL;
    }
    gm_map_add(&search->revisions, key, found ? revision : NULL);
    return found ? revision : NULL;
}

/* A file of a folder that was looked through, and its version plus one; 0 for none. */
typedef struct {
    gm_tree_entry entry;
    size_t version;
} seen;

/* Each folder has nearly the files of the one before it, in the same order. */
typedef struct {
    gm_arena *arena;
    gm_str below; /* as of gm_folder_tree */
    gm_str bytes; /* of the tree */
    GM_VEC(seen) files;
} seen_folder;

static size_t judge_file(gm_whence_search *search, const gm_tree_entry *entry,
                         const gm_folder_tree *tree, gm_arena *scratch)
{
    gm_str below = gm_path_join(scratch, tree->below, entry->name);
    if ((entry->mode & GM_MODE_KIND) != GM_MODE_FILE || !search->format->is_revision(below) ||
        gm_version_is_beside(search->format, below))
        return 0;
    const gm_revision *revision = revision_of(search, entry, tree->folder);
    if (!revision || !gm_whence_wants(search, revision->id, entry->name))
        return 0;
    return (size_t)(gm_whence_version(search, &entry->oid, revision) - search->versions.items) + 1;
}

/* Where an entry begins in the bytes, counted from their beginning, and where it ends. */
static size_t end_of(gm_str bytes, const gm_tree_entry *entry)
{
    return (size_t)(entry->name.ptr - bytes.ptr) + entry->name.len + 1 + entry->oid.len;
}

/* How many files two folders have alike at their beginning, and how many bytes those take. */
static size_t shared_beginning(const seen_folder *last, gm_str bytes, size_t *taken)
{
    enum { STEP = 256 };
    size_t same = 0;
    size_t files = 0;
    size_t max = bytes.len < last->bytes.len ? bytes.len : last->bytes.len;
    while (same + STEP <= max && memcmp(last->bytes.ptr + same, bytes.ptr + same, STEP) == 0)
        same += STEP;
    while (same < max && last->bytes.ptr[same] == bytes.ptr[same])
        same++;
    *taken = 0;
    for (; files < last->files.len; files++) {
        size_t end = end_of(last->bytes, &last->files.items[files].entry);
        if (end > same)
            break;
        *taken = end;
    }
    return files;
}

/* The same of their ends, behind what the beginnings share. */
static size_t shared_end(const seen_folder *last, gm_str bytes, size_t before, size_t taken)
{
    size_t at = last->files.len;
    while (at > before) {
        size_t start = at - 1 ? end_of(last->bytes, &last->files.items[at - 2].entry) : 0;
        size_t rest = last->bytes.len - start;
        size_t own = end_of(last->bytes, &last->files.items[at - 1].entry) - start;
        if (start < taken || rest > bytes.len - taken ||
            memcmp(last->bytes.ptr + start, bytes.ptr + bytes.len - rest, own) != 0)
            break;
        at--;
    }
    return last->files.len - at;
}

static void add_file(gm_whence_search *search, gm_folder_tree *tree, seen_folder *now, seen file)
{
    gm_vec_push(now->arena, &now->files, file);
    if (file.version)
        gm_vec_push(search->arena, &tree->matches,
                    (gm_match){file.version - 1, gm_str_dup(search->arena, file.entry.name)});
}

/* Files of the last folder whose bytes are these, `moved` bytes further on. */
static void add_same(gm_whence_search *search, gm_folder_tree *tree, const seen_folder *last,
                     size_t from, size_t count, ptrdiff_t moved, seen_folder *now)
{
    for (size_t i = from; i < from + count; i++) {
        seen file = last->files.items[i];
        file.entry.name.ptr = now->bytes.ptr + (file.entry.name.ptr - last->bytes.ptr) + moved;
        add_file(search, tree, now, file);
    }
}

/* What two trees have alike is neither parsed nor looked up. */
static gm_code look_through_bytes(gm_whence_search *search, gm_folder_tree *tree,
                                  const seen_folder *last, seen_folder *now, gm_err *err)
{
    size_t start;
    gm_tree_entries entries;
    gm_err torn = gm_err_new(now->arena);
    size_t before = shared_beginning(last, now->bytes, &start);
    size_t after = shared_end(last, now->bytes, before, start);
    size_t behind = last->files.len - after;
    size_t rest =
        after == 0 ? 0
                   : last->bytes.len -
                         (behind ? end_of(last->bytes, &last->files.items[behind - 1].entry) : 0);
    gm_str middle = gm_str_sub(now->bytes, start, now->bytes.len - rest);
    if (gm_repo_parse_tree(now->arena, &tree->tree, middle, &entries, &torn) != GM_OK) {
        before = after = 0;
        GM_TRY(gm_repo_parse_tree(now->arena, &tree->tree, now->bytes, &entries, err));
    }
    gm_vec_reserve(now->arena, &now->files, before + entries.len + after);
    add_same(search, tree, last, 0, before, 0, now);
    GM_EACH (const gm_tree_entry, entry, &entries)
        add_file(search, tree, now, (seen){*entry, judge_file(search, entry, tree, now->arena)});
    add_same(search, tree, last, behind, after,
             (ptrdiff_t)now->bytes.len - (ptrdiff_t)last->bytes.len, now);
    return GM_OK;
}

static gm_code look_through(gm_whence_search *search, gm_folder_tree *tree, const seen_folder *last,
                            seen_folder *now, gm_err *err)
{
    gm_str bytes;
    gm_err failure = gm_err_new(search->arena);
    /* Of another folder the same file may be another revision. */
    static const seen_folder none = {0};
    const seen_folder *like = gm_str_eq(last->below, tree->below) ? last : &none;
    gm_code code = gm_repo_tree_bytes(search->project->repo, &tree->tree, &bytes, &failure);
    if (code == GM_E_MISSING_OBJECT) {
        search->incomplete = true;
        return GM_OK;
    }
    if (code == GM_OK) {
        now->below = tree->below;
        now->bytes = gm_str_dup(now->arena, bytes);
        code = look_through_bytes(search, tree, like, now, &failure);
    }
    if (code != GM_OK)
        *err = failure;
    return code;
}

gm_code gm_whence_search_files(gm_whence_search *search, gm_err *err)
{
    gm_code code = GM_OK;
    seen_folder last = {.arena = gm_arena_new()};
    while (code == GM_OK && search->judged < search->tree_list.len) {
        seen_folder now = {.arena = gm_arena_new()};
        code = look_through(search, search->tree_list.items[search->judged++], &last, &now, err);
        gm_arena_free(last.arena);
        last = now;
    }
    gm_arena_free(last.arena);
    return code;
}
