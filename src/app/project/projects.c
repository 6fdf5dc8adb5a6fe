/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/projects.h"

#include "app/project/heads_path.h"
#include "base/buf.h"
#include "base/file.h"
#include "git/index_peek.h"

static bool is_bare(const gm_project *project)
{
    return gm_repo_top(project->repo).len == 0;
}

static bool is_worktree(gm_str where)
{
    return !where.len || gm_str_is(where, "worktree");
}

/* ---- which there are ---- */

static gm_code config_paths(gm_project *project, gm_str where, gm_strs *paths, gm_err *err)
{
    gm_snapshot *snapshot;
    GM_TRY(gm_snapshot_open(project->arena, project->repo, where, &snapshot, err));
    return gm_snapshot_named(snapshot, GM_STR(GM_CONFIG_NAME), paths, err);
}

/* The examining gmig.yml at `path`; the defaults where there is none. */
static gm_code examining_config(gm_project *project, gm_snapshot *base, gm_str path,
                                gm_config *config, gm_err *err)
{
    gm_entry entry;
    bool found;
    gm_str text = {0};
    GM_TRY(gm_snapshot_find(base, path, &entry, &found, err));
    if (found && entry.kind == GM_ENTRY_FILE)
        GM_TRY(gm_snapshot_read(base, &entry, &text, err));
    return gm_config_parse(project->arena, path, gm_path_folder(path), text, config, err);
}

static gm_code add_below(gm_project *project, gm_snapshot *base, gm_str path, gm_projects *projects,
                         gm_err *err)
{
    gm_project below = *project;
    below.config_path = path;
    below.folder = gm_path_join(project->arena, project->top, gm_path_folder(path));
    gm_str from_here = gm_path_relative(project->arena, project->cwd, below.folder);
    below.option =
        gm_str_printf(project->arena, "-C %.*s", GM_ARG(gm_str_shell(project->arena, from_here)));
    GM_TRY(examining_config(project, base, path, &below.config, err));
    gm_vec_push(project->arena, projects, below);
    return GM_OK;
}

static gm_code top_has_migrations(gm_project *project, gm_str where, bool *has, gm_err *err)
{
    gm_snapshot *snapshot;
    gm_str folder;
    gm_entry entry;
    GM_TRY(gm_project_migrations(project, &project->config, &folder, err));
    GM_TRY(gm_snapshot_open(project->arena, project->repo, where, &snapshot, err));
    return gm_snapshot_find(snapshot, folder, &entry, has, err);
}

static gm_code add_all(gm_project *project, gm_str where, gm_projects *projects, gm_err *err)
{
    gm_strs paths = {0};
    gm_snapshot *base;
    bool worktree = is_worktree(where);
    gm_str base_name = is_bare(project) ? GM_STR("HEAD") : GM_STR("worktree");
    GM_TRY(gm_snapshot_open(project->arena, project->repo, base_name, &base, err));
    GM_TRY(config_paths(project, worktree ? GM_STR("index") : where, &paths, err));

    bool with_top =
        paths.len == 0 || gm_strs_have(&paths, GM_STR(GM_CONFIG_NAME)) || project->config.path.len;
    if (!with_top)
        GM_TRY(top_has_migrations(project, where, &with_top, err));
    if (with_top)
        gm_vec_push(project->arena, projects, *project);
    GM_EACH (const gm_str, path, &paths) {
        if (!gm_str_is(*path, GM_CONFIG_NAME))
            GM_TRY(add_below(project, base, *path, projects, err));
    }
    return GM_OK;
}

gm_code gm_projects_at(gm_project *project, gm_str where, bool all, gm_projects *projects,
                       gm_err *err)
{
    gm_projects found = {0};
    bool at_top =
        project->repo && gm_str_eq(project->folder, project->top) && !project->has_migrations;
    if (all && at_top && !(is_worktree(where) && is_bare(project)))
        GM_TRY(add_all(project, where, &found, err));
    else
        gm_vec_push(project->arena, &found, *project);
    *projects = found;
    return GM_OK;
}

/* ---- a folder that is not there ---- */

/* The folders of the projects below the top, as -C takes them here; empty where `project` is not at
 * the top. What keeps them from being found is not what is being complained about. */
static gm_strs folders_below(gm_project *project)
{
    gm_strs folders = {0};
    gm_projects all = {0};
    gm_err ignored = gm_err_new(project->arena);
    if (project->config.path.len || gm_projects_at(project, (gm_str){0}, true, &all, &ignored))
        return folders;
    GM_EACH (const gm_project, below, &all)
        if (!gm_str_eq(below->folder, project->folder))
            gm_vec_push(project->arena, &folders,
                        gm_path_relative(project->arena, project->cwd, below->folder));
    return folders;
}

static gm_code name_below(const gm_strs *below, gm_err *err)
{
    return gm_hint(err, "There are projects in %.*s; choose one with -C, as in `gmig -C %.*s`.",
                   GM_ARG(gm_strs_list(err->arena, below)), GM_ARG(below->items[0]));
}

gm_code gm_projects_need_one(gm_project *project, gm_err *err)
{
    bool has = false;
    if (project->config.path.len || project->has_migrations || !project->repo || is_bare(project))
        return GM_OK;
    GM_TRY(top_has_migrations(project, GM_STR("worktree"), &has, err));
    gm_strs below = {0};
    if (!has)
        below = folders_below(project);
    if (!below.len)
        return GM_OK;
    gm_fail(err, GM_E_CONFIG, "there is no gmig.yml here");
    return name_below(&below, err);
}

gm_str gm_projects_typed(const gm_project *project, gm_str text)
{
    gm_str command = GM_STR("`gmig ");
    gm_buf buf = gm_buf_new(project->arena, SIZE_MAX);
    if (!project->option.len)
        return text;
    for (size_t at; (at = gm_str_search(text, command)) < text.len;
         text = gm_str_sub(text, at + command.len, text.len))
        gm_buf_printf(&buf, "%.*s%.*s%.*s ", GM_ARG(gm_str_sub(text, 0, at)), GM_ARG(command),
                      GM_ARG(project->option));
    gm_buf_add(&buf, text);
    return gm_buf_str(&buf);
}

gm_code gm_projects_need_folder(gm_project *project, const gm_view *view, gm_err *err)
{
    if (!view->absent)
        return GM_OK;
    gm_str where = gm_snapshot_name(view->snapshot);
    bool worktree = is_worktree(where);
    gm_fail_at(err, GM_E_CONFIG, project->config.path,
               "there is no folder %.*s/ of revision files%s%.*s",
               GM_ARG(gm_project_shown(project->arena, project, view->migrations)),
               worktree ? "" : " at ", GM_ARG(worktree ? GM_STR("") : where));
    gm_strs below = folders_below(project);
    if (below.len)
        return name_below(&below, err);
    if (project->has_migrations)
        return gm_hint(err, "-d takes the folder of the revision files.");
    if (project->config.path.len)
        return gm_hint(err, "`migrations:` in gmig.yml names the folder of the revision files.");
    return gm_hint(err,
                   "There is no gmig.yml here either: go to the project's folder, or start one "
                   "with `gmig init`.");
}

/* ---- what differs ---- */

static gm_code blob_at(gm_snapshot *snapshot, gm_str path, gm_oid *blob, gm_err *err)
{
    gm_entry entry;
    bool found = false;
    if (snapshot)
        GM_TRY(gm_snapshot_find(snapshot, path, &entry, &found, err));
    *blob = found ? entry.blob : (gm_oid){0};
    return GM_OK;
}

/* Of a gmig.yml; what is no file counts as none. */
static gm_code config_blob_at(gm_snapshot *snapshot, gm_str path, gm_oid *blob, gm_err *err)
{
    gm_entry entry = {0};
    bool found = false;
    if (snapshot)
        GM_TRY(gm_snapshot_find(snapshot, path, &entry, &found, err));
    *blob = found && entry.kind == GM_ENTRY_FILE ? entry.blob : (gm_oid){0};
    return GM_OK;
}

static bool same_oid(const gm_oid *a, const gm_oid *b)
{
    return gm_oid_none(a) ? gm_oid_none(b) : gm_oid_eq(a, b);
}

static gm_code same_files(gm_snapshot *before, gm_snapshot *after, gm_str folder, bool *same,
                          gm_err *err)
{
    gm_entries old = {0};
    gm_entries new = {0};
    if (before)
        GM_TRY(gm_snapshot_list(before, folder, true, &old, err));
    GM_TRY(gm_snapshot_list(after, folder, true, &new, err));
    *same = old.len == new.len;
    for (size_t i = 0; *same && i < new.len; i++)
        *same = old.items[i].kind ==
                    new.items[i].kind &&gm_str_eq(old.items[i].path, new.items[i].path) &&
                same_oid(&old.items[i].blob, &new.items[i].blob);
    return GM_OK;
}

/* In the folder it is a part of that. */
static gm_code add_heads_file(gm_project *project, const gm_config *config, gm_str migrations,
                              gm_strs *places, gm_err *err)
{
    gm_str path;
    GM_TRY(gm_heads_file_path(project, config, &path, err));
    if (path.len &&
        !gm_str_starts(path, gm_str_printf(project->arena, "%.*s/", GM_ARG(migrations))))
        gm_vec_push(project->arena, places, path);
    return GM_OK;
}

/* Where a config keeps what a hook looks at: the migrations folder, the file of its heads, and each
 * place of models. */
static gm_code places_of(gm_project *project, const gm_config *config, gm_strs *places, gm_err *err)
{
    gm_str path;
    GM_TRY(gm_project_migrations(project, config, &path, err));
    gm_vec_push(project->arena, places, path);
    GM_TRY(add_heads_file(project, config, path, places, err));
    if (config->format == GM_FORMAT_ALEMBIC || config->format == GM_FORMAT_DJANGO) {
        /* Models are classes, and what they are made of may lie in any file. */
        GM_TRY(gm_project_below(project, config, "models", GM_STR(""), &path, err));
        gm_vec_push(project->arena, places, path);
        return GM_OK;
    }
    GM_EACH (const gm_str, name, &config->models) {
        GM_TRY(gm_project_below(project, config, "models", *name, &path, err));
        gm_vec_push(project->arena, places, path);
    }
    return GM_OK;
}

/* The places that the gmig.yml `blob` names; none: those of `project`. */
static gm_code places_at(gm_project *project, const gm_oid *blob, gm_strs *places, gm_err *err)
{
    gm_config config = project->config;
    if (!gm_oid_none(blob)) {
        gm_str text;
        gm_code code = gm_repo_read_blob(project->arena, project->repo, blob, &text, err);
        if (code != GM_OK)
            err->where = project->config_path;
        GM_TRY(code);
        GM_TRY(gm_project_ref_config(project, &text, &config, err));
    }
    return places_of(project, &config, places, err);
}

static gm_code entry_at(gm_snapshot *snapshot, gm_str path, gm_entry *entry, gm_err *err)
{
    bool found = false;
    *entry = (gm_entry){.kind = GM_ENTRY_FOLDER};
    if (snapshot)
        GM_TRY(gm_snapshot_find(snapshot, path, entry, &found, err));
    if (!found)
        *entry = (gm_entry){.kind = GM_ENTRY_FOLDER}; /* as an empty folder */
    return GM_OK;
}

/* A folder, or a file of models. */
static gm_code same_place(gm_snapshot *before, gm_snapshot *after, gm_str place, bool *same,
                          gm_err *err)
{
    gm_entry old;
    gm_entry new;
    GM_TRY(entry_at(before, place, &old, err));
    GM_TRY(entry_at(after, place, &new, err));
    *same = old.kind == new.kind;
    /* What is neither is not read, and said to be none where it comes. */
    if (new.kind == GM_ENTRY_LINK || new.kind == GM_ENTRY_SUBMODULE)
        return GM_OK;
    *same = *same && !gm_oid_none(&old.blob) && gm_oid_eq(&old.blob, &new.blob);
    if (*same || old.kind != GM_ENTRY_FOLDER || new.kind != GM_ENTRY_FOLDER)
        return GM_OK;
    /* Folders of commits are told apart by their tree ids; the index has none. */
    return same_files(before, after, place, same, err);
}

gm_code gm_project_differs(gm_project *project, gm_snapshot *before, gm_snapshot *after,
                           bool *differs, gm_err *err)
{
    gm_oid old;
    gm_oid new;
    gm_strs places = {0};
    bool same;
    GM_TRY(config_blob_at(before, project->config_path, &old, err));
    GM_TRY(config_blob_at(after, project->config_path, &new, err));
    same = same_oid(&old, &new);
    if (same)
        GM_TRY(places_at(project, &new, &places, err));
    for (size_t i = 0; same && i < places.len; i++)
        GM_TRY(same_place(before, after, places.items[i], &same, err));
    *differs = !same;
    return GM_OK;
}

/* Bytes that stand for what is at a path; of a link or a submodule that it is one. */
static void add_place(gm_buf *key, gm_str path, const gm_entry *entry, bool found)
{
    gm_buf_printf(key, "%zu ", path.len);
    gm_buf_add(key, path);
    gm_buf_printf(key, " %d %.*s\n", found ? (int)entry->kind : -1,
                  GM_ARG(gm_oid_hex(key->arena, &entry->blob)));
}

gm_code gm_projects_key(const gm_projects *projects, gm_snapshot *snapshot, gm_str *key,
                        gm_err *err)
{
    gm_buf buf = gm_buf_new(err->arena, SIZE_MAX);
    GM_EACH (gm_project, project, projects) {
        gm_entry config = {.kind = GM_ENTRY_FILE};
        gm_strs places = {0};
        GM_TRY(config_blob_at(snapshot, project->config_path, &config.blob, err));
        add_place(&buf, project->config_path, &config, true);
        GM_TRY(places_at(project, &config.blob, &places, err));
        GM_EACH (const gm_str, path, &places) {
            gm_entry place = {0};
            bool found;
            GM_TRY(gm_snapshot_find(snapshot, *path, &place, &found, err));
            add_place(&buf, *path, &place, found);
        }
    }
    *key = gm_buf_str(&buf);
    return GM_OK;
}

/* ---- the first glance ---- */

/* The places that the gmig.yml `blob` at `path` names; none: the defaults. */
static gm_code examined_places(gm_project *project, gm_str path, const gm_oid *blob,
                               gm_strs *places, gm_err *err)
{
    gm_config config;
    gm_str text = {0};
    if (!gm_oid_none(blob))
        GM_TRY(gm_repo_read_blob(project->arena, project->repo, blob, &text, err));
    GM_TRY(gm_config_parse(project->arena, path, gm_path_folder(path), text, &config, err));
    return places_of(project, &config, places, err);
}

static bool surely_same_place(gm_project *project, const gm_index_peek *peek, gm_snapshot *head,
                              gm_str place)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_oid before;
    gm_oid tree = {0};
    return blob_at(head, place, &before, &ignored) == GM_OK &&
           gm_index_peek_folder(peek, place, &tree) != GM_PEEK_UNKNOWN && same_oid(&before, &tree);
}

static bool surely_same(gm_project *project, const gm_index_peek *peek, gm_snapshot *head,
                        gm_str path, const gm_oid *blob)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_oid before;
    gm_strs places = {0};
    if (config_blob_at(head, path, &before, &ignored) != GM_OK || !same_oid(&before, blob) ||
        examined_places(project, path, blob, &places, &ignored) != GM_OK)
        return false;
    GM_EACH (const gm_str, place, &places)
        if (!surely_same_place(project, peek, head, *place))
            return false;
    return true;
}

bool gm_projects_surely_same(gm_project *project, gm_snapshot *head)
{
    gm_index_peek peek;
    gm_oid top = {0};
    gm_str name = GM_STR(GM_CONFIG_NAME);
    if (!gm_repo_peek_index(project->arena, project->repo, name, &peek))
        return false;
    GM_EACH (const gm_index_hit, hit, &peek.hits) {
        if (gm_str_eq(hit->path, name))
            top = hit->blob;
        else if (!surely_same(project, &peek, head, hit->path, &hit->blob))
            return false;
    }
    return surely_same(project, &peek, head, name, &top);
}
