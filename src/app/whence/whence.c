/* SPDX-License-Identifier: Apache-2.0 */
#include "app/whence/whence.h"

#include <stdlib.h>

#include "app/whence/whence_search.h"
#include "base/file.h"
#include "history/formats/versioned.h"
#include "runner/part.h"

/* ---- files that are in no commit yet ---- */

static void note(gm_whence_search *search, gm_str what, const gm_err *err)
{
    search->incomplete = true;
    gm_vec_push(search->arena, &search->notes,
                gm_str_printf(search->arena, "%.*s could not be looked at: %.*s", GM_ARG(what),
                              GM_ARG(err->text)));
}

/* The revisions of a work tree or an index; `top` names a worktree that is not the current one. */
static void add_view(gm_whence_search *search, gm_project *project, const char *where, gm_str top)
{
    gm_view view;
    gm_err err = gm_err_new(search->arena);
    bool index = strcmp(where, "index") == 0;
    gm_place place = {.kind = index ? GM_PLACE_INDEX : GM_PLACE_WORKTREE};
    if (top.len)
        gm_vec_push(search->arena, &place.names, top);
    if (gm_view_open_graph(project, gm_str_from(where), &view, &err) != GM_OK) {
        gm_str what = gm_str_printf(search->arena, "the %s%s%.*s", index ? "index" : "work tree",
                                    top.len ? " of " : "", GM_ARG(top));
        note(search, what, &err);
        return;
    }
    GM_EACH (gm_node *, node, &view.graph->order) {
        const gm_revision *revision = (*node)->revision;
        if (!gm_whence_wants(search, revision->id, gm_path_name(revision->path)))
            continue;
        gm_version *version = gm_whence_version(search, &revision->blob, revision);
        place.path = revision->path;
        gm_vec_push(search->arena, &version->places, place);
    }
}

/* With these set, a second repository cannot be opened: all would be the first. */
static bool environment_names_repository(void)
{
    static const char *const names[] = {"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR",
                                        "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (getenv(names[i]))
            return true;
    return false;
}

static void add_other(gm_whence_search *search, gm_str top)
{
    gm_project *other GM_CLEANUP(gm_project_drop) = NULL;
    gm_err err = gm_err_new(search->arena);
    gm_str inside = gm_path_relative(search->arena, search->project->top, search->project->folder);
    gm_str folder = gm_path_join(search->arena, top, inside);
    gm_project_options options = {.folder = gm_file_is_folder(folder) ? folder : top};
    if (gm_project_open(search->arena, &options, &other, &err) != GM_OK) {
        note(search, top, &err);
        return;
    }
    add_view(search, other, "worktree", top);
    add_view(search, other, "index", top);
}

static void add_views(gm_whence_search *search)
{
    gm_project *project = search->project;
    gm_worktrees worktrees = {0};
    if (!project->repo || gm_repo_top(project->repo).len)
        add_view(search, project, "worktree", (gm_str){0});
    if (!project->repo)
        return;
    if (gm_repo_top(project->repo).len)
        add_view(search, project, "index", (gm_str){0});
    gm_repo_worktrees(search->arena, project->repo, &worktrees);
    bool blind = environment_names_repository();
    GM_EACH (const gm_worktree, at, &worktrees) {
        if (at->current)
            continue;
        if (!blind) {
            add_other(search, at->top);
            continue;
        }
        gm_err err = gm_err_new(search->arena);
        gm_fail(&err, GM_E_UNKNOWN, "the environment names this repository's folders");
        note(search, at->top, &err);
    }
}

/* ---- one search ---- */

/* Stable: few places, and each kind's come in their own order. */
static void sort_places(gm_arena *arena, gm_version *version)
{
    gm_version sorted = {0};
    for (int kind = GM_PLACE_WORKTREE; kind <= GM_PLACE_UNREACHABLE; kind++)
        GM_EACH (const gm_place, place, &version->places)
            if ((int)place->kind == kind)
                gm_vec_push(arena, &sorted.places, *place);
    memcpy(&version->places, &sorted.places, sizeof(sorted.places));
}

static bool has_exact(const gm_whence_search *search, const gm_row_refs *rows)
{
    gm_oid blob;
    GM_EACH (const gm_ledger_row *, row, rows)
        if (gm_oid_parse((*row)->blob, &blob) &&
            !gm_map_find(&search->version_places, gm_oid_key(&blob), NULL))
            return false;
    return true;
}

/* Packs are looked through only where everything else leaves a question open. */
static gm_code search_commits(gm_whence_search *search, const gm_row_refs *rows, gm_err *err)
{
    GM_TRY(gm_whence_search_named(search, err));
    GM_TRY(gm_whence_search_judge(search, err));
    if (search->glance)
        return GM_OK;
    GM_TRY(gm_whence_search_lost(search, false, err));
    GM_TRY(gm_whence_search_judge(search, err));
    if (search->versions.len && has_exact(search, rows))
        return GM_OK;
    GM_TRY(gm_whence_search_lost(search, true, err));
    return gm_whence_search_judge(search, err);
}

static gm_code run_search(gm_whence_search *search, const gm_row_refs *rows, gm_err *err)
{
    gm_code code = GM_OK;
    gm_repo *repo = search->project->repo;
    if (repo) {
        gm_repo_stay_here(repo, true);
        code = search_commits(search, rows, err);
        if (code == GM_OK)
            gm_whence_search_keep(search);
        gm_repo_stay_here(repo, false);
    }
    if (code != GM_OK)
        return code;
    add_views(search);
    gm_whence_search_blobs(search);
    GM_EACH (gm_version, version, &search->versions)
        sort_places(search->arena, version);
    gm_cache_save(search->project->cache);
    return GM_OK;
}

static void keep(const gm_whence_search *search, gm_str id, gm_whence *found)
{
    *found = (gm_whence){.id = id,
                         .incomplete = search->incomplete || !search->project->repo,
                         .notes = search->notes};
    GM_EACH (const gm_version, version, &search->versions)
        if (gm_str_eq(version->revision->id, id))
            gm_vec_push(search->arena, &found->versions, *version);
}

/* ---- what was asked for ---- */

static bool names_file(gm_project *project, gm_str what)
{
    bool has_name = gm_str_has(what, '/') || gm_str_ends(what, GM_STR(".sql"));
    return has_name || gm_file_exists(gm_path_join(project->arena, project->cwd, what));
}

static gm_strs ids_of(const gm_whence_search *search)
{
    gm_strs ids = {0};
    GM_EACH (const gm_version, version, &search->versions)
        if (!gm_strs_have(&ids, version->revision->id))
            gm_vec_push(search->arena, &ids, version->revision->id);
    return ids;
}

static gm_code choose_id(const gm_whence_search *search, const gm_row_refs *rows, gm_str what,
                         gm_str *id, gm_err *err)
{
    gm_strs ids = ids_of(search);
    GM_EACH (const gm_ledger_row *, row, rows)
        if (!gm_strs_have(&ids, (*row)->id))
            gm_vec_push(search->arena, &ids, (*row)->id);
    if (gm_strs_have(&ids, what) || !ids.len)
        *id = what;
    else if (ids.len == 1)
        *id = ids.items[0];
    else {
        gm_fail(err, GM_E_AMBIGUOUS, "'%.*s' stands for %zu revisions: %.*s", GM_ARG(what), ids.len,
                GM_ARG(gm_strs_some(search->arena, &ids, 5)));
        return gm_hint(err, "Write more of the one you mean.");
    }
    return GM_OK;
}

/* ---- the ledger ---- */

/* *rows: that of the id `what`, else all whose ids begin with it. */
static gm_code ask_ledger(gm_project *project, gm_str wanted, gm_str what, gm_whence_answer *answer,
                          gm_row_refs *rows, gm_dialect *dialect, gm_err *err)
{
    gm_graph none = {.arena = project->arena, .by_id = gm_map_new(project->arena)};
    gm_database database GM_CLEANUP(gm_database_close) = {0};
    gm_state *state = NULL;
    gm_err failure = gm_err_new(project->arena);
    gm_code code = gm_project_target(project, wanted, &answer->target, &failure);
    if (code != GM_OK) {
        if (!wanted.len)
            return GM_OK;
        *err = failure;
        return code;
    }
    if (gm_database_look(project, wanted, &none, &database, &state, &failure) != GM_OK) {
        answer->database_failure = failure;
        return GM_OK;
    }
    answer->asked = database.db != NULL;
    *dialect = database.ledger->dialect;
    const gm_ledger_row *exact = gm_ledger_find(database.ledger, what);
    if (exact)
        gm_vec_push(project->arena, rows, exact);
    GM_EACH (const gm_ledger_row, row, &database.ledger->rows)
        if (!exact && what.len >= 4 && gm_str_starts(row->id, what))
            gm_vec_push(project->arena, rows, row);
    return GM_OK;
}

/* What is not committed yet is in no object: it is read where it lies. */
static bool read_version(const gm_whence_search *search, const gm_version *version, gm_str *bytes)
{
    gm_arena *arena = search->arena;
    gm_project *project = search->project;
    gm_err ignored = gm_err_new(arena);
    if (project->repo &&
        gm_repo_read_blob(arena, project->repo, &version->blob, bytes, &ignored) == GM_OK)
        return true;
    GM_EACH (const gm_place, place, &version->places) {
        gm_str top = place->names.len ? place->names.items[0] : project->top;
        if (place->kind == GM_PLACE_WORKTREE &&
            gm_file_read(arena, gm_path_join(arena, top, place->path), GM_BLOB_MAX, bytes,
                         &ignored) == GM_OK)
            return true;
    }
    return false;
}

static void mark(gm_whence_search *search, const gm_ledger_row *row, gm_dialect dialect,
                 gm_version *version)
{
    gm_revision whole;
    gm_str sha = {0};
    gm_arena *arena = search->arena;
    gm_err err = gm_err_new(arena);
    const gm_revision *revision = version->revision;
    gm_revision_file file = gm_revision_file_of(revision);
    file.blob = version->blob;
    /* Another tool's table says of its revisions no more than that they are applied. */
    if (!row || !row->blob.len)
        return;
    if (gm_str_eq(gm_oid_hex(arena, &version->blob), row->blob)) {
        version->applied = GM_APPLIED_EXACT;
        return;
    }
    if (!row->up_sha256.len)
        return; /* of code nothing more is known */
    /* A revision of the cache, or of a view, comes without its SQL. */
    if (!revision->text.len && read_version(search, version, &file.bytes) &&
        gm_format_read(arena, search->format, &file, &whole, &err) == GM_OK)
        revision = &whole;
    if (!revision->text.len || gm_part_up_sha256(arena, revision, dialect, &sha, &err) != GM_OK)
        return;
    version->applied = gm_str_eq(sha, row->up_sha256) ? GM_APPLIED_SAME_SQL : GM_APPLIED_OTHER;
}

/* What was applied first; the others as they are. */
static void mark_versions(gm_whence_search *search, const gm_ledger_row *row, gm_dialect dialect,
                          gm_whence *found)
{
    gm_whence sorted = *found;
    memset(&sorted.versions, 0, sizeof(sorted.versions));
    GM_EACH (gm_version, version, &found->versions)
        mark(search, row, dialect, version);
    for (int wanted = GM_APPLIED_EXACT; wanted >= GM_APPLIED_UNKNOWN; wanted--)
        GM_EACH (const gm_version, version, &found->versions)
            if ((int)version->applied == wanted)
                gm_vec_push(search->arena, &sorted.versions, *version);
    *found = sorted;
}

gm_code gm_whence_find(gm_project *project, gm_str what, gm_str target, gm_whence_answer *answer,
                       gm_err *err)
{
    gm_whence_search search = {0};
    gm_whence_answer found = {.database_failure = gm_err_new(project->arena)};
    gm_dialect dialect = GM_SQLITE;
    gm_str id = what;
    gm_row_refs rows = {0};
    GM_TRY(gm_whence_search_begin(project, &search, err));
    search.file = names_file(project, what);
    search.prefix = !search.file;
    if (search.file) {
        gm_str path = gm_path_join(project->arena, project->cwd, what);
        search.file_id = gm_version_id(project->arena, search.format, path);
        if (search.file_id.len && gm_version_is_beside(search.format, path))
            return gm_whence_find(project, search.file_id, target, answer, err);
        what = gm_path_name(what);
    } else
        GM_TRY(ask_ledger(project, target, what, &found, &rows, &dialect, err));
    gm_vec_push(project->arena, &search.wanted, what);
    GM_TRY(run_search(&search, &rows, err));
    GM_TRY(choose_id(&search, &rows, what, &id, err));
    if (search.file && search.versions.len) {
        /* Other files may have the same id. */
        gm_str name = id;
        GM_TRY(gm_whence_find(project, name, target, answer, err));
        return GM_OK;
    }
    keep(&search, id, &found.found);
    GM_EACH (const gm_ledger_row *, row, &rows)
        if (gm_str_eq((*row)->id, id))
            found.row = *row;
    mark_versions(&search, found.row, dialect, &found.found);
    *answer = found;
    return GM_OK;
}

void gm_whence_glance(gm_project *project, const gm_strs *ids, gm_whences *found)
{
    gm_whence_search search = {.glance = true};
    gm_row_refs none = {0};
    gm_err err = gm_err_new(project->arena);
    gm_code code = gm_whence_search_begin(project, &search, &err);
    search.wanted = *ids;
    if (code == GM_OK)
        code = run_search(&search, &none, &err);
    GM_EACH (const gm_str, id, ids) {
        gm_whence one = {.id = *id, .incomplete = true};
        if (code == GM_OK)
            keep(&search, *id, &one);
        gm_vec_push(project->arena, found, one);
    }
}

gm_code gm_whence_rows(gm_project *project, const gm_row_refs *rows, gm_dialect dialect,
                       gm_whences *found, gm_err *err)
{
    gm_whence_search search = {0};
    GM_TRY(gm_whence_search_begin(project, &search, err));
    GM_EACH (const gm_ledger_row *, row, rows)
        gm_vec_push(project->arena, &search.wanted, (*row)->id);
    GM_TRY(run_search(&search, rows, err));
    GM_EACH (const gm_ledger_row *, row, rows) {
        gm_whence one;
        keep(&search, (*row)->id, &one);
        mark_versions(&search, *row, dialect, &one);
        gm_vec_push(project->arena, found, one);
    }
    return GM_OK;
}

gm_code gm_whence_cure(const gm_project *project, gm_err *err)
{
    if (!project->repo)
        return gm_hint(err, "There is no git repository here: run it in a clone.");
    if (gm_repo_is_shallow(project->repo))
        return gm_hint(err, "This is a shallow clone. Run: git fetch --unshallow");
    if (gm_repo_is_partial(project->repo))
        return gm_hint(err, "This is a partial clone. Run: git fetch --refetch --no-filter");
    return gm_hint(err, "Run `git fsck`, and look at what could not be looked at.");
}

/* ---- in a few words ---- */

bool gm_ref_is_foreign(gm_str name)
{
    static const gm_str folders[] = {GM_STR_INIT("pull/"),
                                     GM_STR_INIT("pull-requests/"),
                                     GM_STR_INIT("merge-requests/"),
                                     GM_STR_INIT("changes/"),
                                     GM_STR_INIT("pr/"),
                                     GM_STR_INIT("mr/")};
    static const gm_str remotes = GM_STR_INIT("refs/remotes/");
    static const gm_str refs = GM_STR_INIT("refs/");
    if (gm_str_is(name, "FETCH_HEAD"))
        return true;
    size_t start = refs.len;
    if (gm_str_starts(name, remotes))
        start = gm_str_find(name, '/', remotes.len) + 1;
    else if (!gm_str_starts(name, refs))
        return false;
    gm_str rest = gm_str_sub(name, start, name.len);
    for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
        if (gm_str_starts(rest, folders[i]))
            return true;
    return false;
}

/* "Ada Example" of "Ada Example <ada@example.org>" */
static gm_str person_name(gm_str author)
{
    return gm_str_trim(gm_str_sub(author, 0, gm_str_find(author, '<', 0)));
}

static gm_str place_words(gm_arena *arena, const gm_place *place)
{
    gm_str name = place->names.len ? gm_ref_short(place->names.items[0]) : (gm_str){0};
    if (place->kind == GM_PLACE_WORKTREE || place->kind == GM_PLACE_INDEX)
        return gm_str_printf(arena, "the %s%s%.*s has it",
                             place->kind == GM_PLACE_INDEX ? "index" : "work tree",
                             name.len ? " of " : "", GM_ARG(name));
    gm_str commit = gm_str_sub(gm_oid_hex(arena, &place->commit), 0, 12);
    gm_str who = person_name(place->author);
    if (!name.len)
        return gm_str_printf(arena, "commit %.*s by %.*s, which no branch has, has it",
                             GM_ARG(commit), GM_ARG(who));
    return gm_str_printf(arena, "%.*s %s it (commit %.*s by %.*s)", GM_ARG(name),
                         place->past ? "once had" : "has", GM_ARG(commit), GM_ARG(who));
}

gm_str gm_whence_words(gm_arena *arena, const gm_whence *whence)
{
    const gm_place *best = NULL;
    GM_EACH (const gm_version, version, &whence->versions)
        GM_EACH (const gm_place, place, &version->places)
            if (!best || (best->past && !place->past))
                best = place;
    return best ? place_words(arena, best) : (gm_str){0};
}
