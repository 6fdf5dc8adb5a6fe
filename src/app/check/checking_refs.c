/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/checking_refs.h"

#include "app/check/all_refs.h"
#include "app/project/base_ref.h"
#include "app/check/checking_rules.h"
#include "app/check/crowd_tables.h"

/* Refs that share a history are one branch with several names. */
static gm_open_branches open_branches(gm_arena *arena, const gm_all_refs *all, gm_seen_refs *seen)
{
    gm_open_branches branches = {0};
    gm_map known = gm_map_new(arena);                /* gm_ref_heads -> gm_open_branch */
    gm_vec_reserve(arena, &branches, all->refs.len); /* so that none of them moves */
    GM_EACH (const gm_ref_view, view, &all->refs) {
        if (!view->history->added.len || view->history->failure.code != GM_OK)
            continue;
        seen->open++;
        gm_str key = gm_str_of(&view->history, sizeof(view->history));
        gm_open_branch *branch = gm_map_get(&known, key);
        if (!branch) {
            branch = &branches.items[branches.len++];
            *branch = (gm_open_branch){.added = view->history->added};
            gm_map_add(&known, key, branch);
        }
        gm_vec_push(arena, &branch->names, gm_branch_name(view->ref.name));
        if (view->ref.upstream.len)
            gm_vec_push(arena, &branch->upstreams, gm_branch_name(view->ref.upstream));
    }
    return branches;
}

/* Of a branch that adds nothing it does not matter what is wrong with it. */
static void note_failures(gm_arena *arena, const gm_all_refs *all, gm_checked *checked)
{
    const gm_ref_view *first = NULL;
    size_t count = 0;
    GM_EACH (const gm_ref_view, view, &all->refs) {
        const gm_ref_heads *history = view->history;
        if (history->failure.code == GM_OK ||
            (history->revisions && !history->unreadable && !history->added.len))
            continue;
        first = first ? first : view;
        count++;
    }
    if (!first)
        return;
    const gm_err *failure = &first->history->failure;
    gm_vec_push(arena, &checked->unseen,
                (gm_unseen){.code = GM_E_UNKNOWN,
                            .message = gm_str_printf(arena, "%zu of %zu refs; the first: %.*s",
                                                     count, all->refs.len, GM_ARG(failure->text)),
                            .where = gm_str_printf(
                                arena, "%.*s%s%.*s", GM_ARG(gm_branch_name(first->ref.name)),
                                failure->where.len ? ":" : "", GM_ARG(failure->where)),
                            .hint = failure->hint});
}

static gm_code need_base(gm_project *project, const gm_checking_options *options, gm_base *base,
                         gm_err *err)
{
    GM_TRY(gm_project_need_repo(project, "looking at all refs", err));
    GM_TRY(gm_base_find(project, options->uniting.base, base, err));
    if (base->name.len)
        return GM_OK;
    gm_fail(err, GM_E_UNKNOWN, "there is no base that branches could be merged into: %.*s",
            GM_ARG(base->why));
    return gm_hint(err, "Name it with --base, or set trunk: in gmig.yml.");
}

static gm_code check_one(gm_project *project, const gm_strs *globs,
                         const gm_checking_options *options, gm_checked *checked, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_base base;
    gm_view view;
    gm_all_refs all = {0};
    gm_seen_refs seen = {0};
    GM_TRY(need_base(project, options, &base, err));
    gm_str commit = gm_oid_hex(arena, &base.commit);
    GM_TRY(gm_view_open_sound_graph(project, commit, &view, err));
    GM_TRY(gm_all_refs_read_beyond(project, globs, &view.graph->by_id, &all, err));
    seen.seen = all.refs.len;
    gm_open_branches branches = open_branches(arena, &all, &seen);

    gm_seen_project looked = gm_checking_seen(arena, &view);
    looked.base = (gm_seen_base){.name = base.name, .commit = commit, .why = base.why};
    gm_vec_push(arena, &checked->projects, looked);
    checked->at = base.name;
    checked->commit = commit;
    checked->refs.seen = seen.seen;
    checked->refs.open += seen.open;
    note_failures(arena, &all, checked);

    gm_revisions none = {0};
    gm_check_input input = {
        .graph = gm_graph_build(arena, &none, NULL),
        .crowds = gm_crowds_find(arena, view.graph, &branches),
        .crowds_base = options->uniting.shown.len ? options->uniting.shown : base.name,
        .config_path = project->config_path,
        .allow_now = options->allow_now,
    };
    gm_crowd_tables_find(project, &input.crowds);
    gm_checking_own_rules(arena, &view.config, &input);
    size_t before = checked->findings.len;
    GM_TRY(gm_check_history(arena, &input, &checked->findings, err));
    gm_checking_typed(project, &checked->findings, before);
    return GM_OK;
}

gm_code gm_checking_refs(gm_project *project, const gm_strs *globs,
                         const gm_checking_options *options, gm_checked *checked, gm_err *err)
{
    gm_projects projects = {0};
    gm_checked result = {.at = checked->at};
    GM_TRY(gm_projects_at(project, (gm_str){0}, options->all, &projects, err));
    GM_EACH (gm_project, one, &projects) {
        gm_err failure = gm_err_new(project->arena);
        gm_code code = check_one(one, globs, options, &result, &failure);
        /* A base whose history is broken says nothing of what branches add to it. */
        if (code == GM_E_HISTORY)
            failure.code = code = GM_E_UNKNOWN;
        if (code == GM_OK || gm_checked_note_unseen(project->arena, &result, code, &failure))
            continue;
        *err = failure;
        return code;
    }
    *checked = result;
    return GM_OK;
}
