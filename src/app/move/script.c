/* SPDX-License-Identifier: Apache-2.0 */
#include "app/move/script.h"

#include "app/move/move_work.h"
#include "app/project/projects.h"
#include "runner/offline.h"
#include "runner/version_table.h"

static gm_code begin(gm_move_work *work, gm_dialect dialect, gm_err *err)
{
    GM_TRY(gm_view_open_sound(work->project, work->options->at, &work->view, err));
    GM_TRY(gm_projects_need_folder(work->project, &work->view, err));
    if (gm_version_table_of(work->view.format->name)) {
        gm_fail(err, GM_E_USAGE,
                "--sql writes gmig's own tables, and this history has another "
                "tool's");
        return gm_hint(err, "That tool writes such scripts; or run it with `gmig upgrade`.");
    }
    GM_TRY(gm_move_imagine(work, dialect, err));
    work->graph = work->view.graph;
    return gm_state_build(work->arena, work->graph, work->database.ledger, &work->state, err);
}

/* A way up without steps is at its end, or there is none. */
static gm_code check_range(const gm_move_work *work, gm_err *err)
{
    const gm_move_options *options = work->options;
    gm_range range;
    if (options->direction == GM_DOWN || work->plan.steps.len || !options->goal.len ||
        gm_str_has(options->from, ','))
        return GM_OK;
    gm_spec_context context = {.graph = work->graph, .applied = &work->state->applied};
    gm_str text =
        gm_str_printf(work->arena, "%.*s:%.*s", GM_ARG(options->from), GM_ARG(options->goal));
    return gm_range_resolve(work->arena, &context, text, &range, err);
}

static gm_run_options title(const gm_move_work *work, const char *verb)
{
    const gm_move_options *options = work->options;
    gm_str goal = options->goal.len               ? options->goal
                  : options->direction == GM_DOWN ? GM_STR("-1")
                                                  : GM_STR("head");
    return (gm_run_options){
        .commit = gm_view_commit(work->arena, &work->view),
        .title =
            gm_str_printf(work->arena, "%s %.*s:%.*s", verb, GM_ARG(options->from), GM_ARG(goal)),
        .lock_timeout_ms = options->lock_timeout_ms,
        .lock_timeout_given = options->lock_timeout_given,
        .statement_timeout_ms = options->statement_timeout_ms,
    };
}

gm_code gm_script_move(gm_project *project, const gm_move_options *options, gm_dialect dialect,
                       gm_str *script, gm_err *err)
{
    gm_move_work work = {.arena = project->arena, .project = project, .options = options};
    GM_TRY(begin(&work, dialect, err));
    GM_TRY(gm_move_make_plan(&work, err));
    GM_TRY(check_range(&work, err));
    GM_TRY(gm_run_prepare(work.arena, &work.plan, work.database.ledger, &work.steps, err));
    gm_run_options run = title(&work, options->direction == GM_UP ? "upgrade" : "downgrade");
    *script = gm_offline_script(work.arena, work.database.ledger, &work.plan, &work.steps, &run);
    return GM_OK;
}

/* ---- stamp ---- */

/* Up where there is a way up, else down. */
static gm_code plan_stamp(gm_move_work *work, gm_str goal, gm_err *err)
{
    const gm_node_set *applied = &work->state->applied;
    if (!gm_str_is(goal, "base"))
        GM_TRY(gm_plan_up(work->arena, work->graph, applied, goal, &work->plan, err));
    if (work->plan.steps.len)
        return GM_OK;
    return gm_plan_down(work->arena, work->graph, applied, goal, &work->plan, err);
}

static gm_code make_rows(gm_move_work *work, gm_dialect dialect, gm_err *err)
{
    GM_EACH (const gm_step, planned, &work->plan.steps) {
        gm_run_step step = {.revision = planned->node->revision,
                            .part = {.direction = planned->direction}};
        if (planned->direction == GM_UP)
            GM_TRY(gm_state_row(work->arena, step.revision, dialect, &step.row, err));
        gm_vec_push(work->arena, &work->steps, step);
    }
    return GM_OK;
}

gm_code gm_script_stamp(gm_project *project, gm_str at, gm_str from, gm_str goal,
                        gm_dialect dialect, gm_str *script, gm_err *err)
{
    gm_move_options options = {.at = at, .from = from, .goal = goal};
    gm_move_work work = {.arena = project->arena, .project = project, .options = &options};
    GM_TRY(begin(&work, dialect, err));
    GM_TRY(plan_stamp(&work, goal, err));
    GM_TRY(make_rows(&work, dialect, err));
    gm_run_options run = title(&work, "stamp");
    *script = gm_offline_stamp(work.arena, work.database.ledger, &work.plan, &work.steps, &run);
    return GM_OK;
}
