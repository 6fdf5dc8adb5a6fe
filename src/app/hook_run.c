/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hook_run.h"

#include "base/file.h"

/* A push of more refs than this is refused rather than looked at for hours. */
enum { REFS_MAX = 100000 };

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
static gm_code look_at(gm_project *project, const gm_hook_call *call, gm_str ref, gm_str before,
                       gm_str after, gm_hook_answer *answer, gm_err *err)
{
    gm_hook_look look = {.ref = ref, .checked.at = after};
    bool changes = false;
    gm_code code = anything_changes(project, before, after, &changes, err);
    if (code == GM_OK && !changes)
        return GM_OK;
    if (code == GM_OK) {
        gm_checking_options options = {.at = after, .allow_now = call->allow_now, .all = true};
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
    return look_at(project, call, (gm_str){0}, head, GM_STR("index"), answer, err);
}

/* ---- pre-push, pre-receive, update ---- */

typedef struct {
    gm_str ref;
    gm_str old; /* hex */
    gm_str new;
} ref_change;

/* The commit behind an id, as hex; empty for zeros and for what is no commit. */
static gm_code commit_of(gm_project *project, gm_str id, gm_str *hex, gm_err *err)
{
    gm_oid oid;
    gm_oid commit;
    gm_err failure = gm_err_new(project->arena);
    *hex = (gm_str){0};
    if (!gm_oid_parse(id, &oid))
        return gm_fail(err, GM_E_USAGE, "'%.*s' is no object id", GM_ARG(id));
    if (gm_oid_none(&oid))
        return GM_OK;
    gm_code code = gm_repo_peel(project->repo, &oid, &commit, &failure);
    if (code == GM_OK)
        *hex = gm_oid_hex(project->arena, &commit);
    else if (code != GM_E_UNKNOWN_REF)
        *err = failure;
    return code == GM_E_UNKNOWN_REF ? GM_OK : code;
}

/* The same for what was there before; empty also where it is not here, as the tip of a remote that
 * was not fetched. */
static gm_code old_commit_of(gm_project *project, gm_str id, gm_str *hex, gm_err *err)
{
    gm_err failure = gm_err_new(project->arena);
    gm_code code = commit_of(project, id, hex, &failure);
    if (code == GM_OK || code == GM_E_MISSING_OBJECT)
        return GM_OK;
    *err = failure;
    return code;
}

/* What could not be told about one ref refuses the push, and lets the others be looked at. */
static gm_code cannot_tell(gm_project *project, const ref_change *change, gm_code code,
                           gm_hook_answer *answer, gm_err *err)
{
    gm_hook_look look = {.ref = change->ref, .checked.at = change->new};
    if (!gm_checked_note_unseen(project->arena, &look.checked, code, err))
        return code;
    gm_vec_push(project->arena, &answer->looks, look);
    return GM_OK;
}

static gm_code run_change(gm_project *project, const gm_hook_call *call, const ref_change *change,
                          gm_hook_answer *answer, gm_err *err)
{
    gm_str old;
    gm_str new;
    gm_code code = commit_of(project, change->new, &new, err);
    if (code == GM_OK)
        code = old_commit_of(project, change->old, &old, err);
    if (code != GM_OK)
        return cannot_tell(project, change, code, answer, err);
    if (!new.len) /* a deleted ref, or a tag of something that is no commit */
        return GM_OK;
    GM_EACH (const gm_hook_look, seen, &answer->looks) {
        if (gm_str_eq(seen->checked.commit, new))
            return GM_OK;
    }
    return look_at(project, call, change->ref, old, new, answer, err);
}

static size_t split(gm_str line, gm_str *words, size_t max)
{
    size_t count = 0;
    size_t from = 0;
    while (from <= line.len && count < max) {
        size_t to = gm_str_find(line, ' ', from);
        words[count++] = gm_str_sub(line, from, to);
        from = to + 1;
    }
    return from <= line.len ? max + 1 : count;
}

/* "local-ref local-id remote-ref remote-id" of pre-push, "old-id new-id ref" of pre-receive. */
static bool read_change(gm_str line, bool push, ref_change *change)
{
    gm_str words[4];
    size_t count = split(line, words, 4);
    if (push && count == 4)
        *change = (ref_change){.ref = words[2], .old = words[3], .new = words[1]};
    else if (!push && count == 3)
        *change = (ref_change){.ref = words[2], .old = words[0], .new = words[1]};
    else
        return false;
    return true;
}

static gm_code run_push(gm_project *project, const gm_hook_call *call, gm_hook_answer *answer,
                        gm_err *err)
{
    bool push = strcmp(call->hook->name, "pre-push") == 0;
    gm_str rest = call->input;
    gm_str line;
    size_t number = 0;
    while (gm_str_line(&rest, &line)) {
        ref_change change;
        if (!line.len)
            continue;
        if (++number > REFS_MAX)
            return gm_fail(err, GM_E_REFUSED, "more than %d refs in one push", REFS_MAX);
        if (!read_change(line, push, &change))
            return gm_fail(err, GM_E_USAGE, "line %zu of the input of %s is not what git writes",
                           number, call->hook->name);
        GM_TRY(run_change(project, call, &change, answer, err));
    }
    return GM_OK;
}

static gm_code run_update(gm_project *project, const gm_hook_call *call, gm_hook_answer *answer,
                          gm_err *err)
{
    if (call->args.len != 3)
        return gm_fail(err, GM_E_USAGE, "update takes a ref, its old and its new id");
    ref_change change = {call->args.items[0], call->args.items[1], call->args.items[2]};
    return run_change(project, call, &change, answer, err);
}

/* ---- post-merge, post-checkout, post-rewrite ---- */

static gm_str ids_of(gm_arena *arena, const gm_nodes *nodes)
{
    gm_strs ids = {0};
    GM_EACH (gm_node *, node, nodes)
        gm_vec_push(arena, &ids, (*node)->revision->id);
    return gm_strs_list(arena, &ids);
}

static void tell_heads(gm_project *project, const gm_view *view, gm_hook_answer *answer)
{
    gm_arena *arena = project->arena;
    gm_str folder = gm_path_as_folder(arena, view->migrations);
    gm_node_groups groups = gm_graph_divergent(arena, view->graph);
    GM_EACH (const gm_nodes, heads, &groups)
        gm_vec_push(arena, &answer->tells,
                    gm_str_printf(arena, "%zu heads in %.*s: %.*s; run `gmig merge`", heads->len,
                                  GM_ARG(folder), GM_ARG(ids_of(arena, heads))));
    size_t problems = view->graph->problems.len;
    if (problems)
        gm_vec_push(arena, &answer->tells,
                    gm_str_printf(arena, "the history in %.*s has %zu problem%s; run `gmig check`",
                                  GM_ARG(folder), problems, problems == 1 ? "" : "s"));
}

static gm_code tell(gm_project *project, gm_str before, gm_hook_answer *answer, gm_err *err)
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
        GM_TRY(gm_view_open_graph(one, index, &view, err));
        tell_heads(one, &view, answer);
    }
    return GM_OK;
}

/* In the middle of a rebase or a bisection what is checked out is nobody's work. The hook for the
 * end of a rebase runs while its folder is still there. */
static bool is_quiet(gm_project *project, const gm_hook_call *call)
{
    if (strcmp(call->hook->name, "post-rewrite") == 0 && call->args.len == 1 &&
        gm_str_is(call->args.items[0], "rebase"))
        return false;
    gm_repo_state state = gm_repo_get_state(project->repo);
    return state != GM_REPO_CLEAN && state != GM_REPO_MERGE;
}

static gm_code run_post(gm_project *project, const gm_hook_call *call, gm_hook_answer *answer,
                        gm_err *err)
{
    gm_str before = {0};
    if (is_quiet(project, call))
        return GM_OK;
    if (strcmp(call->hook->name, "post-checkout") == 0) {
        if (call->args.len != 3)
            return gm_fail(err, GM_E_USAGE, "post-checkout takes two ids and a flag");
        bool branch = gm_str_is(call->args.items[2], "1");
        if (!branch || gm_str_eq(call->args.items[0], call->args.items[1]))
            return GM_OK; /* files only, or the new branch of `git checkout -b` */
        GM_TRY(old_commit_of(project, call->args.items[0], &before, err));
    }
    return tell(project, before, answer, err);
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
        {"pre-commit", run_commit},  {"pre-merge-commit", run_commit}, {"pre-push", run_push},
        {"pre-receive", run_push},   {"update", run_update},           {"post-merge", run_post},
        {"post-checkout", run_post}, {"post-rewrite", run_post},
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
