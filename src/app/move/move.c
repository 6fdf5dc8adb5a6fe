/* SPDX-License-Identifier: Apache-2.0 */
#include "app/move/branch_databases.h"
#include "app/move/move_work.h"
#include "app/project/atlas_sums.h"
#include "app/project/projects.h"

void gm_move_note(const gm_move_work *work, gm_str text)
{
    gm_run_event event = {.kind = GM_RUN_NOTE, .text = text};
    if (work->options->tell != NULL)
        work->options->tell(work->options->data, &event);
}

/* Nothing depends on them, but a section outside of a transaction will not be resumed. */
void gm_move_note_lack(const gm_move_work *work)
{
    const gm_ledger *ledger = work->database.ledger;
    if (!ledger->table || ledger->notes || !ledger->notes_lack.len)
        return;
    gm_move_note(work, gm_str_printf(work->arena, "gmig keeps no notes beside %.*s: %.*s",
                                     GM_ARG(ledger->name), GM_ARG(ledger->notes_lack)));
}

/* ---- the plan ---- */

static gm_strs known_only(gm_arena *arena, const gm_ledger *ledger, const gm_strs *list)
{
    gm_strs known = {0};
    GM_EACH (gm_str, id, list)
        if (gm_ledger_find(ledger, *id) != NULL)
            gm_vec_push(arena, &known, *id);
    return known;
}

gm_graph *gm_move_ledger_graph(gm_arena *arena, const gm_ledger *ledger)
{
    gm_revisions revisions = {0};
    gm_problems none = {0};
    GM_EACH (gm_ledger_row, row, &ledger->rows) {
        gm_revision *revision = gm_state_revision(arena, row, ledger->dialect);
        /* Of a stamp with its ancestors purged, say; order needs only what is there. */
        revision->parents = known_only(arena, ledger, &row->parents);
        revision->depends = known_only(arena, ledger, &row->depends);
        /* Applied later counts as newer, so that a plan takes back the latest first. */
        revision->time = row->sequence;
        gm_vec_push(arena, &revisions, (const gm_revision *)revision);
    }
    return gm_graph_build(arena, &revisions, &none);
}

/* What the run that applied the newest revision applied, newest first. */
static gm_code plan_last_run(gm_move_work *work, gm_err *err)
{
    const gm_ledger *ledger = work->database.ledger;
    gm_node_set left = gm_node_set_copy(work->arena, &work->state->applied);
    gm_nodes from = gm_node_set_heads(work->arena, &left);
    gm_str run = ledger->rows.len ? ledger->rows.items[ledger->rows.len - 1].run : GM_STR("");
    if (run.len == 0) {
        gm_fail(err, GM_E_REFUSED, "%s",
                ledger->rows.len
                    ? "the last change of the ledger was a stamp, which has nothing to "
                      "undo"
                    : "nothing is applied");
        return gm_hint(err, "Name a goal: `gmig downgrade REVISION`.");
    }
    for (size_t i = ledger->rows.len; i-- > 0;) {
        const gm_ledger_row *row = &ledger->rows.items[i];
        gm_node *node = gm_graph_find(work->graph, row->id);
        if (!gm_str_eq(row->run, run) || node == NULL)
            continue;
        gm_vec_push(work->arena, &work->plan.steps, (gm_step){node, GM_DOWN});
        gm_node_set_remove(&left, node);
    }
    gm_nodes to = gm_node_set_heads(work->arena, &left);
    GM_EACH (gm_node *, node, &from)
        gm_vec_push(work->arena, &work->plan.from, (*node)->revision->id);
    GM_EACH (gm_node *, node, &to)
        gm_vec_push(work->arena, &work->plan.to, (*node)->revision->id);
    return GM_OK;
}

gm_code gm_move_make_plan(gm_move_work *work, gm_err *err)
{
    const gm_node_set *applied = &work->state->applied;
    if (work->options->last_run)
        return plan_last_run(work, err);
    if (work->options->switching)
        return gm_switch_plan(work, err);
    if (work->options->direction == GM_UP)
        return gm_plan_up(work->arena, work->graph, applied, work->options->goal, &work->plan, err);
    return gm_plan_down(work->arena, work->graph, applied, work->options->goal, &work->plan, err);
}

/* Everything up to the decision, from the ledger at hand. */
static gm_code look(gm_move_work *work, gm_err *err)
{
    work->graph = work->options->from_ledger
                      ? gm_move_ledger_graph(work->arena, work->database.ledger)
                      : work->view.graph;
    work->plan = (gm_plan){0};
    GM_TRY(gm_state_build(work->arena, work->graph, work->database.ledger, &work->state, err));
    return gm_move_make_plan(work, err);
}

static gm_code decide(gm_move_work *work, gm_err *err)
{
    GM_TRY(look(work, err));
    return gm_move_check(work, err);
}

static gm_code open_view(gm_move_work *work, gm_err *err)
{
    if (work->options->from_ledger)
        return GM_OK;
    GM_TRY(gm_view_open_sound(work->project, work->options->at, &work->view, err));
    GM_TRY(gm_projects_need_folder(work->project, &work->view, err));
    return gm_atlas_sums_need(work->project, &work->view, err);
}

/* ---- running it ---- */

static gm_run_options run_options(const gm_move_work *work)
{
    const gm_move_options *options = work->options;
    bool up = options->direction == GM_UP;
    const char *verb = options->switching ? "switch" : up ? "upgrade" : "downgrade";
    gm_str goal = options->last_run       ? GM_STR("--last-run")
                  : options->switching    ? options->at
                  : options->goal.len > 0 ? options->goal
                  : up                    ? GM_STR("head")
                                          : GM_STR("-1");
    return (gm_run_options){
        .actor = gm_actor(work->arena),
        .commit = gm_view_commit(work->arena, &work->view),
        .title = gm_str_printf(work->arena, "%s%s%.*s", verb, goal.len ? " " : "", GM_ARG(goal)),
        .lock_timeout_ms = options->lock_timeout_ms,
        .lock_timeout_given = options->lock_timeout_given,
        .statement_timeout_ms = options->statement_timeout_ms,
        .pooled = work->database.pooled,
        .tell = options->tell,
        .data = options->data,
    };
}

static gm_code carry_out(gm_move_work *work, gm_move_result *result, gm_err *err)
{
    gm_db *db = work->database.db;
    gm_ledger *ledger = work->database.ledger;
    gm_run_options options = run_options(work);
    gm_code asked = gm_move_ask(work, err);
    result->losses = work->losses;
    if (asked != GM_OK)
        return asked;
    GM_TRY(gm_backup_make(work, result, err));
    if (gm_move_is_foreign(work))
        return gm_move_by_command(work, result, err);
    if (work->steps.len > 0) {
        GM_TRY(gm_ledger_create(db, ledger, err));
        gm_move_note_lack(work);
    }
    if (!work->options->from_ledger)
        GM_TRY(gm_run_refresh(work->arena, db, ledger, work->state, &options, err));
    return gm_run(work->arena, db, ledger, &work->steps, &options, &result->run, err);
}

static gm_code open_database(gm_move_work *work, bool write, gm_err *err)
{
    const gm_move_options *options = work->options;
    gm_database_options open = {.target = options->target,
                                .graph = work->view.graph,
                                .write = write,
                                .allow_pooler = options->allow_pooler,
                                .wait_ms = options->wait_ms,
                                .lock_timeout_ms = options->lock_timeout_ms,
                                .statement_timeout_ms = options->statement_timeout_ms,
                                .waiting = options->waiting,
                                .data = options->data};
    return gm_database_open(work->project, &work->target, &open, &work->database, err);
}

static gm_code move_locked(gm_move_work *work, gm_move_result *result, gm_err *err)
{
    GM_TRY(decide(work, err));
    result->plan = work->plan;
    return carry_out(work, result, err);
}

/* A SQLite file that is not there is not made for a plan that is refused or empty. */
static gm_code decide_without_file(gm_move_work *work, gm_err *err)
{
    const gm_move_options *options = work->options;
    gm_move_options silent = *options;
    silent.tell = NULL;
    GM_TRY(open_database(work, false, err));
    work->options = &silent;
    gm_code code = decide(work, err);
    work->options = options;
    return code;
}

static gm_code make_branch_database(const gm_move_work *work, gm_err *err)
{
    gm_str made;
    if (work->options->direction == GM_DOWN || work->target.guarded)
        return GM_OK;
    GM_TRY(gm_branch_database_ensure(work->project, &work->target, &made, err));
    if (made.len)
        gm_move_note(work, made);
    return GM_OK;
}

gm_code gm_move(gm_project *project, const gm_move_options *options, gm_move_result *result,
                gm_err *err)
{
    gm_move_work work = {.arena = project->arena, .project = project, .options = options};
    *result = (gm_move_result){0};
    GM_TRY(gm_project_target(project, options->target, &work.target, err));
    result->target = work.target;
    if (options->announce != NULL)
        options->announce(options->data, &work.target);
    GM_TRY(open_view(&work, err));
    GM_TRY(gm_move_check_foreign(&work, err));
    result->empty = work.view.graph && work.view.graph->order.len == 0;
    GM_TRY(make_branch_database(&work, err));
    if (gm_database_is_missing(&work.target)) {
        GM_TRY(decide_without_file(&work, err));
        if (work.plan.steps.len == 0)
            return GM_OK;
    }
    GM_TRY(open_database(&work, true, err));
    gm_code code = move_locked(&work, result, err);
    if (code == GM_OK)
        gm_backups_prune(&work, result);
    gm_database_close(&work.database);
    return code;
}

/* ---- only looking ---- */

gm_code gm_move_imagine(gm_move_work *work, gm_dialect dialect, gm_err *err)
{
    if (work->view.graph == NULL)
        return gm_fail(err, GM_E_BUG, "a state is to be imagined without a history");
    gm_node_set applied = gm_node_set_new(work->arena, work->view.graph);
    gm_ledger *ledger =
        gm_ledger_offline(work->arena, dialect, work->project->config.ledger_schema);
    GM_TRY(gm_applied_from(work->arena, work->view.graph, work->options->from, &applied, err));
    GM_EACH (gm_node *, node, &work->view.graph->order) {
        gm_ledger_row row = {0};
        if (!gm_node_set_has(&applied, *node))
            continue;
        GM_TRY(gm_state_row(work->arena, (*node)->revision, dialect, &row, err));
        gm_vec_push(work->arena, &ledger->rows, row);
    }
    GM_EACH (gm_ledger_row, row, &ledger->rows)
        gm_map_add(&ledger->by_id, row->id, row);
    work->database.ledger = ledger;
    return GM_OK;
}

gm_code gm_move_plan(gm_project *project, const gm_move_options *options, gm_move_result *result,
                     gm_err *refusal, gm_err *err)
{
    *result = (gm_move_result){0};
    gm_move_work work = {.arena = project->arena, .project = project, .options = options};
    if (options->from.len > 0) {
        gm_dialect dialect =
            project->config.dialects.len > 0 ? project->config.dialects.items[0] : GM_SQLITE;
        GM_TRY(open_view(&work, err));
        GM_TRY(gm_move_imagine(&work, dialect, err));
        GM_TRY(look(&work, err));
        result->plan = work.plan;
        return GM_OK;
    }
    GM_TRY(gm_project_target(project, options->target, &work.target, err));
    GM_TRY(open_view(&work, err));
    GM_TRY(open_database(&work, false, err));
    gm_code code = look(&work, err);
    if (code == GM_OK) {
        if (gm_move_check(&work, refusal) == GM_OK && options->switching)
            gm_losses_find(work.arena, work.database.db, &work.steps, &result->losses);
        result->plan = work.plan;
    }
    gm_database_close(&work.database);
    return code;
}
