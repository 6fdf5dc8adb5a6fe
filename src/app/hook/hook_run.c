/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hook/hook_run.h"

#include "app/hook/hook_push.h"
#include "app/hook/hook_rebase.h"
#include "app/hook/hook_switch.h"
#include "base/file.h"

/* ---- what changes ---- */

/* `where` as --at takes it. An id that git gave is taken as such: one that is not here is damage,
 * and no name that git does not know. */
static gm_code open_at(gm_project *project, gm_str where, gm_snapshot **snapshot, gm_err *err)
{
    gm_oid commit;
    if (gm_oid_parse(where, &commit))
        return gm_snapshot_open_commit(project->arena, project->repo, &commit, snapshot, err);
    return gm_snapshot_open(project->arena, project->repo, where, snapshot, err);
}

/* Is there a project at `after` that differs from `before` ("" when there was nothing)? */
static gm_code anything_changes(gm_project *project, gm_str before, gm_str after, bool *changes,
                                gm_err *err)
{
    gm_projects projects = {0};
    gm_snapshot *old = NULL;
    gm_snapshot *new;
    GM_TRY(gm_projects_at(project, after, true, &projects, err));
    if (before.len)
        GM_TRY(open_at(project, before, &old, err));
    GM_TRY(open_at(project, after, &new, err));
    *changes = false;
    GM_EACH (gm_project, one, &projects) {
        if (!*changes)
            GM_TRY(gm_project_differs(one, old, new, changes, err));
    }
    return GM_OK;
}

/* Checks `after` if it changes anything; what could not be told is part of the look. */
static gm_code look_at(gm_project *project, const gm_hook_call *call, gm_str before, gm_str after,
                       gm_hook_answer *answer, gm_err *err)
{
    gm_hook_look look = {.checked.at = after};
    bool changes = false;
    gm_code code = anything_changes(project, before, after, &changes, err);
    if (code == GM_OK && !changes)
        return GM_OK;
    if (code == GM_OK) {
        gm_checking_options options = {.at = after,
                                       .allow_now = call->allow_now,
                                       .base = before,
                                       .unite = true,
                                       .uniting = {.warn_only = true},
                                       .all = true};
        code = gm_checking_run(project, &options, &look.checked, err);
    }
    if (code != GM_OK && !gm_checked_note_unseen(project->arena, &look.checked, code, err))
        return code;
    gm_vec_push(project->arena, &answer->looks, look);
    return GM_OK;
}

static gm_code head_commit(gm_project *project, gm_str *hex, gm_err *err)
{
    gm_ref head;
    bool unborn;
    GM_TRY(gm_repo_head(project->repo, &head, &unborn, err));
    *hex = unborn ? GM_STR("") : gm_oid_hex(project->arena, &head.commit);
    return GM_OK;
}

/* ---- pre-commit, pre-merge-commit ---- */

static gm_code run_commit(gm_project *project, const gm_hook_call *call, gm_hook_answer *answer,
                          gm_err *err)
{
    gm_str head;
    GM_TRY(head_commit(project, &head, err));
    if (head.len) {
        gm_snapshot *before;
        GM_TRY(open_at(project, head, &before, err));
        if (gm_projects_surely_same(project, before))
            return GM_OK;
    }
    return look_at(project, call, head, GM_STR("index"), answer, err);
}

/* ---- post-merge, post-checkout, post-rewrite ---- */

enum { IDS_SHOWN = 10 };

static gm_str ids_of(gm_arena *arena, const gm_nodes *nodes)
{
    gm_strs ids = {0};
    GM_EACH (gm_node *, node, nodes)
        gm_vec_push(arena, &ids, (*node)->revision->id);
    return gm_strs_some(arena, &ids, IDS_SHOWN);
}

static void tell_heads(gm_project *project, gm_str onto, const gm_view *view,
                       gm_hook_answer *answer)
{
    gm_arena *arena = project->arena;
    gm_str folder = gm_path_as_folder(arena, view->migrations);
    gm_node_groups groups = gm_graph_divergent(arena, view->graph);
    GM_EACH (const gm_nodes, heads, &groups) {
        gm_str chain = gm_hook_chain(project, onto, view, heads);
        gm_vec_push(arena, &answer->tells,
                    gm_str_printf(arena, "%zu heads in %.*s: %.*s; %.*s", heads->len,
                                  GM_ARG(folder), GM_ARG(ids_of(arena, heads)),
                                  GM_ARG(chain.len ? chain : GM_STR("run `gmig merge`"))));
    }
    size_t problems = view->graph->problems.len;
    if (problems)
        gm_vec_push(arena, &answer->tells,
                    gm_str_printf(arena, "the history in %.*s has %zu problem%s; run `gmig check`",
                                  GM_ARG(folder), problems, problems == 1 ? "" : "s"));
}

/* `before` is what was checked out before, `onto` what a rebase has put the branch on; either may
 * be empty. */
static gm_code tell(gm_project *project, gm_str before, gm_str onto, gm_hook_answer *answer,
                    gm_err *err)
{
    gm_str index = GM_STR("index");
    gm_projects projects = {0};
    bool changes = true;
    if (before.len)
        GM_TRY(anything_changes(project, before, index, &changes, err));
    if (!changes)
        return GM_OK;
    GM_TRY(gm_projects_at(project, index, true, &projects, err));
    GM_EACH (gm_project, one, &projects) {
        gm_view view;
        size_t told = answer->tells.len;
        GM_TRY(gm_view_open_graph(one, index, &view, err));
        tell_heads(one, onto, &view, answer);
        if (before.len)
            gm_hook_switch(one, before, &view, &answer->tells);
        for (; told < answer->tells.len; told++)
            answer->tells.items[told] = gm_projects_typed(one, answer->tells.items[told]);
    }
    return GM_OK;
}

static bool ends_rebase(const gm_hook_call *call)
{
    return strcmp(call->hook->name, "post-rewrite") == 0 && call->args.len == 1 &&
           gm_str_is(call->args.items[0], "rebase");
}

/* In the middle of a rebase or a bisection what is checked out is nobody's work. The hook for the
 * end of a rebase runs while its folder is still there. */
static bool is_quiet(gm_project *project, const gm_hook_call *call)
{
    if (ends_rebase(call))
        return false;
    gm_repo_state state = gm_repo_get_state(project->repo);
    return state != GM_REPO_CLEAN && state != GM_REPO_MERGE;
}

static gm_code run_post(gm_project *project, const gm_hook_call *call, gm_hook_answer *answer,
                        gm_err *err)
{
    gm_str before = {0};
    gm_str onto = {0};
    if (is_quiet(project, call))
        return GM_OK;
    if (ends_rebase(call))
        onto = gm_hook_rebased_onto(project, call->input);
    if (strcmp(call->hook->name, "post-checkout") == 0) {
        if (call->args.len != 3)
            return gm_fail(err, GM_E_USAGE, "post-checkout takes two ids and a flag");
        bool branch = gm_str_is(call->args.items[2], "1");
        if (!branch || gm_str_eq(call->args.items[0], call->args.items[1]))
            return GM_OK; /* files only, or the new branch of `git checkout -b` */
        GM_TRY(gm_hook_old_commit(project, call->args.items[0], &before, err));
    }
    return tell(project, before, onto, answer, err);
}

/* ---- all ---- */

gm_code gm_hook_run(gm_project *project, const gm_hook_call *call, gm_hook_answer *answer,
                    gm_err *err)
{
    static const struct {
        const char *name;
        gm_code (*run)(gm_project *project, const gm_hook_call *call, gm_hook_answer *answer,
                       gm_err *err);
    } flows[] = {
        {"pre-commit", run_commit},    {"pre-merge-commit", run_commit}, {"pre-push", gm_hook_push},
        {"pre-receive", gm_hook_push}, {"update", gm_hook_update},       {"post-merge", run_post},
        {"post-checkout", run_post},   {"post-rewrite", run_post},
    };
    GM_TRY(gm_project_need_repo(project, "a git hook", err));
    gm_hook_answer found = {0};
    for (size_t i = 0; i < sizeof(flows) / sizeof(*flows); i++) {
        if (strcmp(flows[i].name, call->hook->name) == 0) {
            GM_TRY(flows[i].run(project, call, &found, err));
            *answer = found;
            return GM_OK;
        }
    }
    return gm_fail(err, GM_E_BUG, "there is no flow for the hook %s", call->hook->name);
}

gm_code gm_hook_verdict(const gm_hook_answer *answer)
{
    gm_code verdict = GM_OK;
    GM_EACH (const gm_hook_look, look, &answer->looks) {
        if (gm_findings_count(&look->checked.findings, GM_SEVERITY_ERROR))
            return GM_E_REFUSED;
        if (look->checked.unseen.len)
            verdict = GM_E_UNKNOWN;
    }
    return verdict;
}
