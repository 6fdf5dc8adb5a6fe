/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/origin.h"

#include "git/subtree.h"

/* A file that is older than so many commits was brought by nobody who is still asked about it. */
enum { STEPS_MAX = 10000 };

static gm_code has_path(gm_project *project, const gm_oid *commit, gm_str path, bool *has,
                        gm_err *err)
{
    gm_tree_entry entry;
    return gm_repo_entry(project->repo, commit, path, &entry, has, err);
}

/* A parent that has the file, too: there are few, and most often the first has it. */
static gm_code go_back(gm_project *project, const gm_commit *commit, gm_str path, gm_oid *parent,
                       bool *found, gm_err *err)
{
    *found = false;
    GM_EACH (const gm_oid, candidate, &commit->parents) {
        GM_TRY(has_path(project, candidate, path, found, err));
        if (*found) {
            *parent = *candidate;
            return GM_OK;
        }
    }
    return GM_OK;
}

gm_check_origin gm_origin_find(gm_project *project, const gm_oid *tip, gm_str path)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_oid at = *tip;
    bool has = false;
    if (gm_oid_none(tip))
        return (gm_check_origin){.known = true};
    if (has_path(project, tip, path, &has, &ignored) != GM_OK)
        return (gm_check_origin){0};
    if (!has)
        return (gm_check_origin){.known = true};
    for (int step = 0; step < STEPS_MAX; step++) {
        gm_commit commit;
        bool older;
        if (gm_repo_commit(project->repo, &at, &commit, &ignored) != GM_OK ||
            go_back(project, &commit, path, &at, &older, &ignored) != GM_OK)
            break;
        if (!older)
            return (gm_check_origin){.known = true,
                                     .commit = gm_oid_hex(project->arena, &commit.oid),
                                     .author = commit.author};
    }
    return (gm_check_origin){0};
}
