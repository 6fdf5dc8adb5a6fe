/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/locations.h"

#include "app/project/django_apps.h"
#include "app/project/heads_path.h"
#include "app/project/locate_alembic.h"
#include "base/file.h"
#include "git/worktree.h"
#include "history/formats/versioned.h"

/* What finds the folders of a format that gmig.yml does not name; NULL: the default folder is it.
 * No folder found is no error: there may be none yet. */
typedef gm_code find_folders(const gm_project *project, gm_snapshot *snapshot,
                             const gm_config *config, gm_strs *folders, gm_err *err);

/* The first of the tool's customary folders that is there. */
static gm_code find_preset_folder(const gm_project *project, gm_snapshot *snapshot,
                                  const gm_config *config, gm_strs *folders, gm_err *err)
{
    const gm_preset *preset = gm_preset_find(config->preset);
    gm_str first = {0};
    for (size_t i = 0; preset && i < 4 && preset->folders[i]; i++) {
        gm_str folder;
        gm_entry entry;
        bool found;
        gm_str name = gm_str_from(preset->folders[i]);
        GM_TRY(gm_project_below(project, config, "migrations", name, &folder, err));
        gm_str there = preset->ops.versions
                           ? folder
                           : gm_path_join(project->arena, folder, GM_STR("sqitch.plan"));
        GM_TRY(gm_snapshot_find(snapshot, there, &entry, &found, err));
        first = i ? first : folder;
        if (!found)
            continue;
        gm_vec_push(project->arena, folders, folder);
        return GM_OK;
    }
    if (preset)
        gm_vec_push(project->arena, folders, first);
    return GM_OK;
}

static find_folders *const finders[] = {
    [GM_FORMAT_GMIG] = NULL,
    [GM_FORMAT_ALEMBIC] = gm_locate_alembic_folders,
    [GM_FORMAT_DJANGO] = gm_django_folders,
    [GM_FORMAT_VERSIONED] = find_preset_folder,
};

bool gm_locations_vary(const gm_project *project, const gm_config *config)
{
    if (project->has_migrations)
        return false;
    return config->has_migrations ? config->more_migrations.len > 0
                                  : finders[config->format] != NULL;
}

gm_code gm_locations_find(const gm_project *project, gm_snapshot *snapshot, const gm_config *config,
                          gm_strs *folders, gm_err *err)
{
    gm_strs found = {0};
    gm_str folder;
    if (!project->has_migrations && !config->has_migrations && finders[config->format])
        GM_TRY(finders[config->format](project, snapshot, config, &found, err));
    if (!found.len) {
        GM_TRY(gm_project_migrations(project, config, &folder, err));
        gm_vec_push(project->arena, &found, folder);
        if (!project->has_migrations)
            GM_EACH (const gm_str, more, &config->more_migrations) {
                GM_TRY(gm_project_below(project, config, "migrations", *more, &folder, err));
                gm_vec_push(project->arena, &found, folder);
            }
    }
    *folders = found;
    return GM_OK;
}

gm_code gm_locations_app(const gm_project *project, gm_snapshot *snapshot, const gm_config *config,
                         gm_str folder, gm_str *app, gm_err *err)
{
    *app = (gm_str){0};
    if (config->format != GM_FORMAT_DJANGO)
        return GM_OK;
    return gm_django_label(project, snapshot, config, folder, app, err);
}

gm_code gm_locations_conflicts(const gm_project *project, gm_strs *paths, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_snapshot *snapshot;
    gm_strs folders;
    gm_strs found = {0};
    gm_str heads_file;
    GM_TRY(gm_snapshot_open(arena, project->repo, GM_STR("worktree"), &snapshot, err));
    GM_TRY(gm_heads_file_path(project, &project->config, &heads_file, err));
    GM_TRY(gm_locations_find(project, snapshot, &project->config, &folders, err));
    GM_EACH (const gm_str, folder, &folders) {
        gm_strs below;
        GM_TRY(gm_worktree_conflicts(arena, project->repo, *folder, &below, err));
        GM_EACH (const gm_str, path, &below)
            if (!gm_strs_have(&found, *path) && !gm_str_eq(*path, heads_file))
                gm_vec_push(arena, &found, *path);
    }
    *paths = found;
    return GM_OK;
}
