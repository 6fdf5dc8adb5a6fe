/* SPDX-License-Identifier: Apache-2.0 */
/* The index and the files of the work tree by libgit2. */
#include "git/source_libgit2.h"

#include <sys/stat.h>

#include <git2/sys/repository.h>

#include "base/digest.h"
#include "base/file.h"
#include "git/below.h"
#include "git/snapshot.h"

static gm_source_libgit2 *self(gm_source *source)
{
    return (gm_source_libgit2 *)(void *)source;
}

/* Before the index is read: a file that changes in between must not look older than the index. */
static void note_mtime(gm_source_libgit2 *lib, gm_str path)
{
    struct stat status;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    if (stat(gm_str_z(scratch, path), &status) != 0)
        return;
    lib->index_mtime = status.st_mtim.tv_sec;
    lib->index_mtime_ns = status.st_mtim.tv_nsec;
}

static gm_code open_index(gm_source_libgit2 *lib, gm_err *err)
{
    git_index *index = NULL;
    if (lib->index)
        return GM_OK;
    gm_str path = gm_layout_index(err->arena, &lib->layout);
    note_mtime(lib, path);
    /* Its own reading of GIT_INDEX_FILE takes a relative path from wherever this process is. */
    int code = lib->layout.index_file.len ? git_index_open(&index, gm_str_z(err->arena, path))
                                          : git_repository_index(&index, lib->repo);
    if (code == 0 && lib->layout.index_file.len)
        code = git_repository_set_index(lib->repo, index);
    /* core.ignoreCase would sort it without regard to case. */
    if (code == 0)
        code = git_index_set_caps(index, git_index_caps(index) & ~GIT_INDEX_CAPABILITY_IGNORE_CASE);
    if (code < 0) {
        gm_libgit2_fail(err, GM_E_GIT, "cannot read the index");
        git_index_free(index);
        return err->code;
    }
    lib->index = index;
    return GM_OK;
}

static gm_index_entry entry_of(gm_arena *arena, const git_index_entry *from)
{
    return (gm_index_entry){
        .path = gm_str_dup(arena, gm_str_from(from->path)),
        .oid = gm_oid_of_libgit2(&from->id),
        .mode = from->mode,
        .unmerged = GIT_INDEX_ENTRY_STAGE(from) != 0,
        .skip = (from->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0,
        .has_stat = true,
        .stat = {.mtime = from->mtime.seconds,
                 .ctime = from->ctime.seconds,
                 .mtime_ns = from->mtime.nanoseconds,
                 .ctime_ns = from->ctime.nanoseconds,
                 .ino = from->ino,
                 .uid = from->uid,
                 .gid = from->gid,
                 .size = from->file_size},
    };
}

static void add_entries(gm_source_libgit2 *lib, gm_arena *arena, gm_str prefix,
                        gm_index_entries *entries)
{
    size_t at = 0;
    if (prefix.len && git_index_find_prefix(&at, lib->index, gm_str_z(arena, prefix)) < 0)
        return;
    for (size_t count = git_index_entrycount(lib->index); at < count; at++) {
        const git_index_entry *entry = git_index_get_byindex(lib->index, at);
        gm_str path = gm_str_from(entry->path);
        if (!gm_str_starts(path, prefix))
            return;
        bool below = !prefix.len || path.len == prefix.len || path.ptr[prefix.len] == '/';
        if (below && !(entry->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD))
            gm_vec_push(arena, entries, entry_of(arena, entry));
    }
}

gm_code gm_libgit2_index(gm_source *source, gm_arena *arena, gm_str prefix, gm_index *index,
                         gm_err *err)
{
    GM_TRY(open_index(self(source), err));
    *index =
        (gm_index){.mtime = self(source)->index_mtime, .mtime_ns = self(source)->index_mtime_ns};
    add_entries(self(source), arena, prefix, &index->entries);
    return GM_OK;
}

/* What happens to a file's bytes depends on configuration. */
static gm_code need_config(gm_source_libgit2 *lib, gm_err *err)
{
    if (lib->config_in_environment)
        return gm_fail(err, GM_E_GIT, "libgit2 reads no configuration from the environment");
    return GM_OK;
}

gm_code gm_libgit2_to_git(gm_source *source, gm_arena *arena, gm_str path, gm_str raw,
                          gm_str *bytes, gm_oid *oid, gm_err *err)
{
    git_filter_list *filters = NULL;
    git_buf out = {0};
    gm_source_libgit2 *lib = self(source);
    GM_TRY(need_config(lib, err));
    int code = git_filter_list_load(&filters, lib->repo, NULL, gm_str_z(arena, path),
                                    GIT_FILTER_TO_ODB, GIT_FILTER_DEFAULT);
    if (code == 0)
        code = git_filter_list_apply_to_buffer(&out, filters, raw.ptr, raw.len);
    git_filter_list_free(filters);
    if (code < 0)
        return gm_libgit2_fail(err, GM_E_GIT, "cannot convert a file of the work tree");
    *bytes = gm_str_dup(arena, gm_str_of(out.ptr, out.size));
    *oid = gm_blob_oid(*bytes);
    git_buf_dispose(&out);
    return GM_OK;
}

/* Not by git_repository_hashfile: it follows links, has no limit, and leaks where it fails. */
static gm_code hash_file(gm_source *source, gm_str path, gm_oid *oid, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_str raw, bytes;
    bool found;
    GM_TRY(gm_below_read(scratch, self(source)->layout.top, path, GM_BLOB_MAX, &raw, &found, err));
    if (found)
        return gm_libgit2_to_git(source, scratch, path, raw, &bytes, oid, err);
    gm_fail_at(err, GM_E_IO, path, "was changed while gmig read it");
    return gm_hint(err, "Run the command again.");
}

gm_code gm_libgit2_hash(gm_source *source, gm_arena *arena, const gm_strs *paths, gm_oid *oids,
                        gm_err *err)
{
    (void)arena;
    GM_TRY(need_config(self(source), err));
    for (size_t i = 0; i < paths->len; i++)
        GM_TRY(hash_file(source, paths->items[i], &oids[i], err));
    return GM_OK;
}

gm_code gm_libgit2_ignored(gm_source *source, gm_arena *arena, const gm_strs *paths, bool *ignored,
                           gm_err *err)
{
    gm_source_libgit2 *lib = self(source);
    GM_TRY(need_config(lib, err));
    for (size_t i = 0; i < paths->len; i++) {
        int answer = 0;
        if (git_ignore_path_is_ignored(&answer, lib->repo, gm_str_z(arena, paths->items[i])) < 0)
            return gm_libgit2_fail(err, GM_E_GIT, "cannot read the ignore rules");
        ignored[i] = answer != 0;
    }
    return GM_OK;
}
