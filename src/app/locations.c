/* SPDX-License-Identifier: Apache-2.0 */
#include "app/locations.h"

/* What finds the folders of a format that gmig.yml does not name; NULL: the default folder is it.
 * No folder found is no error: there may be none yet. */
typedef gm_code find_folders(const gm_project *project, gm_snapshot *snapshot,
                             const gm_config *config, gm_strs *folders, gm_err *err);

static find_folders *const finders[] = {
    [GM_FORMAT_GMIG] = NULL,
    [GM_FORMAT_ALEMBIC] = NULL,
    [GM_FORMAT_DJANGO] = NULL,
    [GM_FORMAT_VERSIONED] = NULL,
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
