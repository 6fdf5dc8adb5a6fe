/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hook/driver_setup.h"

#include "app/project/heads_path.h"
#include "app/project/projects.h"
#include "base/buf.h"
#include "base/file.h"
#include "git/settings.h"
#include "git/snapshot.h"
#include "git/worktree.h"

#define DRIVER "gmig"
#define NAME_KEY "merge." DRIVER ".name"
#define DRIVER_KEY "merge." DRIVER ".driver"
#define DRIVER_NAME "heads of the migration history"
#define ATTRIBUTES ".gitattributes"

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

/* The top's file; *is_file is false where something is there that git does not read. */
static gm_code read_attributes(gm_project *project, const char *where, gm_str *text, bool *is_file,
                               gm_err *err)
{
    gm_snapshot *snapshot;
    gm_entry entry;
    bool found;
    gm_str path = GM_STR(ATTRIBUTES);
    gm_arena *arena = project->arena;
    *text = (gm_str){0};
    GM_TRY(gm_snapshot_open(arena, project->repo, gm_str_from(where), &snapshot, err));
    GM_TRY(gm_snapshot_find(snapshot, path, &entry, &found, err));
    *is_file = !found || entry.kind == GM_ENTRY_FILE;
    if (!found || !*is_file)
        return GM_OK;
    if (gm_str_is(gm_snapshot_name(snapshot), "index"))
        return gm_snapshot_read(snapshot, &entry, text, err);
    return gm_file_read(arena, gm_path_join(arena, gm_repo_top(project->repo), path), GM_BLOB_MAX,
                        text, err);
}

static gm_code add_attributes(gm_project *project, const gm_strs *lines, gm_strs *written,
                              gm_err *err)
{
    gm_str old;
    bool is_file;
    gm_buf text = gm_buf_new(project->arena, GM_BLOB_MAX);
    GM_TRY(read_attributes(project, "worktree", &old, &is_file, err));
    if (!lines->len || !is_file)
        return GM_OK;
    const char *end = gm_str_ends(old, GM_STR("\r\n")) ? "\r\n" : "\n";
    gm_buf_add(&text, old);
    if (old.len && !gm_str_ends(old, GM_STR("\n")))
        gm_buf_z(&text, end);
    GM_EACH (const gm_str, line, lines)
        gm_buf_printf(&text, "%.*s%s", GM_ARG(*line), end);
    GM_TRY(gm_worktree_replace(project->repo, GM_STR(ATTRIBUTES), gm_buf_str(&text), err));
    *written = *lines;
    return GM_OK;
}

/* Every line as it is, but for those that are one of `lines`. */
static gm_str without_lines(gm_arena *arena, gm_str text, const gm_strs *lines, gm_strs *gone)
{
    gm_buf rest = gm_buf_new(arena, SIZE_MAX);
    while (text.len) {
        size_t end = gm_str_find(text, '\n', 0);
        gm_str line = gm_str_sub(text, 0, end);
        if (gm_strs_have(lines, gm_str_trim(line)))
            gm_vec_push(arena, gone, gm_str_trim(line));
        else
            gm_buf_add(&rest, gm_str_sub(text, 0, end + 1));
        text = gm_str_sub(text, end + 1, text.len);
    }
    return gm_buf_str(&rest);
}

/* Lines that the index has are everybody's: they do no harm without a driver. */
static gm_code take_attributes_back(gm_project *project, const gm_strs *lines, gm_strs *gone,
                                    gm_err *err)
{
    gm_str old, staged;
    bool is_file, is_staged;
    gm_strs shared = {0}, own = {0};
    GM_TRY(read_attributes(project, "worktree", &old, &is_file, err));
    GM_TRY(read_attributes(project, "index", &staged, &is_staged, err));
    without_lines(project->arena, staged, lines, &shared);
    GM_EACH (const gm_str, line, lines)
        if (!gm_strs_have(&shared, *line))
            gm_vec_push(project->arena, &own, *line);
    gm_str rest = without_lines(project->arena, old, &own, gone);
    if (!gone->len)
        return GM_OK;
    if (rest.len || staged.len)
        return gm_worktree_replace(project->repo, GM_STR(ATTRIBUTES), rest, err);
    gm_worktree_remove(project->repo, GM_STR(ATTRIBUTES));
    return GM_OK;
}

/* ---- looking ---- */

/* `unsaid`: the lines of report->attributes for paths of which no attribute says how to merge. */
static gm_code find_paths(gm_project *project, gm_driver_report *report, gm_strs *unsaid,
                          gm_err *err)
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
        gm_str path, value;
        GM_TRY(gm_heads_file_path(one, &one->config, &path, err));
        if (!path.len)
            continue;
        gm_vec_push(project->arena, &report->paths, path);
        GM_TRY(gm_repo_attribute(project->repo, "merge", path, &value, err));
        if (gm_str_is(value, DRIVER))
            continue;
        gm_vec_push(project->arena, &report->attributes, attribute_line(project->arena, path));
        if (!value.len)
            gm_vec_push(project->arena, unsaid, attribute_line(project->arena, path));
    }
    return GM_OK;
}

gm_code gm_driver_look(gm_project *project, gm_driver_report *report, gm_err *err)
{
    gm_strs unsaid = {0};
    gm_driver_report found = {.state = gm_driver_state_of(project->repo)};
    GM_TRY(find_paths(project, &found, &unsaid, err));
    *report = found;
    return GM_OK;
}

bool gm_driver_is_wanting(gm_project *project, const gm_view *view)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_str path, value;
    return project->repo && gm_driver_state_of(project->repo) != GM_DRIVER_INSTALLED &&
           gm_heads_file_path(project, &view->config, &path, &ignored) == GM_OK && path.len &&
           gm_repo_attribute(project->repo, "merge", path, &value, &ignored) == GM_OK &&
           gm_str_is(value, DRIVER);
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
    gm_strs unsaid = {0};
    gm_driver_report found = {.state = gm_driver_state_of(project->repo)};
    GM_TRY(find_paths(project, &found, &unsaid, err));
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
    if (asked && found.state == GM_DRIVER_INSTALLED)
        GM_TRY(add_attributes(project, &unsaid, &found.written, err));
    found.changed |= found.written.len > 0;
    *report = found;
    return GM_OK;
}

gm_code gm_driver_uninstall(gm_project *project, gm_driver_report *report, gm_err *err)
{
    gm_driver_report found;
    gm_strs lines = {0};
    gm_str command, name;
    GM_TRY(gm_driver_look(project, &found, err));
    GM_TRY(gm_repo_own_config(project->repo, DRIVER_KEY, &command, err));
    GM_TRY(gm_repo_own_config(project->repo, NAME_KEY, &name, err));
    bool ours = !command.len || gm_str_starts(command, GM_STR("gmig "));
    if (ours && name.ptr)
        GM_TRY(gm_repo_configure(project->repo, NAME_KEY, (gm_str){0}, err));
    if (ours && command.ptr)
        GM_TRY(gm_repo_configure(project->repo, DRIVER_KEY, (gm_str){0}, err));
    GM_EACH (const gm_str, path, &found.paths)
        gm_vec_push(project->arena, &lines, attribute_line(project->arena, *path));
    if (ours && lines.len)
        GM_TRY(take_attributes_back(project, &lines, &found.written, err));
    found.changed = ours && (name.ptr || command.ptr || found.written.len);
    found.state = gm_driver_state_of(project->repo);
    *report = found;
    return GM_OK;
}
