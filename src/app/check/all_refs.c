/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/all_refs.h"

#include "app/check/ref_trees.h"
#include "app/project/locations.h"
#include "app/project/read.h"
#include "base/buf.h"
#include "base/file.h"

/* What one gmig.yml says, or why it cannot be read. */
typedef struct {
    gm_config config;
    gm_ref_folder folder;
    gm_str question;  /* its own path, and the folder's */
    bool one_folder;  /* all its files lie in the folder itself */
    gm_map histories; /* tree id, "" for no folder -> gm_ref_heads */
    gm_oid last_tree; /* the id that was looked up last, and its history */
    gm_ref_heads *last_history;
    gm_err failure;
} ref_config;

typedef struct {
    gm_project *project;
    gm_arena *arena;
    const gm_map *known; /* ids; NULL: nobody asks for what is new */
    gm_map configs;      /* blob id of gmig.yml ("" for none) -> ref_config */
    gm_oid last_blob;    /* the id that was looked up last, and what it is */
    ref_config *last_config;
    gm_ref_trees *trees;
    size_t revisions; /* of histories that are no single tree */
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
    GM_TRY(gm_project_migrations(r->project, &config->config, &config->folder.migrations, err));
    GM_TRY(gm_project_format(&config->config, &config->folder.format, err));
    config->one_folder = !config->folder.format->deep && !config->folder.format->link &&
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
        known->folder.files = gm_map_new(r->arena);
        known->histories = gm_map_new(r->arena);
        known->failure = gm_err_new(r->arena);
        read_config(r, blob, known, &known->failure);
        known->question = gm_str_printf(r->arena, "%.*s:%.*s", GM_ARG(r->project->config_path),
                                        GM_ARG(known->folder.migrations));
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
        GM_TRY(find_entry(r, commit, at->folder.migrations, &places.folder, err));
        gm_cache_add_places(cache, commit, at->question, &places);
    }
    *folder = places.folder;
    return GM_OK;
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
    gm_ref_judge(r->arena, view->graph, history);
}

/* Histories of the same folders with the same trees are one. */
static gm_code find_varying(reader *r, ref_config *config, const gm_ref *ref,
                            gm_ref_heads **history, gm_err *err)
{
    gm_view view = {.config = config->config, .format = config->folder.format};
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
        GM_TRY(gm_read_check_folder(config->folder.migrations, gm_entry_kind_of_mode(entry.mode),
                                    err));
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
        GM_TRY(gm_ref_trees_read(r->trees, &config->folder, &tree, made, err));
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
                .trees = gm_ref_trees_new(project, known)};
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
    read.revisions = r.revisions + gm_ref_trees_end(r.trees);
    gm_cache_save(project->cache);
    *all = read;
    return GM_OK;
}
