/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/atlas_sums.h"

#include "base/file.h"
#include "history/formats/atlas_sum.h"
#include "history/formats/versioned.h"

gm_code gm_atlas_sums_read(gm_project *project, const gm_view *view, gm_atlas_sums *sums,
                           gm_err *err)
{
    gm_entry entry;
    *sums = (gm_atlas_sums){0};
    if (view->absent || view->format != &gm_preset_find(GM_STR("atlas"))->ops)
        return GM_OK;
    sums->path = gm_path_join(project->arena, view->migrations, GM_STR(GM_ATLAS_SUM));
    GM_TRY(gm_snapshot_find(view->snapshot, sums->path, &entry, &sums->there, err));
    sums->there = sums->there && entry.kind == GM_ENTRY_FILE;
    return sums->there ? gm_snapshot_read(view->snapshot, &entry, &sums->text, err) : GM_OK;
}

/* Line by line: Atlas does not mind how they end. */
static bool match(gm_str a, gm_str b)
{
    for (;;) {
        gm_str of_a = {0};
        gm_str of_b = {0};
        bool more = gm_str_line(&a, &of_a);
        if (gm_str_line(&b, &of_b) != more || !gm_str_eq(of_a, of_b))
            return false;
        if (!more)
            return true;
    }
}

gm_code gm_atlas_sums_need(gm_project *project, const gm_view *view, gm_err *err)
{
    gm_atlas_sums sums;
    gm_revisions all = {0};
    GM_TRY(gm_atlas_sums_read(project, view, &sums, err));
    if (!sums.path.len || (!sums.there && !view->graph->order.len))
        return GM_OK;
    GM_EACH (gm_node *, node, &view->graph->order)
        gm_vec_push(project->arena, &all, (*node)->revision);
    if (sums.there && match(sums.text, gm_atlas_sum(project->arena, &all)))
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, sums.there ? "%.*s does not match the files" : "there is no %.*s",
            GM_ARG(sums.path));
    return gm_hint(err,
                   "Atlas runs nothing then, and neither does gmig: `gmig check` says what has "
                   "changed, `atlas migrate hash` writes the sums anew.");
}
