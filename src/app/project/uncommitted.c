/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/uncommitted.h"

/* Without a commit nothing is committed. */
static gm_code is_committed(gm_snapshot *head, const gm_revision *revision, bool *committed,
                            gm_err *err)
{
    gm_entry entry = {0};
    bool found = false;
    if (head)
        GM_TRY(gm_snapshot_find(head, revision->path, &entry, &found, err));
    *committed = found && gm_oid_eq(&entry.blob, &revision->blob);
    return GM_OK;
}

static bool is_of_commit(const gm_view *view)
{
    gm_str name = gm_snapshot_name(view->snapshot);
    return !gm_str_is(name, "worktree") && !gm_str_is(name, "index");
}

gm_code gm_uncommitted_find(gm_project *project, const gm_view *view, const gm_revisions *revisions,
                            const gm_revision **first, gm_err *err)
{
    gm_snapshot *head = NULL;
    *first = NULL;
    if (!project->repo || !view->snapshot || is_of_commit(view) || !revisions->len)
        return GM_OK;
    gm_oid commit = gm_snapshot_commit(view->snapshot);
    if (!gm_oid_none(&commit))
        GM_TRY(gm_snapshot_open_commit(project->arena, project->repo, &commit, &head, err));
    GM_EACH (const gm_revision *, revision, revisions) {
        bool committed;
        GM_TRY(is_committed(head, *revision, &committed, err));
        if (committed)
            continue;
        *first = *revision;
        return GM_OK;
    }
    return GM_OK;
}
