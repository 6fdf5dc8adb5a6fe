/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/ci.h"

#include <stdlib.h>

#include "app/project/base_ref.h"
#include "app/check/checking_refs.h"
#include "base/file.h"

/* GitHub's events have some hundred kilobytes. */
enum { EVENT_MAX = 32 * 1024 * 1024 };

static const char *from_process(const void *table, const char *name)
{
    (void)table;
    return getenv(name);
}

gm_ci gm_ci_here(gm_arena *arena)
{
    gm_ci ci = gm_ci_read(from_process, NULL);
    gm_err ignored = gm_err_new(arena);
    gm_str text;
    if (ci.event_path.len &&
        gm_file_read(arena, ci.event_path, EVENT_MAX, &text, &ignored) == GM_OK)
        gm_ci_read_event(arena, text, &ci);
    return ci;
}

/* Is `trunk` the branch: "main", or "origin/main" of a remote? */
static bool names_branch(gm_project *project, gm_str trunk, gm_str branch)
{
    if (!branch.len || gm_str_eq(trunk, branch))
        return branch.len > 0;
    gm_str tail = gm_str_printf(project->arena, "/%.*s", GM_ARG(branch));
    gm_str remote = gm_str_sub(trunk, 0, gm_str_find(trunk, '/', 0));
    gm_str key = gm_str_printf(project->arena, "remote.%.*s.url", GM_ARG(remote));
    return gm_str_eq(gm_str_sub(trunk, remote.len, trunk.len), tail) &&
           gm_repo_config(project->repo, key.ptr).len;
}

static bool is_trunk(gm_project *project, const gm_ci *ci)
{
    if (ci->event != GM_CI_PUSH && ci->event != GM_CI_OTHER)
        return false;
    return names_branch(project, ci->trunk.len ? ci->trunk : project->config.trunk, ci->branch);
}

/* What the default branch was before: the commit that the event names, else HEAD's first parent. */
static gm_code unite_with_past(gm_project *project, const gm_ci *ci, gm_checking_options *options,
                               gm_err *err)
{
    static const char why[] = "what the default branch was before";
    gm_str past = ci->before;
    gm_oid commit;
    gm_commit head;
    gm_ref ref;
    bool unborn;
    gm_err ignored = gm_err_new(project->arena);
    if (!past.len) {
        GM_TRY(gm_repo_head(project->repo, &ref, &unborn, err));
        if (unborn)
            return GM_OK;
        GM_TRY(gm_repo_commit(project->repo, &ref.commit, &head, err));
        if (!head.parents.len)
            return GM_OK;
        past = gm_oid_hex(project->arena, &head.parents.items[0]);
    }
    if (gm_repo_resolve(project->repo, past, &commit, &ignored) != GM_OK)
        return gm_base_not_here(project, past, why, err);
    options->unite = true;
    options->uniting.base = past;
    options->uniting.replaces = true;
    options->uniting.why = gm_str_from(why);
    return GM_OK;
}

static void unite_with_trunk(gm_project *project, const gm_ci *ci, gm_checking_options *options)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_oid commit;
    options->unite = true;
    if (!ci->trunk.len || ci->event != GM_CI_PUSH)
        return;
    gm_str ref = gm_str_printf(project->arena, "refs/remotes/origin/%.*s", GM_ARG(ci->trunk));
    if (gm_repo_resolve(project->repo, ref, &commit, &ignored) != GM_OK)
        return;
    options->uniting.base = ref;
    options->uniting.why = GM_STR("the default branch");
}

static void sweep(gm_project *project, const gm_ci_call *call, gm_str commit, gm_checked *others)
{
    gm_strs every = {0};
    gm_checking_options options = {
        .allow_now = call->allow_now,
        .uniting = {.base = commit, .shown = call->event.branch},
        .all = call->all,
    };
    gm_checked found = {.at = GM_STR("HEAD")};
    gm_err failure = gm_err_new(project->arena);
    gm_code code = gm_checking_refs(project, &every, &options, &found, &failure);
    if (code != GM_OK)
        gm_vec_push(project->arena, &found.unseen,
                    (gm_unseen){code, failure.text, failure.where, failure.hint});
    GM_EACH (gm_finding, finding, &found.findings) {
        if (finding->severity > GM_SEVERITY_WARNING)
            finding->severity = GM_SEVERITY_WARNING;
    }
    *others = found;
}

gm_code gm_ci_check(gm_project *project, const gm_ci_call *call, gm_checked *checked,
                    gm_checked *others, gm_err *err)
{
    gm_checking_options options = {
        .at = GM_STR("HEAD"),
        .allow_now = call->allow_now,
        .replay = call->replay,
        .all = call->all,
    };
    gm_checked found = {0};
    gm_err failure = gm_err_new(err->arena);
    gm_code code = GM_OK;
    GM_TRY(gm_project_need_repo(project, "`gmig ci`", err));
    bool trunk = is_trunk(project, &call->event);
    if (call->base.len) {
        options.unite = true;
        options.uniting.base = call->base;
    } else if (trunk) {
        code = unite_with_past(project, &call->event, &options, &failure);
    } else {
        unite_with_trunk(project, &call->event, &options);
    }
    GM_TRY(gm_checking_run(project, &options, &found, err));
    /* A clone that ends before what is compared with takes nothing from the other rules. */
    if (code != GM_OK && !gm_checked_note_unseen(project->arena, &found, code, &failure)) {
        *err = failure;
        return code;
    }
    *checked = found;
    if (trunk && found.commit.len)
        sweep(project, call, found.commit, others);
    return GM_OK;
}
