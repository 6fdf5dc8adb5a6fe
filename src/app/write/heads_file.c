/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/heads_file.h"

#include "app/write/new_file.h"
#include "base/file.h"
#include "git/worktree.h"
#include "history/heads_file.h"

/* *text is empty where nothing is there. */
static gm_code read_old(const gm_project *project, gm_str path, gm_str *text, gm_err *err)
{
    gm_str whole = gm_path_join(project->arena, project->top, path);
    *text = (gm_str){0};
    if (!gm_file_exists(whole))
        return GM_OK;
    return gm_file_read(project->arena, whole, GM_BLOB_MAX, text, err);
}

gm_code gm_heads_file_allowed(const gm_project *project, const gm_view *view,
                              gm_heads_written *heads, gm_err *err)
{
    gm_str path, text;
    GM_TRY(gm_heads_file_of_view(project, view, &path, err));
    *heads = (gm_heads_written){.path = path};
    if (!path.len)
        return GM_OK;
    GM_TRY(read_old(project, path, &text, err));
    gm_heads_file old = gm_heads_file_parse(project->arena, text);
    if (!gm_str_trim(text).len || old.marked)
        return GM_OK;
    gm_fail_at(err, GM_E_REFUSED, path,
               "this is no file of heads, and heads are to be listed in it");
    return gm_hint(err, "Move it away, or name another file with `heads_file:` in gmig.yml.");
}

gm_code gm_heads_file_write(gm_project *project, bool stage, gm_heads_written *heads, gm_err *err)
{
    gm_view view;
    gm_str text;
    if (!heads->path.len)
        return GM_OK;
    GM_TRY(gm_view_open_graph(project, GM_STR("worktree"), &view, err));
    GM_TRY(read_old(project, heads->path, &text, err));
    gm_heads_file old = gm_heads_file_parse(project->arena, text);
    gm_heads_file now = gm_heads_file_of(project->arena, view.graph);
    heads->written = !gm_heads_file_sound(&old) || !gm_heads_file_same(&old, &now);
    if (!heads->written)
        return stage ? gm_worktree_stage(project->repo, heads->path, err) : GM_OK;
    if (!project->repo)
        GM_TRY(gm_folder_make(
            gm_path_folder(gm_path_join(project->arena, project->top, heads->path)), err));
    return gm_new_file_rewrite(project, heads->path, gm_heads_file_text(project->arena, &now),
                               stage, err);
}
