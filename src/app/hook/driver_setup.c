/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hook/driver_setup.h"

#include "app/project/heads_path.h"
#include "app/project/projects.h"
#include "base/buf.h"
#include "git/settings.h"

#define DRIVER "gmig"
#define NAME_KEY "merge." DRIVER ".name"
#define DRIVER_KEY "merge." DRIVER ".driver"
#define DRIVER_NAME "heads of the migration history"

const char *gm_driver_state_name(gm_driver_state state)
{
    static const char *const names[] = {
        [GM_DRIVER_ABSENT] = "not installed",
        [GM_DRIVER_INSTALLED] = "installed",
        [GM_DRIVER_BROKEN] = "broken",
        [GM_DRIVER_OTHER] = "other",
    };
    return names[state];
}

gm_driver_state gm_driver_state_of(gm_repo *repo)
{
    gm_str command = gm_repo_config(repo, DRIVER_KEY);
    if (!command.len)
        return gm_repo_config(repo, NAME_KEY).ptr ? GM_DRIVER_BROKEN : GM_DRIVER_ABSENT;
    return gm_str_is(command, GM_DRIVER_COMMAND) ? GM_DRIVER_INSTALLED : GM_DRIVER_OTHER;
}

/* ---- attributes ---- */

/* A pattern that is this path alone (gitattributes, gitignore "PATTERN FORMAT"). */
static gm_str attribute_line(gm_arena *arena, gm_str path)
{
    gm_buf pattern = gm_buf_new(arena, SIZE_MAX);
    bool quoted = false;
    gm_buf_char(&pattern, '/');
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];
        quoted |= c <= ' ' || c == '"' || c == 0x7f;
        if (strchr("*?[\\", c))
            gm_buf_z(&pattern, "\\");
        gm_buf_char(&pattern, (char)c);
    }
    gm_str plain = gm_buf_str(&pattern);
    if (!quoted)
        return gm_str_printf(arena, "%.*s merge=" DRIVER, GM_ARG(plain));
    gm_buf line = gm_buf_new(arena, SIZE_MAX);
    gm_buf_char(&line, '"');
    for (size_t i = 0; i < plain.len; i++) {
        unsigned char c = (unsigned char)plain.ptr[i];
        if (c < ' ' || c == 0x7f)
            gm_buf_printf(&line, "\\%03o", (unsigned)c);
        else
            gm_buf_printf(&line, "%s%c", c == '"' || c == '\\' ? "\\" : "", c);
    }
    gm_buf_z(&line, "\" merge=" DRIVER);
    return gm_buf_str(&line);
}

static gm_code has_attribute(gm_repo *repo, gm_str path, bool *has, gm_err *err)
{
    gm_str value;
    GM_TRY(gm_repo_attribute(repo, "merge", path, &value, err));
    *has = gm_str_is(value, DRIVER);
    return GM_OK;
}

/* ---- looking ---- */

static gm_code find_paths(gm_project *project, gm_driver_report *report, gm_err *err)
{
    gm_projects projects = {0};
    if (!gm_repo_top(project->repo).len)
        return GM_OK;
    /* A gmig.yml elsewhere that cannot be read keeps nobody from having hooks. */
    gm_err ignored = gm_err_new(project->arena);
    if (gm_projects_at(project, GM_STR("worktree"), true, &projects, &ignored) != GM_OK) {
        projects = (gm_projects){0};
        gm_vec_push(project->arena, &projects, *project);
    }
    GM_EACH (const gm_project, one, &projects) {
        gm_str path;
        bool has;
        GM_TRY(gm_heads_file_path(one, &one->config, &path, err));
        if (!path.len)
            continue;
        gm_vec_push(project->arena, &report->paths, path);
        GM_TRY(has_attribute(project->repo, path, &has, err));
        if (!has)
            gm_vec_push(project->arena, &report->attributes, attribute_line(project->arena, path));
    }
    return GM_OK;
}

gm_code gm_driver_look(gm_project *project, gm_driver_report *report, gm_err *err)
{
    gm_driver_report found = {.state = gm_driver_state_of(project->repo)};
    GM_TRY(find_paths(project, &found, err));
    *report = found;
    return GM_OK;
}

bool gm_driver_is_wanting(gm_project *project, const gm_view *view)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_str path;
    bool has = false;
    return project->repo && gm_driver_state_of(project->repo) != GM_DRIVER_INSTALLED &&
           gm_heads_file_path(project, &view->config, &path, &ignored) == GM_OK && path.len &&
           has_attribute(project->repo, path, &has, &ignored) == GM_OK && has;
}

/* ---- both keys ---- */

/* What somebody else has set stays: they may have a reason. */
static bool may_set(gm_repo *repo, gm_driver_state state)
{
    if (state == GM_DRIVER_OTHER)
        return gm_str_starts(gm_repo_config(repo, DRIVER_KEY), GM_STR("gmig "));
    return state != GM_DRIVER_INSTALLED;
}

gm_code gm_driver_install(gm_project *project, bool asked, gm_driver_report *report, gm_err *err)
{
    gm_driver_report found;
    GM_TRY(gm_driver_look(project, &found, err));
    if (!found.paths.len && asked) {
        gm_fail_at(err, GM_E_CONFIG, project->config.path,
                   "no file is named to list the heads in, so there is nothing to merge");
        return gm_hint(err, "Write `heads_file: %.*s/HEADS` into gmig.yml.",
                       GM_ARG(project->config.migrations));
    }
    if (found.paths.len && may_set(project->repo, found.state)) {
        /* The command first: a name without one stops merges. */
        GM_TRY(gm_repo_configure(project->repo, DRIVER_KEY, GM_STR(GM_DRIVER_COMMAND), err));
        GM_TRY(gm_repo_configure(project->repo, NAME_KEY, GM_STR(DRIVER_NAME), err));
        found.state = gm_driver_state_of(project->repo);
        found.changed = true;
    }
    *report = found;
    return GM_OK;
}

gm_code gm_driver_uninstall(gm_project *project, gm_driver_report *report, gm_err *err)
{
    gm_driver_report found;
    gm_str command, name;
    GM_TRY(gm_driver_look(project, &found, err));
    GM_TRY(gm_repo_own_config(project->repo, DRIVER_KEY, &command, err));
    GM_TRY(gm_repo_own_config(project->repo, NAME_KEY, &name, err));
    bool ours = !command.len || gm_str_starts(command, GM_STR("gmig "));
    if (ours && name.ptr)
        GM_TRY(gm_repo_configure(project->repo, NAME_KEY, (gm_str){0}, err));
    if (ours && command.ptr)
        GM_TRY(gm_repo_configure(project->repo, DRIVER_KEY, (gm_str){0}, err));
    found.changed = ours && (name.ptr || command.ptr);
    found.state = gm_driver_state_of(project->repo);
    *report = found;
    return GM_OK;
}
