/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/ref_trees.h"

#include "app/project/quick_head.h"
#include "app/project/read.h"
#include "base/file.h"

/* One file at one path. One list has one member; none has where it is no revision after all. */
typedef struct {
    gm_revisions revision;
    gm_problems problem;
    gm_quick_file quick;
    bool is_new; /* its id is not known */
} parsed;

/* A file of the tree that was read before: the next tree has nearly the same, in the same order. */
typedef struct {
    gm_tree_entry entry;
    const parsed *file;
} seen;

typedef GM_VEC(seen) seen_list;

/* A tree that was read from end to end. */
typedef struct {
    gm_arena *arena; /* NULL: none */
    gm_oid oid;
    gm_str bytes;
    gm_tree_entries entries;
    seen_list files;
    const gm_ref_folder *folder;
    gm_quick_base quick; /* without a head where only the graph can tell */
    gm_revisions added;
} whole_tree;

/* Most trees have a file or two more than one of these few. */
enum { TREES = 8 };

struct gm_ref_trees {
    gm_project *project;
    gm_arena *arena;
    gm_arena *scratch;   /* of one file */
    const gm_map *known; /* ids; NULL: nobody asks for what is new */
    gm_quick quick;
    whole_tree trees[TREES]; /* the one that was of use last comes first */
    size_t revisions;
};

gm_ref_trees *gm_ref_trees_new(gm_project *project, const gm_map *known)
{
    gm_ref_trees *trees = gm_new(project->arena, gm_ref_trees);
    *trees = (gm_ref_trees){.project = project,
                            .arena = project->arena,
                            .scratch = gm_arena_new(),
                            .known = known,
                            .quick = gm_quick_new(project->arena)};
    return trees;
}

size_t gm_ref_trees_end(gm_ref_trees *trees)
{
    for (size_t i = 0; i < TREES; i++)
        gm_arena_free(trees->trees[i].arena);
    gm_arena_free(trees->scratch);
    return trees->revisions;
}

/* ---- files ---- */

static gm_code read_file(gm_ref_trees *t, const gm_ref_folder *folder, const gm_tree_entry *entry,
                         parsed *file, gm_err *err)
{
    gm_str path = gm_path_join(t->arena, folder->migrations, entry->name);
    gm_revision_file bytes = {.path = path, .blob = entry->oid};
    if ((entry->mode & GM_MODE_KIND) == GM_MODE_LINK) {
        gm_vec_push(t->arena, &file->problem, gm_read_link_problem(path));
        return GM_OK;
    }
    gm_revision *revision = gm_read_recall(t->project, folder->format, &bytes);
    if (revision) {
        gm_vec_push(t->arena, &file->revision, revision);
    } else {
        gm_arena *scratch = t->scratch;
        gm_arena_reset(scratch);
        GM_TRY(gm_repo_read_blob(scratch, t->project->repo, &entry->oid, &bytes.bytes, err));
        revision = gm_read_briefly(t->project, scratch, folder->format, &bytes, &file->revision,
                                   &file->problem);
    }
    if (revision) {
        gm_quick_read(&t->quick, revision, &file->quick);
        file->is_new = t->known && !gm_map_find(t->known, revision->id, NULL);
    }
    t->revisions++;
    return GM_OK;
}

static bool may_be_revision(const gm_ref_folder *folder, const gm_tree_entry *entry)
{
    uint32_t kind = entry->mode & GM_MODE_KIND;
    return (kind == GM_MODE_FILE || kind == GM_MODE_LINK) &&
           folder->format->is_revision(entry->name);
}

/* Each blob is parsed once for each name it has. */
static gm_code find_file(gm_ref_trees *t, gm_ref_folder *folder, const gm_tree_entry *entry,
                         const parsed **file, gm_err *err)
{
    char small[512];
    gm_str key = {small, entry->oid.len + entry->name.len};
    if (key.len > sizeof(small)) {
        gm_fail_at(err, GM_E_HISTORY, entry->name, "a name this long is not read");
        return gm_hint(err, "Give the file a shorter name.");
    }
    memcpy(small, entry->oid.bytes, entry->oid.len);
    memcpy(small + entry->oid.len, entry->name.ptr, entry->name.len);
    *file = gm_map_get(&folder->files, key);
    if (*file)
        return GM_OK;
    parsed *made = gm_new(t->arena, parsed);
    GM_TRY(read_file(t, folder, entry, made, err));
    gm_map_add(&folder->files, gm_str_dup(t->arena, key), made);
    *file = made;
    return GM_OK;
}

/* ---- whole trees ---- */

/* The files of a tree, most of them as the last tree had them. */
static gm_code read_tree(gm_ref_trees *t, gm_ref_folder *folder, const gm_oid *tree, gm_str bytes,
                         whole_tree *whole, gm_err *err)
{
    size_t at = 0;
    seen_list none = {0};
    const seen_list *last = t->trees[0].folder == folder ? &t->trees[0].files : &none;
    seen_list *files = &whole->files;
    whole->folder = folder;
    whole->oid = *tree;
    whole->bytes = gm_str_dup(whole->arena, bytes);
    GM_TRY(gm_repo_parse_tree(whole->arena, tree, whole->bytes, &whole->entries, err));
    gm_vec_reserve(whole->arena, files, whole->entries.len);
    GM_EACH (const gm_tree_entry, entry, &whole->entries) {
        seen file = {.entry = *entry};
        if (!may_be_revision(folder, entry))
            continue;
        int order = -1;
        while (at < last->len && (order = gm_str_cmp(last->items[at].entry.name, entry->name)) < 0)
            at++;
        if (order == 0 && last->items[at].entry.mode == entry->mode &&
            gm_oid_eq(&last->items[at].entry.oid, &entry->oid))
            file.file = last->items[at].file;
        else
            GM_TRY(find_file(t, folder, entry, &file.file, err));
        gm_vec_push(whole->arena, files, file);
    }
    return GM_OK;
}

void gm_ref_judge(gm_arena *arena, const gm_graph *graph, gm_ref_heads *history)
{
    if (gm_graph_sound(graph, &history->failure) != GM_OK)
        return;
    GM_EACH (gm_node *, head, &graph->heads)
        gm_vec_push(arena, &history->heads, (*head)->revision->id);
    history->divergent = gm_graph_divergent(graph->arena, graph).len > 0;
}

static bool judge_quickly(gm_ref_trees *t, whole_tree *whole, gm_ref_heads *history)
{
    const seen_list *files = &whole->files;
    const gm_quick_file *head;
    const gm_quick_file **quick = gm_new_array(whole->arena, files->len, const gm_quick_file *);
    size_t count = 0;
    GM_EACH (const seen, file, files) {
        if (file->file->problem.len)
            return false;
        if (file->file->revision.len)
            quick[count++] = &file->file->quick;
    }
    if (!gm_quick_head(&t->quick, quick, count, &head))
        return false;
    whole->quick = gm_quick_keep(whole->arena, &t->quick, quick, count, head);
    gm_vec_push(t->arena, &history->heads, head->revision->id);
    return true;
}

static void judge(gm_ref_trees *t, gm_arena *arena, const seen_list *files, gm_ref_heads *history)
{
    gm_revisions revisions = {0};
    gm_problems problems = {0};
    GM_EACH (const seen, file, files) {
        if (file->file->revision.len)
            gm_vec_push(arena, &revisions, file->file->revision.items[0]);
        if (file->file->problem.len)
            gm_vec_push(arena, &problems, file->file->problem.items[0]);
    }
    gm_ref_judge(t->arena, gm_graph_build(arena, &revisions, &problems), history);
}

static void put_first(gm_ref_trees *t, size_t at)
{
    whole_tree first = t->trees[at];
    for (; at; at--)
        t->trees[at] = t->trees[at - 1];
    t->trees[0] = first;
}

static gm_code read_whole(gm_ref_trees *t, gm_ref_folder *folder, const gm_oid *tree, gm_str bytes,
                          gm_ref_heads *history, gm_err *err)
{
    whole_tree whole = {.arena = gm_arena_new()};
    gm_code code = read_tree(t, folder, tree, bytes, &whole, err);
    if (code != GM_OK) {
        gm_arena_free(whole.arena);
        return code;
    }
    history->revisions = whole.files.len;
    GM_EACH (const seen, file, &whole.files) {
        history->unreadable |= file->file->problem.len > 0;
        if (file->file->is_new)
            gm_vec_push(t->arena, &history->added, file->file->revision.items[0]);
    }
    if (!judge_quickly(t, &whole, history))
        judge(t, whole.arena, &whole.files, history);
    whole.added = history->added;
    gm_arena_free(t->trees[TREES - 1].arena);
    t->trees[TREES - 1] = whole;
    put_first(t, TREES - 1);
    return GM_OK;
}

/* ---- a tree that was read and a few files more ---- */

enum { MORE_FILES = 16, MORE_BYTES = 4096 };

static size_t end_of(const whole_tree *tree, const gm_tree_entry *entry)
{
    return (size_t)(entry->name.ptr - tree->bytes.ptr) + entry->name.len + 1 + entry->oid.len;
}

/* The end of the last entry of `tree` that `bytes` begins with, too. */
static size_t shared_entries(const whole_tree *tree, gm_str bytes)
{
    enum { STEP = 512 };
    size_t same = 0;
    size_t low = 0;
    size_t high = tree->entries.len;
    while (same + STEP <= tree->bytes.len &&
           memcmp(tree->bytes.ptr + same, bytes.ptr + same, STEP) == 0)
        same += STEP;
    while (same < tree->bytes.len && tree->bytes.ptr[same] == bytes.ptr[same])
        same++;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (end_of(tree, &tree->entries.items[middle]) <= same)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? end_of(tree, &tree->entries.items[low - 1]) : 0;
}

/* Only where that is all the difference. */
static bool find_insertion(const whole_tree *tree, gm_str bytes, gm_cached_insertion *found)
{
    if (bytes.len <= tree->bytes.len || bytes.len - tree->bytes.len > MORE_BYTES)
        return false;
    size_t more = bytes.len - tree->bytes.len;
    size_t place = shared_entries(tree, bytes);
    if (memcmp(tree->bytes.ptr + place, bytes.ptr + place + more, tree->bytes.len - place) != 0)
        return false;
    *found = (gm_cached_insertion){tree->oid, place, gm_str_sub(bytes, place, place + more)};
    return true;
}

/* New revisions in the order of their files. */
static void merge_added(gm_ref_trees *t, const whole_tree *from, size_t place,
                        const gm_revisions *more, gm_revisions *added)
{
    size_t before = 0;
    for (size_t i = 0; from->added.len && i < from->files.len; i++)
        before +=
            from->files.items[i].file->is_new && end_of(from, &from->files.items[i].entry) <= place;
    for (size_t i = 0; i < before; i++)
        gm_vec_push(t->arena, added, from->added.items[i]);
    GM_EACH (const gm_revision *, revision, more)
        gm_vec_push(t->arena, added, *revision);
    for (size_t i = before; i < from->added.len; i++)
        gm_vec_push(t->arena, added, from->added.items[i]);
}

/* False, and nothing told, where the tree is more than `from` and files on top of its head.
 */
static bool read_insertion(gm_ref_trees *t, gm_ref_folder *folder, const gm_oid *tree,
                           const whole_tree *from, const gm_cached_insertion *inserted,
                           gm_ref_heads *history)
{
    const gm_quick_file *quick[MORE_FILES];
    size_t count = 0;
    gm_err unread = gm_err_new(t->arena);
    gm_str bytes = gm_str_dup(t->arena, inserted->bytes);
    gm_tree_entries entries;
    gm_revisions more = {0};
    const gm_quick_file *head;
    if (gm_repo_parse_tree(t->arena, tree, bytes, &entries, &unread) != GM_OK ||
        entries.len > MORE_FILES)
        return false;
    GM_EACH (const gm_tree_entry, entry, &entries) {
        const parsed *file;
        if (!may_be_revision(folder, entry))
            continue;
        if (find_file(t, folder, entry, &file, &unread) != GM_OK || !file->revision.len)
            return false;
        quick[count++] = &file->quick;
        if (file->is_new)
            gm_vec_push(t->arena, &more, file->revision.items[0]);
    }
    if (!gm_quick_head_with(&from->quick, quick, count, &head))
        return false;
    gm_vec_push(t->arena, &history->heads, head->revision->id);
    history->revisions = from->files.len + count;
    merge_added(t, from, inserted->place, &more, &history->added);
    return true;
}

/* Without a look at the tree. */
static bool recall_insertion(gm_ref_trees *t, gm_ref_folder *folder, const gm_oid *tree,
                             gm_ref_heads *history)
{
    gm_cached_insertion known;
    if (!gm_cache_find_insertion(t->project->cache, tree, &known))
        return false;
    for (size_t i = 0; i < TREES; i++) {
        const whole_tree *from = &t->trees[i];
        if (from->folder != folder || !from->quick.head || !gm_oid_eq(&from->oid, &known.from))
            continue;
        if (!read_insertion(t, folder, tree, from, &known, history))
            return false;
        put_first(t, i);
        return true;
    }
    return false;
}

gm_code gm_ref_trees_read(gm_ref_trees *t, gm_ref_folder *folder, const gm_oid *tree,
                          gm_ref_heads *history, gm_err *err)
{
    gm_str bytes;
    gm_cached_insertion inserted;
    if (recall_insertion(t, folder, tree, history))
        return GM_OK;
    GM_TRY(gm_repo_tree_bytes(t->project->repo, tree, &bytes, err));
    for (size_t i = 0; i < TREES; i++) {
        const whole_tree *from = &t->trees[i];
        if (from->folder != folder || !from->quick.head ||
            !find_insertion(from, bytes, &inserted) ||
            !read_insertion(t, folder, tree, from, &inserted, history))
            continue;
        gm_cache_add_insertion(t->project->cache, tree, &inserted);
        put_first(t, i);
        return GM_OK;
    }
    return read_whole(t, folder, tree, bytes, history, err);
}
