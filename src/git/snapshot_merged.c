/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What merging two snapshots will leave, in memory.
 *
 * libgit2's own git_merge_trees writes the blobs that it merges into the repository, and knows no
 * work tree; so paths are gone through here, and only the lines are merged by it
 * (git_merge_file writes nothing). Files are merged when somebody reads them.
 */
#include <git2.h>

#include "base/digest.h"
#include "git/snapshot_kinds.h"

enum { START, OURS, BASE, SIDES };

/* One path. */
typedef struct {
    gm_entry of[SIDES];
    bool has[SIDES];
} three;

typedef struct {
    gm_snapshot *of[SIDES];
    gm_map read; /* synthetic blob id -> three *: what is merged when it is read */
} merging;

/* Only files are read: of folders, links and submodules it counts that they are there. */
static bool same(const three *t, int a, int b)
{
    if (t->has[a] != t->has[b])
        return false;
    return !t->has[a] || (t->of[a].kind == t->of[b].kind &&
                          (t->of[a].kind != GM_ENTRY_FILE ||
                           (t->of[a].blob.len && gm_oid_eq(&t->of[a].blob, &t->of[b].blob))));
}

/* The side that the merge takes the path from; SIDES: it is merged from both. */
static int side_of(const three *t)
{
    bool folder = (t->has[OURS] && t->of[OURS].kind == GM_ENTRY_FOLDER) ||
                  (t->has[BASE] && t->of[BASE].kind == GM_ENTRY_FOLDER);
    if (folder)
        return t->has[OURS] ? OURS : BASE;
    if (same(t, OURS, BASE) || same(t, START, BASE))
        return OURS;
    return same(t, START, OURS) ? BASE : SIDES;
}

/* An id that only these three contents have together. */
static gm_oid *id_of(gm_arena *arena, const three *t)
{
    gm_oid *id = gm_new(arena, gm_oid);
    gm_str text = GM_STR("merge");
    for (int side = 0; side < SIDES; side++) {
        gm_str hex = t->has[side] ? gm_oid_hex(arena, &t->of[side].blob) : GM_STR("none");
        text = gm_str_printf(arena, "%.*s %.*s", GM_ARG(text), GM_ARG(hex));
    }
    *id = gm_sha1(gm_str_printf(arena, "%.*s %.*s", GM_ARG(text),
                                GM_ARG(t->of[t->has[OURS] ? OURS : BASE].path)));
    return id;
}

/* False: the path is not there after the merge. */
static bool merged_entry(gm_snapshot *snapshot, const three *t, gm_entry *entry)
{
    merging *m = snapshot->merging;
    int side = side_of(t);
    if (side != SIDES) {
        *entry = t->of[side];
        if (t->has[side] && entry->kind == GM_ENTRY_FILE) {
            three *kept = gm_new(snapshot->arena, three);
            gm_oid *id = gm_new(snapshot->arena, gm_oid);
            *kept = *t;
            *id = entry->blob;
            gm_map_add(&m->read, gm_oid_key(id), kept);
        }
        return t->has[side];
    }
    const gm_entry *there = &t->of[t->has[OURS] ? OURS : BASE];
    bool file = (t->has[OURS] && t->of[OURS].kind == GM_ENTRY_FILE) ||
                (t->has[BASE] && t->of[BASE].kind == GM_ENTRY_FILE);
    if (!file) {
        *entry = *there; /* a link stays one: there are no lines to merge */
        return true;
    }
    three *kept = gm_new(snapshot->arena, three);
    gm_oid *id = id_of(snapshot->arena, t);
    *kept = *t;
    gm_map_add(&m->read, gm_oid_key(id), kept);
    *entry = (gm_entry){.path = there->path, .kind = GM_ENTRY_FILE, .blob = *id};
    return true;
}

static gm_code find(gm_snapshot *snapshot, gm_str path, gm_entry *entry, bool *found, gm_err *err)
{
    merging *m = snapshot->merging;
    three t = {0};
    for (int side = 0; side < SIDES; side++)
        GM_TRY(gm_snapshot_find(m->of[side], path, &t.of[side], &t.has[side], err));
    *found = merged_entry(snapshot, &t, entry);
    return GM_OK;
}

static gm_code list(gm_snapshot *snapshot, gm_str folder, bool deep, gm_entries *entries,
                    gm_err *err)
{
    merging *m = snapshot->merging;
    gm_map paths = gm_map_new(snapshot->arena);
    for (int side = 0; side < SIDES; side++) {
        gm_entries listed = {0};
        GM_TRY(gm_snapshot_list(m->of[side], folder, deep, &listed, err));
        GM_EACH (const gm_entry, each, &listed) {
            three *t = gm_map_get(&paths, each->path);
            if (!t) {
                t = gm_new(snapshot->arena, three);
                gm_map_add(&paths, each->path, t);
            }
            t->of[side] = *each;
            t->has[side] = true;
        }
    }
    GM_EACH (const gm_map_entry, each, &paths.entries) {
        gm_entry entry;
        if (merged_entry(snapshot, each->value, &entry))
            gm_vec_push(snapshot->arena, entries, entry);
    }
    return GM_OK;
}

/* ---- lines ---- */

static gm_code conflict(gm_snapshot *snapshot, gm_str path, gm_err *err)
{
    gm_vec_push(snapshot->arena, &snapshot->conflicts, path);
    return gm_fail_at(err, GM_E_UNKNOWN, path,
                      "both branches have changed it, and git will not "
                      "merge it by itself");
}

static git_merge_file_input input_of(const gm_str *bytes)
{
    return (git_merge_file_input){
        .version = GIT_MERGE_FILE_INPUT_VERSION, .ptr = bytes->ptr, .size = bytes->len};
}

static gm_code merge_lines(gm_snapshot *snapshot, gm_arena *arena, gm_str path, const gm_str *texts,
                           gm_str *bytes, gm_err *err)
{
    git_merge_file_result result = {0};
    git_merge_file_input start = input_of(&texts[START]);
    git_merge_file_input ours = input_of(&texts[OURS]);
    git_merge_file_input base = input_of(&texts[BASE]);
    if (git_libgit2_init() < 1)
        return gm_fail(err, GM_E_GIT, "libgit2 cannot be started");
    bool good = git_merge_file(&result, &start, &ours, &base, NULL) == 0 && result.automergeable;
    if (good)
        *bytes = gm_str_dup(arena, gm_str_of(result.ptr, result.len));
    git_merge_file_result_free(&result);
    git_libgit2_shutdown();
    return good ? GM_OK : conflict(snapshot, path, err);
}

/* The sides keep what is read of them; only lines of both are made anew. */
static gm_code read_file(gm_snapshot *snapshot, gm_arena *arena, const gm_entry *entry,
                         gm_str *bytes, gm_err *err)
{
    merging *m = snapshot->merging;
    const three *t = gm_map_get(&m->read, gm_oid_key(&entry->blob));
    gm_str texts[SIDES] = {{0}};
    if (!t)
        return gm_fail_at(err, GM_E_UNKNOWN, entry->path, "is of no side of this merge");
    int side = side_of(t);
    if (side != SIDES)
        return gm_snapshot_read(m->of[side], &t->of[side], bytes, err);
    for (side = 0; side < SIDES; side++) {
        bool needed = side != START || t->has[side];
        if (needed && (!t->has[side] || t->of[side].kind != GM_ENTRY_FILE))
            return conflict(snapshot, entry->path, err);
        if (t->has[side])
            GM_TRY(gm_snapshot_read(m->of[side], &t->of[side], &texts[side], err));
    }
    return merge_lines(snapshot, arena, entry->path, texts, bytes, err);
}

static const gm_snapshot_operations operations = {find, list, read_file};

gm_snapshot *gm_snapshot_merge(gm_arena *arena, gm_snapshot *start, gm_snapshot *ours,
                               gm_snapshot *base)
{
    gm_snapshot *snapshot = gm_new(arena, gm_snapshot);
    merging *m = gm_new(arena, merging);
    *m = (merging){.of = {start, ours, base}, .read = gm_map_new(arena)};
    *snapshot = (gm_snapshot){.ops = &operations,
                              .arena = arena,
                              .name = GM_STR("union"),
                              .blobs = gm_map_new(arena),
                              .merging = m};
    return snapshot;
}

const gm_strs *gm_snapshot_conflicts(const gm_snapshot *snapshot)
{
    return &snapshot->conflicts;
}
