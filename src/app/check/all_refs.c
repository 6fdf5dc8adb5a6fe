/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/all_refs.h"

#include "app/project/locations.h"
#include "app/project/quick_head.h"
#include "app/project/read.h"
#include "base/buf.h"
#include "base/file.h"
#include "git/subtree.h"

/* What one gmig.yml says, or why it cannot be read. */
typedef struct {
    gm_config config;
    gm_str migrations;
    gm_str question; /* its own path, and `migrations` */
    const gm_format_ops *format;
    bool one_folder;  /* all its files lie in `migrations` itself */
    gm_map files;     /* blob id and name -> parsed */
    gm_map histories; /* tree id, "" for no folder -> gm_ref_heads */
    gm_oid last_tree; /* the id that was looked up last, and its history */
    gm_ref_heads *last_history;
    gm_err failure;
} ref_config;

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
    const ref_config *config;
    gm_quick_base quick; /* without a head where only the graph can tell */
    gm_revisions added;
} whole_tree;

/* Most trees have a file or two more than one of these few. */
enum { TREES = 8 };

typedef struct {
    gm_project *project;
    gm_arena *arena;
    const gm_map *known; /* ids; NULL: nobody asks for what is new */
    gm_map configs;      /* blob id of gmig.yml ("" for none) -> ref_config */
    gm_oid last_blob;    /* the id that was looked up last, and what it is */
    ref_config *last_config;
    gm_quick quick;
    whole_tree trees[TREES]; /* the one that was of use last comes first */
    size_t revisions;
} reader;

static gm_oid *keep_oid(gm_arena *arena, gm_oid oid)
{
    gm_oid *kept = gm_new(arena, gm_oid);
    *kept = oid;
    return kept;
}

static gm_code read_config(reader *r, const gm_oid *blob, ref_config *config, gm_err *err)
{
    gm_str text = {0};
    if (blob->len)
        GM_TRY(gm_repo_read_blob(r->arena, r->project->repo, blob, &text, err));
    GM_TRY(gm_project_ref_config(r->project, blob->len ? &text : NULL, &config->config, err));
    GM_TRY(gm_project_migrations(r->project, &config->config, &config->migrations, err));
    GM_TRY(gm_project_format(&config->config, &config->format, err));
    config->one_folder = !config->format->deep && !config->format->link &&
                         !gm_locations_vary(r->project, &config->config);
    return GM_OK;
}

static ref_config *config_of(reader *r, const gm_oid *blob)
{
    if (r->last_config && gm_oid_eq(&r->last_blob, blob))
        return r->last_config;
    ref_config *known = gm_map_get(&r->configs, gm_oid_key(blob));
    if (!known) {
        known = gm_new(r->arena, ref_config);
        known->files = gm_map_new(r->arena);
        known->histories = gm_map_new(r->arena);
        known->failure = gm_err_new(r->arena);
        read_config(r, blob, known, &known->failure);
        known->question = gm_str_printf(r->arena, "%.*s:%.*s", GM_ARG(r->project->config_path),
                                        GM_ARG(known->migrations));
        gm_map_add(&r->configs, gm_oid_key(keep_oid(r->arena, *blob)), known);
    }
    r->last_blob = *blob;
    r->last_config = known;
    return known;
}

static gm_code find_entry(reader *r, const gm_oid *commit, gm_str path, gm_tree_entry *entry,
                          gm_err *err)
{
    bool found;
    return gm_repo_entry(r->project->repo, commit, path, entry, &found, err);
}

/*
 * The gmig.yml that holds at a commit, and what its folder of revision files is there; mode 0 for
 * nothing. Most commits have the gmig.yml of the one before: then one question tells both.
 */
static gm_code find_places(reader *r, const gm_oid *commit, ref_config **config,
                           gm_tree_entry *folder, gm_err *err)
{
    gm_cached_places places = {0};
    gm_cache *cache = r->project->cache;
    gm_str path = r->project->config_path;
    const ref_config *last = r->last_config;
    bool known = last && gm_cache_find_places(cache, commit, last->question, &places);
    if (!known && path.len)
        GM_TRY(find_entry(r, commit, path, &places.config, err));
    gm_oid none = {0};
    bool file = (places.config.mode & GM_MODE_KIND) == GM_MODE_FILE;
    ref_config *at = config_of(r, file ? &places.config.oid : &none);
    known = known && gm_str_eq(last->question, at->question);
    *config = at;
    *folder = (gm_tree_entry){0};
    if (at->failure.code != GM_OK || !at->one_folder)
        return GM_OK;
    if (!known && !gm_cache_find_places(cache, commit, at->question, &places)) {
        places.folder = (gm_tree_entry){0};
        GM_TRY(find_entry(r, commit, at->migrations, &places.folder, err));
        gm_cache_add_places(cache, commit, at->question, &places);
    }
    *folder = places.folder;
    return GM_OK;
}

static gm_code read_file(reader *r, const ref_config *config, const gm_tree_entry *entry,
                         parsed *file, gm_err *err)
{
    gm_str path = gm_path_join(r->arena, config->migrations, entry->name);
    gm_revision_file bytes = {.path = path, .blob = entry->oid};
    if ((entry->mode & GM_MODE_KIND) == GM_MODE_LINK) {
        gm_vec_push(r->arena, &file->problem, gm_read_link_problem(path));
        return GM_OK;
    }
    gm_revision *revision = gm_read_recall(r->project, config->format, &bytes);
    if (revision) {
        gm_vec_push(r->arena, &file->revision, revision);
    } else {
        gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
        GM_TRY(gm_repo_read_blob(scratch, r->project->repo, &entry->oid, &bytes.bytes, err));
        revision = gm_read_briefly(r->project, scratch, config->format, &bytes, &file->revision,
                                   &file->problem);
    }
    if (revision) {
        gm_quick_read(&r->quick, revision, &file->quick);
        file->is_new = r->known && !gm_map_find(r->known, revision->id, NULL);
    }
    r->revisions++;
    return GM_OK;
}

static bool may_be_revision(const ref_config *config, const gm_tree_entry *entry)
{
    uint32_t kind = entry->mode & GM_MODE_KIND;
    return (kind == GM_MODE_FILE || kind == GM_MODE_LINK) &&
           config->format->is_revision(entry->name);
}

/* Each blob is parsed once for each name it has. */
static gm_code find_file(reader *r, ref_config *config, const gm_tree_entry *entry,
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
    *file = gm_map_get(&config->files, key);
    if (*file)
        return GM_OK;
    parsed *made = gm_new(r->arena, parsed);
    GM_TRY(read_file(r, config, entry, made, err));
    gm_map_add(&config->files, gm_str_dup(r->arena, key), made);
    *file = made;
    return GM_OK;
}

/* The files of a tree, most of them as the last tree had them. */
static gm_code read_tree(reader *r, ref_config *config, const gm_oid *tree, gm_str bytes,
                         whole_tree *whole, gm_err *err)
{
    size_t at = 0;
    seen_list none = {0};
    const seen_list *last = r->trees[0].config == config ? &r->trees[0].files : &none;
    seen_list *files = &whole->files;
    whole->config = config;
    whole->oid = *tree;
    whole->bytes = gm_str_dup(whole->arena, bytes);
    GM_TRY(gm_repo_parse_tree(whole->arena, tree, whole->bytes, &whole->entries, err));
    gm_vec_reserve(whole->arena, files, whole->entries.len);
    GM_EACH (const gm_tree_entry, entry, &whole->entries) {
        seen file = {.entry = *entry};
        if (!may_be_revision(config, entry))
            continue;
        int order = -1;
        while (at < last->len && (order = gm_str_cmp(last->items[at].entry.name, entry->name)) < 0)
            at++;
        if (order == 0 && last->items[at].entry.mode == entry->mode &&
            gm_oid_eq(&last->items[at].entry.oid, &entry->oid))
            file.file = last->items[at].file;
        else
            GM_TRY(find_file(r, config, entry, &file.file, err));
        gm_vec_push(whole->arena, files, file);
    }
    return GM_OK;
}

static bool judge_quickly(reader *r, whole_tree *whole, gm_ref_heads *history)
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
    if (!gm_quick_head(&r->quick, quick, count, &head))
        return false;
    whole->quick = gm_quick_keep(whole->arena, &r->quick, quick, count, head);
    gm_vec_push(r->arena, &history->heads, head->revision->id);
    return true;
}

static void judge_graph(reader *r, const gm_graph *graph, gm_ref_heads *history)
{
    if (gm_graph_sound(graph, &history->failure) != GM_OK)
        return;
    GM_EACH (gm_node *, head, &graph->heads)
        gm_vec_push(r->arena, &history->heads, (*head)->revision->id);
    history->divergent = gm_graph_divergent(graph->arena, graph).len > 0;
}

static void judge(reader *r, gm_arena *arena, const seen_list *files, gm_ref_heads *history)
{
    gm_revisions revisions = {0};
    gm_problems problems = {0};
    GM_EACH (const seen, file, files) {
        if (file->file->revision.len)
            gm_vec_push(arena, &revisions, file->file->revision.items[0]);
        if (file->file->problem.len)
            gm_vec_push(arena, &problems, file->file->problem.items[0]);
    }
    judge_graph(r, gm_graph_build(arena, &revisions, &problems), history);
}

static void put_first(reader *r, size_t at)
{
    whole_tree first = r->trees[at];
    for (; at; at--)
        r->trees[at] = r->trees[at - 1];
    r->trees[0] = first;
}

static gm_code read_whole(reader *r, ref_config *config, const gm_oid *tree, gm_str bytes,
                          gm_ref_heads *history, gm_err *err)
{
    whole_tree whole = {.arena = gm_arena_new()};
    gm_code code = read_tree(r, config, tree, bytes, &whole, err);
    if (code != GM_OK) {
        gm_arena_free(whole.arena);
        return code;
    }
    history->revisions = whole.files.len;
    GM_EACH (const seen, file, &whole.files) {
        history->unreadable |= file->file->problem.len > 0;
        if (file->file->is_new)
            gm_vec_push(r->arena, &history->added, file->file->revision.items[0]);
    }
    if (!judge_quickly(r, &whole, history))
        judge(r, whole.arena, &whole.files, history);
    whole.added = history->added;
    gm_arena_free(r->trees[TREES - 1].arena);
    r->trees[TREES - 1] = whole;
    put_first(r, TREES - 1);
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
static void merge_added(reader *r, const whole_tree *from, size_t place, const gm_revisions *more,
                        gm_revisions *added)
{
    size_t before = 0;
    for (size_t i = 0; from->added.len && i < from->files.len; i++)
        before +=
            from->files.items[i].file->is_new && end_of(from, &from->files.items[i].entry) <= place;
    for (size_t i = 0; i < before; i++)
        gm_vec_push(r->arena, added, from->added.items[i]);
    GM_EACH (const gm_revision *, revision, more)
        gm_vec_push(r->arena, added, *revision);
    for (size_t i = before; i < from->added.len; i++)
        gm_vec_push(r->arena, added, from->added.items[i]);
}

/* False, and nothing told, where the tree is more than `from` and files on top of its head.
 */
static bool read_insertion(reader *r, ref_config *config, const gm_oid *tree,
                           const whole_tree *from, const gm_cached_insertion *inserted,
                           gm_ref_heads *history)
{
    const gm_quick_file *quick[MORE_FILES];
    size_t count = 0;
    gm_err unread = gm_err_new(r->arena);
    gm_str bytes = gm_str_dup(r->arena, inserted->bytes);
    gm_tree_entries entries;
    gm_revisions more = {0};
    const gm_quick_file *head;
    if (gm_repo_parse_tree(r->arena, tree, bytes, &entries, &unread) != GM_OK ||
        entries.len > MORE_FILES)
        return false;
    GM_EACH (const gm_tree_entry, entry, &entries) {
        const parsed *file;
        if (!may_be_revision(config, entry))
            continue;
        if (find_file(r, config, entry, &file, &unread) != GM_OK || !file->revision.len)
            return false;
        quick[count++] = &file->quick;
        if (file->is_new)
            gm_vec_push(r->arena, &more, file->revision.items[0]);
    }
    if (!gm_quick_head_with(&from->quick, quick, count, &head))
        return false;
    gm_vec_push(r->arena, &history->heads, head->revision->id);
    history->revisions = from->files.len + count;
    merge_added(r, from, inserted->place, &more, &history->added);
    return true;
}

/* Without a look at the tree. */
static bool recall_insertion(reader *r, ref_config *config, const gm_oid *tree,
                             gm_ref_heads *history)
{
    gm_cached_insertion known;
    if (!gm_cache_find_insertion(r->project->cache, tree, &known))
        return false;
    for (size_t i = 0; i < TREES; i++) {
        const whole_tree *from = &r->trees[i];
        if (from->config != config || !from->quick.head || !gm_oid_eq(&from->oid, &known.from))
            continue;
        if (!read_insertion(r, config, tree, from, &known, history))
            return false;
        put_first(r, i);
        return true;
    }
    return false;
}

static gm_code read_history(reader *r, ref_config *config, const gm_oid *tree,
                            gm_ref_heads *history, gm_err *err)
{
    gm_str bytes;
    gm_cached_insertion inserted;
    if (recall_insertion(r, config, tree, history))
        return GM_OK;
    GM_TRY(gm_repo_tree_bytes(r->project->repo, tree, &bytes, err));
    for (size_t i = 0; i < TREES; i++) {
        const whole_tree *from = &r->trees[i];
        if (from->config != config || !from->quick.head ||
            !find_insertion(from, bytes, &inserted) ||
            !read_insertion(r, config, tree, from, &inserted, history))
            continue;
        gm_cache_add_insertion(r->project->cache, tree, &inserted);
        put_first(r, i);
        return GM_OK;
    }
    return read_whole(r, config, tree, bytes, history, err);
}

/* ---- files of several folders, or of folders that are found in each commit ---- */

/* Versions are chosen by people: the same one may be another revision, unless only its name is
 * another, or only its content. */
static bool takes_version(const reader *r, const gm_revision *revision)
{
    const gm_node *known;
    void *found;
    if (!revision->format->versions || !gm_map_find(r->known, revision->id, &found) || !found)
        return false;
    known = found;
    return !gm_str_eq(known->revision->path, revision->path) &&
           !gm_oid_eq(&known->revision->blob, &revision->blob);
}

static void judge_view(reader *r, const gm_view *view, gm_ref_heads *history)
{
    GM_EACH (const gm_problem, problem, &view->graph->problems)
        history->unreadable |= problem->kind == GM_PROBLEM_UNREADABLE;
    history->revisions = view->graph->order.len;
    r->revisions += view->graph->order.len;
    GM_EACH (gm_node *, node, &view->graph->order)
        if (r->known && (!gm_map_find(r->known, (*node)->revision->id, NULL) ||
                         takes_version(r, (*node)->revision)))
            gm_vec_push(r->arena, &history->added, (*node)->revision);
    judge_graph(r, view->graph, history);
}

/* Histories of the same folders with the same trees are one. */
static gm_code find_varying(reader *r, ref_config *config, const gm_ref *ref,
                            gm_ref_heads **history, gm_err *err)
{
    gm_view view = {.config = config->config, .format = config->format};
    gm_buf key = gm_buf_new(r->arena, SIZE_MAX);
    gm_entry entry;
    gm_str app;
    bool found;
    GM_TRY(gm_snapshot_open_commit(r->arena, r->project->repo, &ref->commit, &view.snapshot, err));
    GM_TRY(gm_locations_find(r->project, view.snapshot, &view.config, &view.folders, err));
    view.migrations = view.folders.items[0];
    GM_EACH (const gm_str, folder, &view.folders) {
        GM_TRY(gm_snapshot_find(view.snapshot, *folder, &entry, &found, err));
        gm_buf_add(&key, *folder);
        gm_buf_char(&key, '\0');
        if (found)
            gm_buf_add(&key, gm_str_of(entry.blob.bytes, entry.blob.len));
        GM_TRY(gm_locations_app(r->project, view.snapshot, &view.config, *folder, &app, err));
        gm_buf_add(&key, app);
        gm_buf_char(&key, '\0');
    }
    *history = gm_map_get(&config->histories, gm_buf_str(&key));
    if (*history)
        return GM_OK;
    gm_ref_heads *made = gm_new(r->arena, gm_ref_heads);
    made->failure = gm_err_new(r->arena);
    GM_TRY(gm_read_view(r->project, false, &view, err));
    judge_view(r, &view, made);
    gm_map_add(&config->histories, gm_buf_str(&key), made);
    *history = made;
    return GM_OK;
}

static gm_code find_history(reader *r, const gm_ref *ref, gm_ref_heads **history, gm_err *err)
{
    ref_config *config;
    gm_tree_entry entry;
    gm_oid tree = {0};
    GM_TRY(find_places(r, &ref->commit, &config, &entry, err));
    if (config->failure.code == GM_OK && !config->one_folder)
        return find_varying(r, config, ref, history, err);
    bool found = entry.mode != 0;
    if (found) {
        GM_TRY(gm_read_check_folder(config->migrations, gm_entry_kind_of_mode(entry.mode), err));
        tree = entry.oid;
    }
    *history = config->last_history;
    if (!*history || !gm_oid_eq(&config->last_tree, &tree))
        *history = gm_map_get(&config->histories, gm_oid_key(&tree));
    if (*history) {
        config->last_tree = tree;
        config->last_history = *history;
        return GM_OK;
    }
    gm_ref_heads *made = gm_new(r->arena, gm_ref_heads);
    made->failure = config->failure;
    if (found)
        GM_TRY(read_history(r, config, &tree, made, err));
    gm_map_add(&config->histories, gm_oid_key(keep_oid(r->arena, tree)), made);
    *history = made;
    return GM_OK;
}

/* What cannot be told of one ref does not keep the others from being told. */
static const gm_ref_heads *look_at(reader *r, const gm_ref *ref)
{
    gm_ref_heads *history;
    gm_err err = gm_err_new(r->arena);
    if (find_history(r, ref, &history, &err) == GM_OK)
        return history;
    history = gm_new(r->arena, gm_ref_heads);
    history->failure = err;
    return history;
}

gm_code gm_all_refs_read(gm_project *project, const gm_strs *globs, gm_all_refs *all, gm_err *err)
{
    return gm_all_refs_read_beyond(project, globs, NULL, all, err);
}

gm_code gm_all_refs_read_beyond(gm_project *project, const gm_strs *globs, const gm_map *known,
                                gm_all_refs *all, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_refs refs;
    gm_all_refs read = {0};
    GM_TRY(gm_project_need_repo(project, "looking at all refs", err));
    GM_TRY(gm_repo_refs(project->repo, globs, &refs, err));
    if (globs->len && !refs.len) {
        gm_fail(err, GM_E_UNKNOWN_REF, "no ref matches %.*s",
                GM_ARG(gm_strs_list(err->arena, globs)));
        return gm_hint(err, "`git for-each-ref` lists all refs; quote a pattern for the shell.");
    }
    reader r = {.project = project,
                .arena = arena,
                .known = known,
                .configs = gm_map_new(arena),
                .quick = gm_quick_new(arena)};
    gm_vec_reserve(arena, &read.refs, refs.len);
    GM_EACH (const gm_ref, ref, &refs) {
        const gm_ref_heads *history = look_at(&r, ref);
        gm_vec_push(arena, &read.refs, (gm_ref_view){.ref = *ref, .history = history});
        read.divergent += history->divergent;
        if (history->failure.code == GM_OK)
            continue;
        if (!read.failed++)
            read.first_failure = history->failure;
    }
    for (size_t i = 0; i < TREES; i++)
        gm_arena_free(r.trees[i].arena);
    gm_cache_save(project->cache);
    read.revisions = r.revisions;
    *all = read;
    return GM_OK;
}
