/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of the work tree.
 *
 * What is on disk counts. An index entry says which blob a file holds as long as the file's stat
 * data is the one git noted; else the file is hashed. Files that git was told not to look for
 * (skip-worktree, sparse checkouts) are read from the repository. git status is never run: it looks
 * at the whole tree and mistakes sparse files for deleted ones.
 */
#include <fcntl.h>

#include "base/file.h"
#include "git/below.h"
#include "git/internal.h"
#include "git/snapshot_kinds.h"

/* One listing. */
typedef struct {
    gm_snapshot *snapshot;
    gm_str folder; /* that was asked for */
    bool deep;
    gm_index index;
    gm_map tracked; /* path -> gm_index_entry * */
    gm_map folders; /* every folder that holds a tracked file */
    gm_map seen;    /* paths found on disk */
    gm_map at_head; /* path -> gm_entry * in HEAD's tree */
    gm_entries *out;
    GM_VEC(size_t) unhashed; /* places in `out` */
} listing;

enum { RACY_NS = 20 * 1000 * 1000 };

/*
 * Could the file have changed without a new mtime after git looked at it? git asks whether the
 * entry is as new as the index (Documentation/technical/racy-git.txt). With times below a second
 * that is closer than the clock ticks, hence the slack.
 */
static bool is_racy(const gm_index *index, const gm_index_stat *noted)
{
    if (!noted->mtime_ns || !index->mtime_ns)
        return noted->mtime >= (index->mtime & 0xffffffff);
    int64_t entry_ns = noted->mtime * 1000000000 + noted->mtime_ns + RACY_NS;
    return entry_ns >= index->mtime * 1000000000 + index->mtime_ns;
}

/* The index keeps the lower 32 bits of everything. */
static bool is_unchanged(const gm_index *index, const gm_index_entry *entry,
                         const struct stat *status)
{
    const gm_index_stat *noted = &entry->stat;
    return entry->has_stat && gm_entry_kind_of_mode(entry->mode) == GM_ENTRY_FILE &&
           noted->size == (uint32_t)status->st_size && noted->ino == (uint32_t)status->st_ino &&
           noted->uid == (uint32_t)status->st_uid && noted->gid == (uint32_t)status->st_gid &&
           (uint32_t)noted->mtime == (uint32_t)status->st_mtim.tv_sec &&
           (uint32_t)noted->ctime == (uint32_t)status->st_ctim.tv_sec &&
           (!noted->mtime_ns || noted->mtime_ns == (uint32_t)status->st_mtim.tv_nsec) &&
           (!noted->ctime_ns || noted->ctime_ns == (uint32_t)status->st_ctim.tv_nsec) &&
           !is_racy(index, noted);
}

static void note_folders(listing *run, gm_str path)
{
    for (gm_str at = gm_path_folder(path); at.len > run->folder.len; at = gm_path_folder(at))
        if (!gm_map_add(&run->folders, at, NULL))
            return;
}

static gm_code load(listing *run, gm_str prefix, gm_err *err)
{
    gm_arena *arena = run->snapshot->arena;
    run->tracked = gm_map_new(arena);
    run->folders = gm_map_new(arena);
    run->seen = gm_map_new(arena);
    run->at_head = gm_map_new(arena);
    GM_TRY(gm_snapshot_index(run->snapshot, prefix, &run->index, err));
    GM_EACH (gm_index_entry, entry, &run->index.entries) {
        gm_map_add(&run->tracked, entry->path, entry);
        note_folders(run, entry->path);
    }
    return GM_OK;
}

static gm_code load_head(listing *run, gm_err *err)
{
    gm_entries entries = {0};
    gm_snapshot *snapshot = run->snapshot;
    GM_TRY(gm_commit_list(snapshot->arena, snapshot->repo, &snapshot->commit, run->folder,
                          run->deep, &entries, err));
    GM_EACH (gm_entry, entry, &entries)
        gm_map_add(&run->at_head, entry->path, entry);
    return GM_OK;
}

static bool differs_from_head(const listing *run, const gm_index_entry *entry)
{
    const gm_entry *head = gm_map_get(&run->at_head, entry->path);
    return !head || head->kind != gm_entry_kind_of_mode(entry->mode) ||
           (head->kind == GM_ENTRY_FILE && !gm_oid_eq(&head->blob, &entry->oid));
}

static gm_code check_merged(const listing *run, const gm_index_entry *entry, gm_err *err)
{
    gm_str derived = run->snapshot->derived;
    return derived.len && gm_str_eq(entry->path, derived) ? GM_OK
                                                          : gm_index_check_merged(entry, err);
}

/* A file or link on disk. What must be hashed is noted for later, all at once. */
static gm_code add_file(listing *run, gm_str path, const struct stat *status, gm_err *err)
{
    const gm_index_entry *tracked = gm_map_get(&run->tracked, path);
    gm_entry entry = {.path = path,
                      .kind = S_ISLNK(status->st_mode) ? GM_ENTRY_LINK : GM_ENTRY_FILE,
                      .untracked = !tracked};
    if (tracked) {
        GM_TRY(check_merged(run, tracked, err));
        entry.modified =
            differs_from_head(run, tracked) || entry.kind != gm_entry_kind_of_mode(tracked->mode);
    }
    gm_vec_push(run->snapshot->arena, run->out, entry);
    if (run->out->len > GM_SNAPSHOT_ENTRIES_MAX)
        return gm_snapshot_too_many(run->folder, err);
    if (entry.kind != GM_ENTRY_FILE)
        return GM_OK;
    if (tracked && is_unchanged(&run->index, tracked, status))
        run->out->items[run->out->len - 1].blob = tracked->oid;
    else if (status->st_size <= GM_BLOB_MAX)
        gm_vec_push(run->snapshot->arena, &run->unhashed, run->out->len - 1);
    else if (tracked)
        run->out->items[run->out->len - 1].modified = true;
    return GM_OK;
}

static gm_code hash_files(listing *run, gm_err *err)
{
    gm_arena *arena = run->snapshot->arena;
    gm_strs paths = {0};
    if (!run->unhashed.len)
        return GM_OK;
    GM_EACH (size_t, at, &run->unhashed)
        gm_vec_push(arena, &paths, run->out->items[*at].path);
    gm_oid *oids = gm_new_array(arena, paths.len, gm_oid);
    GM_TRY(gm_repo_hash(run->snapshot->repo, arena, &paths, oids, err));
    for (size_t i = 0; i < paths.len; i++) {
        gm_entry *entry = &run->out->items[run->unhashed.items[i]];
        const gm_index_entry *tracked = gm_map_get(&run->tracked, entry->path);
        entry->blob = oids[i];
        if (tracked && !gm_oid_eq(&tracked->oid, &entry->blob))
            entry->modified = true;
    }
    return GM_OK;
}

/* One name of a folder that is being read. */
typedef struct {
    gm_str path;
    struct stat status;
    bool submodule;
} place;

typedef GM_VEC(place) places;

static gm_code walk(listing *run, gm_str folder, int depth, gm_err *err);

static bool is_repository(gm_snapshot *snapshot, gm_str path)
{
    struct stat status;
    return gm_below_stat(snapshot->top, gm_path_join(snapshot->arena, path, GM_STR(".git")),
                         &status);
}

static bool is_tracked(const listing *run, const place *at)
{
    return gm_map_find(S_ISDIR(at->status.st_mode) ? &run->folders : &run->tracked, at->path, NULL);
}

/* Leaves out what git ignores; asks once for a whole folder, and only about what it does not track.
 */
static gm_code drop_ignored(listing *run, places *list, gm_err *err)
{
    gm_arena *arena = run->snapshot->arena;
    gm_strs paths = {0};
    GM_EACH (place, at, list)
        if (!at->submodule && !is_tracked(run, at))
            gm_vec_push(arena, &paths,
                        S_ISDIR(at->status.st_mode)
                            ? gm_str_printf(arena, "%.*s/", GM_ARG(at->path))
                            : at->path);
    if (!paths.len)
        return GM_OK;
    bool *ignored = gm_new_array(arena, paths.len, bool);
    GM_TRY(gm_repo_ignored(run->snapshot->repo, arena, &paths, ignored, err));
    size_t kept = 0;
    size_t asked = 0;
    for (size_t i = 0; i < list->len; i++) {
        const place *at = &list->items[i];
        bool drop = !at->submodule && !is_tracked(run, at) && ignored[asked++];
        if (!drop)
            list->items[kept++] = list->items[i];
    }
    list->len = kept;
    return GM_OK;
}

static gm_code add_place(listing *run, const place *at, int depth, gm_err *err)
{
    gm_arena *arena = run->snapshot->arena;
    gm_map_add(&run->seen, at->path, NULL);
    if (at->submodule) {
        gm_entry entry = {.path = at->path, .kind = GM_ENTRY_SUBMODULE};
        gm_vec_push(arena, run->out, entry);
        return GM_OK;
    }
    if (!S_ISDIR(at->status.st_mode))
        return add_file(run, at->path, &at->status, err);
    if (run->deep)
        return walk(run, at->path, depth + 1, err);
    gm_entry entry = {.path = at->path, .kind = GM_ENTRY_FOLDER};
    gm_vec_push(arena, run->out, entry);
    return GM_OK;
}

static void note_place(listing *run, DIR *dir, gm_str folder, gm_str name, places *list)
{
    gm_snapshot *snapshot = run->snapshot;
    place at = {.path = gm_path_join(snapshot->arena, folder, name)};
    if (gm_str_is(name, ".") || gm_str_is(name, "..") || gm_str_is(name, ".git"))
        return;
    if (fstatat(dirfd(dir), gm_path_name(at.path).ptr, &at.status, AT_SYMLINK_NOFOLLOW) != 0)
        return;
    if (S_ISDIR(at.status.st_mode)) {
        const gm_index_entry *tracked = gm_map_get(&run->tracked, at.path);
        at.submodule = tracked && gm_entry_kind_of_mode(tracked->mode) == GM_ENTRY_SUBMODULE;
        /* Somebody's repository inside this one is none of its files. */
        if (!at.submodule && !gm_map_find(&run->folders, at.path, NULL) &&
            is_repository(snapshot, at.path))
            return;
    } else if (!S_ISREG(at.status.st_mode) && !S_ISLNK(at.status.st_mode)) {
        return;
    }
    gm_vec_push(snapshot->arena, list, at);
}

static gm_code read_names(listing *run, gm_str folder, places *list, gm_err *err)
{
    /* In the place of a folder a link: what git tracks below it is gone. */
    DIR *dir;
    GM_TRY(gm_below_list(run->snapshot->top, folder, &dir, err));
    if (!dir)
        return GM_OK;
    for (struct dirent *at; (at = readdir(dir));)
        note_place(run, dir, folder, gm_str_from(at->d_name), list);
    closedir(dir);
    return GM_OK;
}

static gm_code walk(listing *run, gm_str folder, int depth, gm_err *err)
{
    places list = {0};
    if (depth > GM_SNAPSHOT_DEPTH_MAX)
        return gm_snapshot_too_many(run->folder, err);
    GM_TRY(read_names(run, folder, &list, err));
    GM_TRY(drop_ignored(run, &list, err));
    GM_EACH (place, at, &list)
        GM_TRY(add_place(run, at, depth, err));
    return GM_OK;
}

/* Files that a sparse checkout left out are there for git, and so for us. */
static gm_code add_skipped(listing *run, gm_err *err)
{
    GM_EACH (gm_index_entry, entry, &run->index.entries) {
        if (!entry->skip || gm_map_find(&run->seen, entry->path, NULL))
            continue;
        gm_str child = gm_folder_towards(run->folder, entry->path);
        gm_entry found = gm_entry_of_index(entry);
        if (!run->deep && child.len) {
            found = (gm_entry){.path = child, .kind = GM_ENTRY_FOLDER};
            if (!gm_map_add(&run->seen, child, NULL))
                continue;
        } else {
            GM_TRY(check_merged(run, entry, err));
            found.modified = differs_from_head(run, entry);
        }
        gm_vec_push(run->snapshot->arena, run->out, found);
    }
    return GM_OK;
}

/* A file that one side of a merge deleted may be on disk or not; that is not for us to choose. */
static gm_code check_conflicts(listing *run, gm_err *err)
{
    GM_EACH (gm_index_entry, entry, &run->index.entries)
        if (run->deep || !gm_folder_towards(run->folder, entry->path).len)
            GM_TRY(check_merged(run, entry, err));
    return GM_OK;
}

static gm_code list(gm_snapshot *snapshot, gm_str folder, bool deep, gm_entries *entries,
                    gm_err *err)
{
    listing run = {.snapshot = snapshot, .folder = folder, .deep = deep, .out = entries};
    GM_TRY(load(&run, folder, err));
    GM_TRY(load_head(&run, err));
    GM_TRY(check_conflicts(&run, err));
    GM_TRY(walk(&run, folder, 0, err));
    GM_TRY(hash_files(&run, err));
    return add_skipped(&run, err);
}

static gm_code find_on_disk(listing *run, gm_str path, const struct stat *status, gm_err *err)
{
    gm_entry head;
    bool at_head;
    gm_snapshot *snapshot = run->snapshot;
    GM_TRY(gm_commit_find(snapshot->repo, &snapshot->commit, path, &head, &at_head, err));
    if (at_head)
        gm_map_add(&run->at_head, path, &head);
    GM_TRY(add_file(run, path, status, err));
    GM_TRY(hash_files(run, err));
    run->at_head = gm_map_new(snapshot->arena); /* `head` ends here */
    return GM_OK;
}

static gm_code find_skipped(listing *run, gm_str path, gm_entry *entry, bool *found, gm_err *err)
{
    GM_EACH (gm_index_entry, at, &run->index.entries) {
        if (!at->skip)
            continue;
        *found = true;
        *entry = (gm_entry){.path = path, .kind = GM_ENTRY_FOLDER};
        if (!gm_str_eq(at->path, path))
            return GM_OK;
        bool at_head;
        gm_entry head;
        gm_snapshot *snapshot = run->snapshot;
        GM_TRY(gm_commit_find(snapshot->repo, &snapshot->commit, path, &head, &at_head, err));
        *entry = gm_entry_of_index(at);
        entry->modified = !at_head || !gm_oid_eq(&head.blob, &at->oid);
        return GM_OK;
    }
    return GM_OK;
}

/* Does git ignore this one path? Tracked files and folders never are. */
static gm_code is_ignored(listing *run, const place *at, bool *answer, gm_err *err)
{
    places one = {0};
    gm_vec_push(run->snapshot->arena, &one, *at);
    GM_TRY(drop_ignored(run, &one, err));
    *answer = one.len == 0;
    return GM_OK;
}

static gm_code find(gm_snapshot *snapshot, gm_str path, gm_entry *entry, bool *found, gm_err *err)
{
    gm_entries out = {0};
    place at = {.path = path};
    bool ignored = false;
    listing run = {.snapshot = snapshot, .folder = gm_path_folder(path), .out = &out};
    *found = false;
    GM_TRY(load(&run, path, err));
    if (!gm_below_stat(snapshot->top, path, &at.status))
        return find_skipped(&run, path, entry, found, err);
    const gm_index_entry *tracked = gm_map_get(&run.tracked, path);
    at.submodule = tracked && gm_entry_kind_of_mode(tracked->mode) == GM_ENTRY_SUBMODULE;
    GM_TRY(is_ignored(&run, &at, &ignored, err));
    if (ignored)
        return GM_OK;
    *found = true;
    *entry = (gm_entry){.path = path, .kind = GM_ENTRY_FOLDER};
    if (S_ISDIR(at.status.st_mode)) {
        if (at.submodule)
            entry->kind = GM_ENTRY_SUBMODULE;
    } else if (S_ISREG(at.status.st_mode) || S_ISLNK(at.status.st_mode)) {
        GM_TRY(find_on_disk(&run, path, &at.status, err));
        *entry = out.items[0];
    } else {
        *found = false;
    }
    return GM_OK;
}

/* Of an unchanged file git has the bytes, mostly in a pack: dearer to find in a thousand files.
 * Only what is here at once counts, nothing is fetched. */
static bool read_known(const gm_snapshot *snapshot, gm_arena *arena, const gm_entry *entry,
                       gm_str *bytes, gm_err *err)
{
    gm_object object;
    gm_source *main = snapshot->repo->main;
    if (entry->untracked || entry->modified || main == snapshot->repo->git)
        return false;
    if (main->ops->read(main, &entry->blob, GM_BLOB_MAX, &object, err) != GM_OK) {
        gm_err_clear(err);
        return false;
    }
    *bytes = gm_str_dup(arena, object.bytes);
    main->ops->release(main, &object);
    return true;
}

/* The bytes must be those of the id that was told, else a caller would record what it never saw. */
static gm_code read_file(gm_snapshot *snapshot, gm_arena *arena, const gm_entry *entry,
                         gm_str *bytes, gm_err *err)
{
    bool found;
    gm_str raw;
    if (read_known(snapshot, arena, entry, bytes, err))
        return GM_OK;
    GM_TRY(gm_below_read(arena, snapshot->top, entry->path, GM_BLOB_MAX, &raw, &found, err));
    if (!found && (entry->untracked || gm_oid_none(&entry->blob))) {
        gm_fail_at(err, GM_E_IO, entry->path, "is not there any more");
        return gm_hint(err, "Something else has just removed it. Run the same command again.");
    }
    if (!found)
        return gm_repo_read_blob(arena, snapshot->repo, &entry->blob, bytes, err);
    gm_oid oid = gm_source_blob_oid(arena, raw, &entry->blob);
    *bytes = raw;
    if (!gm_oid_eq(&oid, &entry->blob))
        GM_TRY(gm_repo_to_git(snapshot->repo, arena, entry->path, raw, bytes, &oid, err));
    if (!gm_oid_eq(&oid, &entry->blob)) {
        gm_fail_at(err, GM_E_IO, entry->path, "was changed while gmig read it");
        return gm_hint(err, "Run the command again.");
    }
    return GM_OK;
}

const gm_snapshot_operations gm_snapshot_of_worktree = {find, list, read_file};
