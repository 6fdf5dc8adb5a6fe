/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/heads_path.h"
#include "app/project/locations.h"
#include "app/project/read.h"
#include "history/formats/versioned.h"

/* A history has at most this many files, before any is read. */
enum { FILES_MAX = 1000000 };

/* Numbered files are read as the tool reads them that applies them. */
static gm_code preset_format(const gm_config *config, const gm_format_ops **format, gm_err *err)
{
    const gm_preset *preset = gm_preset_find(config->preset);
    if (preset) {
        *format = &preset->ops;
        return GM_OK;
    }
    if (config->preset.len)
        gm_fail_at(err, GM_E_CONFIG, config->path, "there is no preset '%.*s'",
                   GM_ARG(config->preset));
    else
        gm_fail_at(err, GM_E_CONFIG, config->path, "`format: versioned` wants a preset");
    return gm_hint(err, "Write `preset: NAME` for the tool that applies the files: %.*s.",
                   GM_ARG(gm_preset_names(err->arena)));
}

gm_code gm_project_format(const gm_config *config, const gm_format_ops **format, gm_err *err)
{
    static const gm_format_ops *const formats[] = {
        [GM_FORMAT_GMIG] = &gm_format_gmig,
        [GM_FORMAT_ALEMBIC] = &gm_format_alembic,
        [GM_FORMAT_DJANGO] = &gm_format_django,
    };
    if (config->format == GM_FORMAT_VERSIONED)
        return preset_format(config, format, err);
    *format = formats[config->format];
    return GM_OK;
}

gm_code gm_view_need_sql(const gm_view *view, gm_err *err)
{
    if (view->format->sql)
        return GM_OK;
    gm_fail_at(err, GM_E_UNKNOWN, view->migrations,
               "revisions of `format: %s` are read and never run, so there is nothing to replay",
               view->format->name);
    return gm_hint(err, "Run the project's own tests on a database that its own tool has made.");
}

/* The files of one view. */
typedef struct {
    gm_project *project;
    gm_view *view;
    bool whole; /* with their SQL */
    gm_revisions revisions;
    gm_problems problems;
    gm_str app;        /* of the folder that is read */
    gm_arena *scratch; /* of one file */
} loader;

/* A file that is too large is wrong with the history; one that is not here ends the command. */
static gm_code read_entry(loader *l, const gm_entry *entry, gm_err *err)
{
    gm_arena *arena = l->project->arena;
    gm_revision_file file = {.path = entry->path, .blob = entry->blob, .app = l->app};
    gm_err failure = gm_err_new(arena);
    gm_code code = l->whole ? gm_snapshot_read(l->view->snapshot, entry, &file.bytes, &failure)
                            : gm_snapshot_read_once(l->view->snapshot, l->scratch, entry,
                                                    &file.bytes, &failure);
    if (code == GM_OK && l->whole)
        gm_read_revision(arena, l->view->format, &file, &l->revisions, &l->problems);
    else if (code == GM_OK)
        gm_read_briefly(l->project, l->scratch, l->view->format, &file, &l->revisions,
                        &l->problems);
    gm_arena_reset(l->scratch);
    if (code == GM_E_HISTORY)
        gm_vec_push(arena, &l->problems, gm_read_problem(&failure, entry->path));
    else if (code != GM_OK)
        *err = failure;
    return code == GM_E_HISTORY ? GM_OK : code;
}

gm_code gm_read_check_folder(gm_str folder, gm_entry_kind kind, gm_err *err)
{
    static const char *const what[] = {
        [GM_ENTRY_FILE] = "not a folder",
        [GM_ENTRY_LINK] = "a symbolic link, which gmig does not follow",
        [GM_ENTRY_SUBMODULE] = "a submodule, with a history of its own",
    };
    if (kind == GM_ENTRY_FOLDER)
        return GM_OK;
    gm_fail_at(err, GM_E_CONFIG, folder, "the migrations folder is %s", what[kind]);
    if (kind == GM_ENTRY_SUBMODULE)
        return gm_hint(err,
                       "Run gmig in it, with `-C %.*s`; a gmig.yml there with `migrations: .` "
                       "names its top.",
                       GM_ARG(folder));
    return gm_hint(err, "Set `migrations:` in gmig.yml to the folder of the revision files.");
}

static bool recall_entry(loader *l, const gm_entry *entry)
{
    gm_revision_file file = {.path = entry->path, .blob = entry->blob, .app = l->app};
    gm_revision *revision = gm_read_recall(l->project, l->view->format, &file);
    if (revision)
        gm_vec_push(l->project->arena, &l->revisions, revision);
    return revision != NULL;
}

static gm_code load_entry(loader *l, const gm_entry *entry, gm_str folder, gm_err *err)
{
    gm_str below = gm_str_sub(entry->path, folder.len ? folder.len + 1 : 0, entry->path.len);
    if (!l->view->format->is_revision(below))
        return GM_OK;
    if (entry->kind == GM_ENTRY_LINK)
        gm_vec_push(l->project->arena, &l->problems, gm_read_link_problem(entry->path));
    else if (entry->kind == GM_ENTRY_FILE && (l->whole || !recall_entry(l, entry)))
        return read_entry(l, entry, err);
    return GM_OK;
}

static gm_code load_folder(loader *l, gm_str folder, gm_err *err)
{
    gm_entries entries = {0};
    gm_entry found_folder;
    bool found;
    gm_snapshot *snapshot = l->view->snapshot;
    GM_TRY(gm_snapshot_find(snapshot, folder, &found_folder, &found, err));
    if (!found)
        return GM_OK;
    l->view->absent = false;
    GM_TRY(gm_read_check_folder(folder, found_folder.kind, err));
    GM_TRY(gm_locations_app(l->project, snapshot, &l->view->config, folder, &l->app, err));
    GM_TRY(gm_snapshot_list(snapshot, folder, l->view->format->deep, &entries, err));
    if (entries.len + l->revisions.len > FILES_MAX) {
        gm_fail_at(err, GM_E_HISTORY, folder, "more than %d files", FILES_MAX);
        return gm_hint(err,
                       "Set `migrations:` in gmig.yml to the folder of the revision files alone.");
    }
    if (!l->revisions.len)
        gm_vec_reserve(l->project->arena, &l->revisions, entries.len);
    GM_EACH (const gm_entry, entry, &entries)
        GM_TRY(load_entry(l, entry, folder, err));
    return GM_OK;
}

gm_code gm_read_view(gm_project *project, bool whole, gm_view *view, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    loader l = {.project = project, .view = view, .whole = whole, .scratch = scratch};
    view->absent = true;
    GM_EACH (const gm_str, folder, &view->folders)
        GM_TRY(load_folder(&l, *folder, err));
    gm_cache_save(project->cache);
    view->graph = gm_graph_build(project->arena, &l.revisions, &l.problems);
    return GM_OK;
}

/* The gmig.yml of the snapshot itself; the work tree's was read when the project was opened. */
static gm_code find_config(gm_project *project, gm_view *view, gm_err *err)
{
    gm_entry entry = {0};
    bool found = false;
    gm_str text;
    bool worktree = gm_str_is(gm_snapshot_name(view->snapshot), "worktree");
    if (!worktree && project->config_path.len)
        GM_TRY(gm_snapshot_find(view->snapshot, project->config_path, &entry, &found, err));
    if (!found || entry.kind != GM_ENTRY_FILE)
        return gm_project_ref_config(project, NULL, &view->config, err);
    GM_TRY(gm_snapshot_read(view->snapshot, &entry, &text, err));
    return gm_project_ref_config(project, &text, &view->config, err);
}

static gm_code open_snapshot(gm_project *project, gm_str where, gm_snapshot **snapshot, gm_err *err)
{
    if (project->repo)
        return gm_snapshot_open(project->arena, project->repo, where, snapshot, err);
    if (where.len && !gm_str_is(where, "worktree"))
        return gm_project_need_repo(project, "--at", err);
    return gm_snapshot_open_folder(project->arena, project->top, snapshot, err);
}

static gm_code open_view(gm_project *project, gm_str where, bool whole, gm_view *view, gm_err *err)
{
    gm_view opened = {0};
    GM_TRY(open_snapshot(project, where, &opened.snapshot, err));
    GM_TRY(find_config(project, &opened, err));
    gm_str heads_file;
    GM_TRY(gm_heads_file_path(project, &opened.config, &heads_file, err));
    gm_snapshot_derived(opened.snapshot, heads_file);
    GM_TRY(gm_locations_find(project, opened.snapshot, &opened.config, &opened.folders, err));
    opened.migrations = opened.folders.items[0];
    GM_TRY(gm_project_format(&opened.config, &opened.format, err));
    GM_TRY(gm_read_view(project, whole, &opened, err));
    if (opened.absent)
        GM_TRY(gm_snapshot_checked_out(opened.snapshot, err));
    *view = opened;
    return GM_OK;
}

gm_code gm_view_open(gm_project *project, gm_str where, gm_view *view, gm_err *err)
{
    return open_view(project, where, true, view, err);
}

gm_code gm_view_open_sound(gm_project *project, gm_str where, gm_view *view, gm_err *err)
{
    gm_view opened = {0};
    GM_TRY(gm_view_open(project, where, &opened, err));
    GM_TRY(gm_graph_sound(opened.graph, err));
    *view = opened;
    return GM_OK;
}

gm_code gm_view_open_graph(gm_project *project, gm_str where, gm_view *view, gm_err *err)
{
    return open_view(project, where, false, view, err);
}

gm_code gm_view_open_sound_graph(gm_project *project, gm_str where, gm_view *view, gm_err *err)
{
    gm_view opened = {0};
    GM_TRY(gm_view_open_graph(project, where, &opened, err));
    GM_TRY(gm_graph_sound(opened.graph, err));
    *view = opened;
    return GM_OK;
}
