/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/project.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "git/bounded_memory.h"

/* Links are resolved, so that it compares with what git says. */
gm_code gm_project_cwd(gm_arena *arena, gm_str folder, gm_str *cwd, gm_err *err)
{
    gm_str wanted = folder.len ? folder : GM_STR(".");
    struct stat status;
    char *real = realpath(gm_str_z(arena, wanted), NULL);
    int reason = real && stat(real, &status) == 0 ? (S_ISDIR(status.st_mode) ? 0 : ENOTDIR) : errno;
    if (reason == 0)
        *cwd = gm_str_dup(arena, gm_str_from(real));
    free(real);
    if (reason == 0)
        return GM_OK;
    gm_fail_at(err, GM_E_USAGE, wanted, "cannot go to this folder: %s", strerror(reason));
    return gm_hint(err, "-C takes a folder that exists.");
}

void gm_project_own_process(void)
{
    gm_memory_own();
}

static gm_code open_repo(gm_project *project, gm_err *err)
{
    gm_err absent = gm_err_new(err->arena);
    gm_code code = gm_repo_open(project->arena, project->cwd, &project->repo, &absent);
    if (code == GM_OK || code == GM_E_NO_REPO)
        return GM_OK;
    *err = absent;
    return code;
}

static bool is_below(gm_str path, gm_str folder)
{
    return gm_str_eq(path, folder) || gm_str_is(folder, "/") ||
           (gm_str_starts(path, folder) && path.len > folder.len && path.ptr[folder.len] == '/');
}

/*
 * Above the current folder, and without a repository to bound the walk, only a file of this user or
 * of root counts: a gmig.yml that a stranger left in /tmp must not choose databases.
 */
static bool may_use(const gm_project *project, gm_str folder, const struct stat *file)
{
    return project->repo || gm_str_eq(folder, project->cwd) || file->st_uid == geteuid() ||
           file->st_uid == 0;
}

/* Passed over in silence, it would leave the defaults, and with them another database. */
static gm_code not_a_file(const gm_project *project, gm_str path, bool link, gm_err *err)
{
    gm_fail_at(err, GM_E_CONFIG, gm_path_relative(project->arena, project->cwd, path),
               "gmig.yml is %s", link ? "a symbolic link, which is not followed" : "not a file");
    return gm_hint(err, "Put the file itself there, or name it with --config.");
}

/*
 * Walks up from the current folder, or begins at the top where GIT_DIR names a repository that the
 * folder is not in; *path is empty when there is none. A link is not followed: a checkout must not
 * make gmig read other files.
 */
static gm_code find_config(const gm_project *project, gm_str *path, gm_err *err)
{
    gm_arena *arena = project->arena;
    bool outside = project->top.len && !is_below(project->cwd, project->top);
    gm_str folder = outside ? project->top : project->cwd;
    for (;;) {
        gm_str candidate = gm_path_join(arena, folder, GM_STR(GM_CONFIG_NAME));
        struct stat file;
        if (lstat(gm_str_z(arena, candidate), &file) == 0 && may_use(project, folder, &file)) {
            if (!S_ISREG(file.st_mode))
                return not_a_file(project, candidate, S_ISLNK(file.st_mode), err);
            *path = candidate;
            return GM_OK;
        }
        if (gm_str_eq(folder, project->top) || gm_str_is(folder, "/"))
            return GM_OK;
        folder = gm_path_folder(folder);
    }
}

/* "" for "." */
static gm_str relative(gm_arena *arena, gm_str top, gm_str path)
{
    gm_str answer = gm_path_relative(arena, top, path);
    return gm_str_is(answer, ".") ? GM_STR("") : answer;
}

static gm_code read_config_file(gm_project *project, gm_str path, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_str text, folder = gm_path_folder(path);
    gm_str shown = gm_path_relative(arena, project->cwd, path);
    if (gm_file_read(arena, path, GM_CONFIG_MAX, &text, err) != GM_OK) {
        err->code = GM_E_CONFIG;
        err->where = shown;
        return gm_hint(err, "A gmig.yml is a text file; `gmig init` writes one.");
    }
    project->folder = folder;
    if (!project->top.len)
        project->top = folder;
    gm_str inside = {0};
    if (is_below(folder, project->top)) {
        inside = relative(arena, project->top, folder);
        project->config_path = relative(arena, project->top, path);
    }
    return gm_config_parse(arena, shown, inside, text, &project->config, err);
}

/* A bare repository has its gmig.yml at the top of HEAD. */
static gm_code read_head_config(gm_project *project, gm_err *err)
{
    gm_snapshot *head;
    gm_entry entry;
    bool found;
    gm_str name = GM_STR(GM_CONFIG_NAME);
    project->folder = project->top;
    project->config_path = name;
    GM_TRY(gm_snapshot_open(project->arena, project->repo, GM_STR("HEAD"), &head, err));
    GM_TRY(gm_snapshot_find(head, name, &entry, &found, err));
    if (!found || entry.kind != GM_ENTRY_FILE)
        return GM_OK;
    gm_str text;
    GM_TRY(gm_snapshot_read(head, &entry, &text, err));
    gm_str shown = gm_str_printf(project->arena, "HEAD:%s", GM_CONFIG_NAME);
    return gm_config_parse(project->arena, shown, (gm_str){0}, text, &project->config, err);
}

static gm_code read_config(gm_project *project, gm_str wanted, gm_err *err)
{
    gm_arena *arena = project->arena;
    bool bare = project->repo && !gm_repo_top(project->repo).len;
    project->config = gm_config_default(arena);
    if (wanted.len) {
        gm_str path = gm_path_absolute(arena, gm_path_join(arena, project->cwd, wanted));
        if (!gm_file_exists(path)) {
            gm_fail_at(err, GM_E_CONFIG, wanted, "there is no such file");
            return gm_hint(err, "--config takes the path of a gmig.yml.");
        }
        return read_config_file(project, path, err);
    }
    if (bare)
        return read_head_config(project, err);

    gm_str path = {0};
    GM_TRY(find_config(project, &path, err));
    if (path.len)
        return read_config_file(project, path, err);
    project->folder = project->top.len ? project->top : project->cwd;
    project->top = project->folder;
    project->config_path = GM_STR(GM_CONFIG_NAME);
    return GM_OK;
}

static gm_code set_migrations(gm_project *project, gm_str wanted, gm_err *err)
{
    if (!wanted.len)
        return GM_OK;
    gm_arena *arena = project->arena;
    gm_str path = gm_path_absolute(arena, gm_path_join(arena, project->cwd, wanted));
    if (!is_below(path, project->top)) {
        gm_fail_at(err, GM_E_USAGE, wanted, "this folder is outside of %.*s", GM_ARG(project->top));
        return gm_hint(err, "-d takes a folder of the project.");
    }
    project->migrations = relative(arena, project->top, path);
    project->has_migrations = true;
    return GM_OK;
}

static gm_code open_parts(gm_project *project, const gm_project_options *options, gm_err *err)
{
    GM_TRY(gm_project_cwd(project->arena, options->folder, &project->cwd, err));
    GM_TRY(open_repo(project, err));
    project->cache = gm_cache_open(project->arena, project->repo);
    if (project->repo) {
        gm_str top = gm_repo_top(project->repo);
        project->top = top.len ? top : gm_repo_git_dir(project->repo);
    }
    GM_TRY(read_config(project, options->config_path, err));
    return set_migrations(project, options->migrations, err);
}

gm_code gm_project_open(gm_arena *arena, const gm_project_options *options, gm_project **project,
                        gm_err *err)
{
    gm_project *opened = gm_new(arena, gm_project);
    opened->arena = arena;
    opened->alembic = gm_new(arena, gm_map);
    *opened->alembic = gm_map_new(arena);
    gm_code code = open_parts(opened, options, err);
    if (code != GM_OK) {
        gm_project_close(opened);
        return code;
    }
    *project = opened;
    return GM_OK;
}

void gm_project_close(gm_project *project)
{
    if (!project)
        return;
    gm_repo_close(project->repo);
    project->repo = NULL;
}

void gm_project_drop(gm_project **project)
{
    gm_project_close(*project);
    *project = NULL;
}

gm_code gm_project_need_repo(const gm_project *project, const char *what, gm_err *err)
{
    if (project->repo)
        return GM_OK;
    gm_fail_at(err, GM_E_NO_REPO, project->cwd, "%s needs a git repository, and there is none here",
               what);
    return gm_hint(err, "Run it in a clone, or name one with -C DIR.");
}

gm_code gm_project_ref_config(const gm_project *project, const gm_str *text, gm_config *config,
                              gm_err *err)
{
    gm_config own = project->config;
    if (text)
        GM_TRY(gm_config_parse(project->arena, project->config_path, project->config.folder, *text,
                               &own, err));
    own.targets.items = project->config.targets.items;
    own.targets.len = project->config.targets.len;
    own.targets.cap = project->config.targets.cap;
    own.ledger_schema = project->config.ledger_schema;
    own.scratch_postgres = project->config.scratch_postgres;
    own.scratch_setup = project->config.scratch_setup;
    own.runner = project->config.runner;
    *config = own;
    return GM_OK;
}

gm_code gm_project_below(const gm_project *project, const gm_config *config, const char *key,
                         gm_str name, gm_str *path, gm_err *err)
{
    gm_arena *arena = project->arena;
    /* Reckoned below the top, so that a ref's own gmig.yml counts the same on every machine. */
    gm_str folder = gm_path_join(arena, project->top, config->folder);
    gm_str whole = gm_path_absolute(arena, gm_path_join(arena, folder, name));
    if (!is_below(whole, project->top)) {
        gm_fail_at(err, GM_E_CONFIG, config->path, "`%s: %.*s` leads out of the repository", key,
                   GM_ARG(name));
        return gm_hint(err, "Name a place below the top of the repository.");
    }
    *path = relative(arena, project->top, whole);
    return GM_OK;
}

gm_code gm_project_migrations(const gm_project *project, const gm_config *config,
                              gm_str *migrations, gm_err *err)
{
    if (project->has_migrations) {
        *migrations = project->migrations;
        return GM_OK;
    }
    return gm_project_below(project, config, "migrations", config->migrations, migrations, err);
}

gm_str gm_project_shown(gm_arena *arena, const gm_project *project, gm_str path)
{
    if (project->repo && !gm_repo_top(project->repo).len)
        return path;
    return gm_path_relative(arena, project->cwd, gm_path_join(arena, project->top, path));
}
