/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/shipped.h"

static gm_code add_tree(gm_project *project, gm_str where, gm_map *shipped, gm_err *err)
{
    gm_view view;
    GM_TRY(gm_view_open(project, where, &view, err));
    GM_EACH (gm_node *, node, &view.graph->order)
        gm_map_add(shipped, (*node)->revision->id, NULL);
    return GM_OK;
}

/* "v*" stands for tags and branches of that name; a name without a wildcard for itself. */
static gm_code add_globs(gm_project *project, const gm_strs *globs, gm_map *shipped, gm_err *err)
{
    gm_refs refs = {0};
    if (!globs->len)
        return GM_OK;
    GM_TRY(gm_repo_refs(project->repo, globs, &refs, err));
    GM_EACH (const gm_ref, ref, &refs)
        GM_TRY(add_tree(project, ref->name, shipped, err));
    return GM_OK;
}

static bool is_known(gm_project *project, gm_str name)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_oid commit;
    return name.len && gm_repo_resolve(project->repo, name, &commit, &ignored) == GM_OK;
}

gm_code gm_shipped_by_refs(gm_project *project, const gm_view *view, gm_map *shipped, gm_err *err)
{
    *shipped = gm_map_new(project->arena);
    if (is_known(project, view->config.trunk))
        GM_TRY(add_tree(project, view->config.trunk, shipped, err));
    return add_globs(project, &view->config.shipped, shipped, err);
}

gm_code gm_shipped(gm_project *project, const gm_view *view, gm_map *shipped, bool *all,
                   gm_err *err)
{
    *shipped = gm_map_new(project->arena);
    *all = project->repo == NULL;
    if (*all)
        return GM_OK;
    GM_TRY(gm_shipped_by_refs(project, view, shipped, err));
    if (!is_known(project, view->config.trunk) && is_known(project, GM_STR("HEAD")))
        return add_tree(project, GM_STR("HEAD"), shipped, err);
    return GM_OK;
}
