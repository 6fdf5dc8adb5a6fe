/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commits of a repository, and the folders of revision files that they have.
 *
 * Tens of thousands of commits share a few hundred versions of the folder and a few thousand files:
 * each folder and each file is read once. What it costs is the commits and their trees, and that is
 * what the cache keeps.
 */
#include "app/whence/whence_search.h"

#include "base/buf.h"
#include "base/file.h"

enum {
    GLANCE_COMMITS = 3000,
    LOOSE_MAX = 100000,
    LOOSE_SIZE_MAX = 1024 * 1024, /* of a commit or a revision file */
    PREFIX_MIN = 4,
};

bool gm_whence_wants(const gm_whence_search *search, gm_str id, gm_str name)
{
    if (search->file)
        return gm_strs_have(&search->wanted, name) &&
               (!search->file_id.len || gm_str_eq(search->file_id, id));
    if (gm_strs_have(&search->wanted, id))
        return true;
    GM_EACH (const gm_str, beginning, &search->wanted)
        if (search->prefix && beginning->len >= PREFIX_MIN && gm_str_starts(id, *beginning))
            return true;
    return false;
}

gm_str gm_whence_key(const gm_whence_search *search, const gm_oid *blob, gm_str place)
{
    gm_buf buf = gm_buf_new(search->arena, SIZE_MAX);
    gm_buf_add(&buf, gm_oid_key(blob));
    if (search->format->place)
        gm_buf_add(&buf, place);
    return gm_buf_str(&buf);
}

gm_version *gm_whence_version(gm_whence_search *search, const gm_oid *blob,
                              const gm_revision *revision)
{
    /* Files with the same bytes are several revisions where their paths say the ids. */
    gm_str key = gm_whence_key(search, blob, revision->id);
    const size_t *known = gm_map_get(&search->version_places, key);
    if (known)
        return &search->versions.items[*known];
    size_t *place = gm_new(search->arena, size_t);
    *place = search->versions.len;
    gm_vec_push(search->arena, &search->versions,
                (gm_version){.blob = *blob, .revision = revision});
    gm_map_add(&search->version_places, key, place);
    return &search->versions.items[*place];
}

/* ---- the walk ---- */

gm_code gm_whence_search_begin(gm_project *project, gm_whence_search *search, gm_err *err)
{
    gm_arena *arena = project->arena;
    search->project = project;
    search->arena = arena;
    search->configs = gm_map_new(arena);
    search->trees = gm_map_new(arena);
    search->sets = gm_map_new(arena);
    search->revisions = gm_map_new(arena);
    search->version_places = gm_map_new(arena);
    GM_TRY(gm_project_format(&project->config, &search->format, err));
    GM_TRY(gm_project_migrations(project, &project->config, &search->folder, err));
    search->question = gm_str_printf(arena, "%.*s:%d:%s:%.*s:%.*s:%.*s",
                                     GM_ARG(project->config_path), project->has_migrations,
                                     search->format->name, GM_ARG(project->config.alembic_config),
                                     GM_ARG(project->config.alembic_name), GM_ARG(search->folder));
    return GM_OK;
}

gm_code gm_whence_search_named(gm_whence_search *search, gm_err *err)
{
    gm_repo *repo = search->project->repo;
    gm_walk_options options = {.recall = gm_whence_recall,
                               .look = gm_whence_look,
                               .data = search,
                               .max = search->glance ? GLANCE_COMMITS : SIZE_MAX};
    gm_known_open(gm_cache_find_commits(search->project->cache, search->question), &options.known);
    GM_TRY(gm_repo_roots(search->arena, repo, &search->roots, err));
    gm_walk_begin(search->arena, repo, &options, &search->walk);
    GM_EACH (const gm_root, root, &search->roots)
        gm_walk_add(&search->walk, &root->commit);
    return gm_walk_run(&search->walk, err);
}

void gm_whence_search_keep(const gm_whence_search *search)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    if (search->walk.news >= GM_CACHE_WORTH)
        gm_cache_add_commits(search->project->cache, search->question,
                             gm_walk_known(scratch, &search->walk, gm_whence_leave));
}

/* ---- what nothing leads to ---- */

static void add_lost(gm_whence_search *search, const gm_oid *commit)
{
    gm_vec_push(search->arena, &search->roots,
                (gm_root){.kind = GM_ROOT_UNREACHABLE, .commit = *commit});
    gm_walk_add(&search->walk, commit);
}

/* What was added to the index, and never committed. */
static void look_at_blob(gm_whence_search *search, const gm_oid *blob, gm_str bytes)
{
    gm_err unread = gm_err_new(search->arena);
    gm_revision *revision = gm_new(search->arena, gm_revision);
    gm_revision_file file = {.path = GM_STR("blob"), .blob = *blob, .bytes = bytes};
    if (gm_map_find(&search->revisions, gm_oid_key(blob), NULL) ||
        gm_format_read(search->arena, search->format, &file, revision, &unread) != GM_OK ||
        !revision->id.len)
        return;
    revision->blob = *blob;
    revision->path = (gm_str){0};
    gm_map_add(&search->revisions, gm_oid_key(&revision->blob), revision);
}

static void look_at_object(gm_whence_search *search, const gm_oid *oid)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    int kind = 0;
    gm_str bytes;
    if (!gm_repo_peek(scratch, search->project->repo, oid, LOOSE_SIZE_MAX, &kind, &bytes))
        return;
    if (kind == GM_KIND_COMMIT)
        add_lost(search, oid);
    else if (kind == GM_KIND_BLOB && search->format->resembles && search->format->resembles(bytes))
        look_at_blob(search, oid, gm_str_dup(search->arena, bytes));
}

static void look_at_loose(gm_whence_search *search)
{
    gm_oids loose = gm_repo_loose(search->arena, search->project->repo, LOOSE_MAX);
    search->incomplete = search->incomplete || loose.len == LOOSE_MAX;
    GM_EACH (const gm_oid, oid, &loose)
        if (!gm_walk_met(&search->walk, oid))
            look_at_object(search, oid);
}

gm_code gm_whence_search_lost(gm_whence_search *search, bool packed, gm_err *err)
{
    gm_oids all = {0};
    if (!packed) {
        look_at_loose(search);
        return gm_walk_run(&search->walk, err);
    }
    GM_TRY(gm_repo_all_commits(search->arena, search->project->repo, &all, err));
    GM_EACH (const gm_oid, oid, &all)
        if (!gm_walk_met(&search->walk, oid))
            add_lost(search, oid);
    return gm_walk_run(&search->walk, err);
}

/* ---- places ---- */

static const gm_match *match_in(const gm_folder_set *set, size_t version, gm_str *folder)
{
    if (!set)
        return NULL;
    GM_EACH (gm_folder_tree *, tree, &set->trees)
        GM_EACH (const gm_match, match, &(*tree)->matches)
            if (match->version == version) {
                *folder = (*tree)->folder;
                return match;
            }
    return NULL;
}

/* For one version: which commit brought it to each commit. */
typedef struct {
    gm_whence_search *search;
    size_t version;
    size_t *origin; /* place plus one; 0: it never had it */
    bool *shown;    /* that a place names this origin */
    bool any;
} tracing;

static bool has(const tracing *t, size_t place)
{
    gm_str folder;
    return match_in(t->search->walk.commits.items[place].mark, t->version, &folder) != NULL;
}

static void find_origins(tracing *t, const uint32_t *order)
{
    const gm_walk *walk = &t->search->walk;
    for (size_t i = 0; i < walk->commits.len; i++) {
        size_t place = order[i];
        const gm_walk_commit *commit = &walk->commits.items[place];
        bool here = has(t, place);
        size_t from = 0;
        for (size_t j = 0; j < commit->parents && !from; j++) {
            size_t parent = walk->links.items[commit->first + j];
            if (!here || has(t, parent))
                from = t->origin[parent];
        }
        t->origin[place] = from || !here ? from : place + 1;
    }
}

static gm_place_kind kind_of(gm_root_kind kind)
{
    static const gm_place_kind kinds[] = {
        [GM_ROOT_REF] = GM_PLACE_REF,       [GM_ROOT_WORKTREE] = GM_PLACE_HEAD,
        [GM_ROOT_STASH] = GM_PLACE_STASH,   [GM_ROOT_NOTE] = GM_PLACE_NOTE,
        [GM_ROOT_REFLOG] = GM_PLACE_REFLOG, [GM_ROOT_UNREACHABLE] = GM_PLACE_UNREACHABLE,
    };
    return kinds[kind];
}

static gm_str path_at(const tracing *t, size_t place)
{
    gm_str folder;
    const gm_match *match =
        match_in(t->search->walk.commits.items[place].mark, t->version, &folder);
    return gm_path_join(t->search->arena, folder, match->name);
}

static gm_code new_place(tracing *t, const gm_root *root, size_t origin, gm_str path, bool past,
                         gm_err *err)
{
    gm_commit commit;
    gm_whence_search *search = t->search;
    const gm_oid *from = &search->walk.commits.items[origin].oid;
    gm_err failure = gm_err_new(search->arena);
    gm_code code = gm_repo_commit(search->project->repo, from, &commit, &failure);
    if (code == GM_E_MISSING_OBJECT) {
        /* The cache knows it still, and git has thrown it away since. */
        search->incomplete = true;
        return GM_OK;
    }
    if (code != GM_OK) {
        *err = failure;
        return code;
    }
    gm_place place = {.kind = kind_of(root->kind),
                      .past = past,
                      .path = path,
                      .commit = *from,
                      .author = commit.author,
                      .time = commit.time};
    if (root->name.len)
        gm_vec_push(search->arena, &place.names, root->name);
    gm_vec_push(search->arena, &search->versions.items[t->version].places, place);
    t->any = true;
    t->shown[origin] = true;
    return GM_OK;
}

/* Refs that have it from the same commit are named together; of everything else the first is
 * enough. */
static gm_code add_place(tracing *t, const gm_root *root, size_t at, bool past, gm_err *err)
{
    gm_version *version = &t->search->versions.items[t->version];
    size_t origin = t->origin[at] - 1;
    const gm_oid *commit = &t->search->walk.commits.items[origin].oid;
    gm_str path = path_at(t, past ? origin : at);
    if (root->kind != GM_ROOT_REF && t->shown[origin])
        return GM_OK;
    GM_EACH (gm_place, place, &version->places) {
        if (place->kind == GM_PLACE_REF && gm_oid_eq(&place->commit, commit) &&
            gm_str_eq(place->path, path)) {
            gm_vec_push(t->search->arena, &place->names, root->name);
            return GM_OK;
        }
    }
    return new_place(t, root, origin, path, past, err);
}

/* First what has the version now; only where that is nothing, what once had it. */
static gm_code add_places(tracing *t, bool past, gm_err *err)
{
    size_t at;
    GM_EACH (const gm_root, root, &t->search->roots) {
        if (!gm_walk_find(&t->search->walk, &root->commit, &at) || !t->origin[at] ||
            has(t, at) == past)
            continue;
        GM_TRY(add_place(t, root, at, past, err));
    }
    return GM_OK;
}

static gm_code trace(gm_whence_search *search, size_t version, const uint32_t *order, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    size_t count = search->walk.commits.len + 1;
    tracing t = {.search = search,
                 .version = version,
                 .origin = gm_new_array(scratch, count, size_t),
                 .shown = gm_new_array(scratch, count, bool)};
    find_origins(&t, order);
    GM_TRY(add_places(&t, false, err));
    return t.any ? GM_OK : add_places(&t, true, err);
}

void gm_whence_search_blobs(gm_whence_search *search)
{
    GM_EACH (const gm_map_entry, entry, &search->revisions.entries) {
        const gm_revision *revision = entry->value;
        if (!revision || revision->path.len || search->file ||
            !gm_whence_wants(search, revision->id, (gm_str){0}))
            continue;
        gm_version *version = gm_whence_version(search, &revision->blob, revision);
        if (!version->places.len)
            gm_vec_push(search->arena, &version->places, (gm_place){.kind = GM_PLACE_UNREACHABLE});
    }
}

gm_code gm_whence_search_judge(gm_whence_search *search, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    /* Mostly nothing is lost, and nothing new came in since the last time. */
    if (search->traced == search->roots.len + 1)
        return GM_OK;
    search->traced = search->roots.len + 1;
    GM_TRY(gm_whence_search_files(search, err));
    GM_EACH (gm_version, version, &search->versions)
        version->places.len = 0;
    const uint32_t *order = gm_walk_order(scratch, &search->walk);
    for (size_t i = 0; i < search->versions.len; i++)
        GM_TRY(trace(search, i, order, err));
    search->incomplete = search->incomplete || search->walk.incomplete;
    return GM_OK;
}
