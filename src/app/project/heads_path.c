/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/heads_path.h"

gm_code gm_heads_file_path(const gm_project *project, const gm_config *config, gm_str *path,
                           gm_err *err)
{
    *path = (gm_str){0};
    if (!config->heads_file.len)
        return GM_OK;
    return gm_project_below(project, config, "heads_file", config->heads_file, path, err);
}

gm_code gm_heads_file_of_view(const gm_project *project, const gm_view *view, gm_str *path,
                              gm_err *err)
{
    gm_str found;
    GM_TRY(gm_heads_file_path(project, &view->config, &found, err));
    GM_EACH (const gm_str, folder, &view->folders) {
        gm_str start = gm_str_printf(project->arena, "%.*s/", GM_ARG(*folder));
        if (!found.len || (folder->len && !gm_str_starts(found, start)))
            continue;
        gm_str below = gm_str_sub(found, folder->len ? start.len : 0, found.len);
        if (!view->format->is_revision(below))
            continue;
        gm_fail_at(err, GM_E_CONFIG,
                   gm_where(project->arena, view->config.path, view->config.heads_file_line),
                   "`heads_file: %.*s` has the name of a revision file",
                   GM_ARG(view->config.heads_file));
        return gm_hint(err, "Give it one that is none, such as HEADS.");
    }
    *path = found;
    return GM_OK;
}
