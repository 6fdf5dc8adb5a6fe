/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A history whose revisions hold no SQL that gmig could run: the project's own command does it, in
 * one call, while gmig holds its lock. What came of it is what the tool's own table says, and not
 * what the command says of itself.
 */
#include "app/move/command.h"
#include "app/move/command_note.h"
#include "app/move/move_work.h"
#include "base/clock.h"
#include "runner/interrupt.h"
#include "runner/version_notes.h"
#include "runner/version_table.h"

bool gm_move_is_foreign(const gm_move_work *work)
{
    return work->view.format && !work->view.format->sql;
}

gm_code gm_move_check_foreign(const gm_move_work *work, gm_err *err)
{
    const gm_move_options *options = work->options;
    const char *wrong = options->last_run               ? "--last-run"
                        : options->from_ledger          ? "--from-ledger"
                        : options->switching            ? "switch"
                        : options->at.len               ? "--at"
                        : options->lock_timeout_given   ? "--lock-timeout"
                        : options->statement_timeout_ms ? "--statement-timeout"
                                                        : NULL;
    if (!gm_move_is_foreign(work))
        return GM_OK;
    if (wrong) {
        gm_fail(err, GM_E_USAGE,
                "%s is not possible: the project's own command runs these migrations, from the "
                "work tree",
                wrong);
        return gm_hint(err,
                       options->switching
                           ? "`gmig switch --plan` shows the way; take it with `gmig downgrade` "
                             "on the other branch, then `gmig upgrade` on this one."
                           : "Leave it out.");
    }
    const gm_version_table *table = gm_version_table_of(work->view.format->name);
    if (strcmp(work->view.format->name, "alembic") != 0 &&
        strcmp(work->view.format->name, "django") != 0) {
        gm_fail(err, GM_E_REFUSED, "migrations of this format are code, which %s runs",
                table ? table->tool : "its own tool");
        return gm_hint(err, "Run that; `gmig status` and --plan say what is pending.");
    }
    return gm_command_need(work->project, "running migrations of this format", err);
}

/* ---- the goal in the tool's words ---- */

static bool is_all_heads(const gm_move_work *work)
{
    GM_EACH (gm_node *, head, &work->graph->heads)
        if (!gm_strs_have(&work->plan.to, (*head)->revision->id))
            return false;
    return work->plan.to.len > 0;
}

/* The newest revisions that the plan itself applies: going up, what else is applied stays. */
static gm_strs newest_applied(const gm_move_work *work)
{
    gm_strs newest = {0};
    gm_node_set set = gm_node_set_new(work->arena, work->graph);
    GM_EACH (gm_step, step, &work->plan.steps)
        gm_node_set_add(&set, step->node);
    gm_nodes heads = gm_node_set_heads(work->arena, &set);
    GM_EACH (gm_node *, node, &heads)
        gm_vec_push(work->arena, &newest, (*node)->revision->id);
    return newest;
}

/* What stays directly below what the plan takes down; what stays of other branches is no goal. */
static gm_strs kept_below(const gm_move_work *work)
{
    gm_strs kept = {0};
    GM_EACH (const gm_str, id, &work->plan.to)
        GM_EACH (gm_step, step, &work->plan.steps)
            if (gm_strs_have(&step->node->revision->parents, *id) && !gm_strs_have(&kept, *id))
                gm_vec_push(work->arena, &kept, *id);
    return kept;
}

static gm_code find_goal(const gm_move_work *work, gm_str *goal, gm_err *err)
{
    bool up = work->options->direction == GM_UP;
    gm_strs ids = up ? newest_applied(work) : kept_below(work);
    if (ids.len == 1) {
        *goal = ids.items[0];
        return GM_OK;
    }
    if (up ? !ids.len : !work->plan.to.len) {
        *goal = GM_STR("base");
        return GM_OK;
    }
    if (up && is_all_heads(work)) {
        *goal = GM_STR("heads");
        return GM_OK;
    }
    if (!ids.len) {
        gm_fail(err, GM_E_REFUSED,
                "the command takes one goal, and what stays is of other branches: %.*s",
                GM_ARG(gm_strs_list(err->arena, &work->plan.to)));
        return gm_hint(err, "Alembic itself takes one branch down, as in `downgrade BRANCH@base`; "
                            "`gmig status` tells what came of it.");
    }
    gm_fail(err, GM_E_REFUSED, "the command takes one goal, and this plan ends at %zu: %.*s",
            ids.len, GM_ARG(gm_strs_list(err->arena, &ids)));
    return gm_hint(err, "Go there in several calls, one goal each.");
}

/* `manage.py migrate`, or of one app to one of its migrations, or to `zero`. */
static gm_code add_django_goal(const gm_move_work *work, gm_strs *words, gm_err *err)
{
    gm_str app = {0};
    gm_str goal = {0};
    bool up = work->options->direction == GM_UP;
    gm_vec_push(work->arena, words, GM_STR("migrate"));
    if (up && is_all_heads(work))
        return GM_OK;
    GM_EACH (gm_step, step, &work->plan.steps) {
        const gm_revision *revision = step->node->revision;
        if (app.len && !gm_str_eq(app, revision->app)) {
            gm_fail(err, GM_E_REFUSED,
                    "Django moves one app at a time, and this plan touches %.*s "
                    "and %.*s",
                    GM_ARG(app), GM_ARG(revision->app));
            return gm_hint(err, "Go there in several calls, or all the way up with no goal.");
        }
        app = revision->app;
        goal = up                        ? revision->id
               : step->node->parents.len ? step->node->parents.items[0]->revision->id
                                         : GM_STR("zero");
    }
    gm_vec_push(work->arena, words, app);
    /* Its name within the app. */
    size_t dot = gm_str_find(goal, '.', 0);
    gm_vec_push(work->arena, words, dot < goal.len ? gm_str_sub(goal, dot + 1, goal.len) : goal);
    return GM_OK;
}

/* ---- the call ---- */

/* How long one of several took, only the command knows: each is told with its share. */
static void tell_done(const gm_move_work *work, const gm_step *step, size_t number, int64_t ms)
{
    size_t count = work->plan.steps.len;
    gm_run_step done = {.revision = step->node->revision, .part = {.direction = step->direction}};
    gm_run_event event = {.kind = GM_RUN_DONE,
                          .step = &done,
                          .number = number,
                          .count = count,
                          .duration_ms = ms / (int64_t)count};
    if (work->options->tell)
        work->options->tell(work->options->data, &event);
}

static void compare(gm_move_work *work, const gm_state *now, int64_t ms, gm_move_result *result)
{
    for (size_t i = 0; i < work->plan.steps.len; i++) {
        const gm_step *step = &work->plan.steps.items[i];
        gm_str id = step->node->revision->id;
        bool applied = gm_node_set_has(&now->applied, step->node);
        if (applied != (step->direction == GM_UP)) {
            gm_vec_push(work->arena, &result->run.pending, id);
            continue;
        }
        gm_vec_push(work->arena, applied ? &result->run.applied : &result->run.reverted, id);
        tell_done(work, step, i + 1, ms);
    }
}

/* ---- which files brought what ---- */

/* What the command did is done, whether it can be noted or not. */
static void note_files(gm_move_work *work)
{
    gm_err failure = gm_err_new(work->arena);
    gm_command_change change = {.run = GM_STR("command")};
    GM_EACH (const gm_step, step, &work->plan.steps)
        gm_vec_push(work->arena, step->direction == GM_UP ? &change.brought : &change.gone,
                    step->node->revision->id);
    gm_code code = gm_command_note(&work->database, &work->view, &change, &failure);
    gm_move_note_lack(work);
    if (code != GM_OK)
        gm_move_note(work, gm_str_printf(work->arena, "what it applied could not be noted: %.*s",
                                         GM_ARG(failure.text)));
}

static gm_code judge(const gm_move_work *work, const gm_strs *words, int status,
                     const gm_state *now, gm_err *err)
{
    gm_strs heads = gm_state_heads(work->arena, now);
    gm_str shown = gm_command_shown(work->arena, words);
    gm_str table = gm_str_from(work->database.ledger->table ? work->database.ledger->table->name
                                                            : "the database");
    gm_str at = heads.len ? gm_strs_list(work->arena, &heads) : GM_STR("base");
    if (gm_interrupt_seen()) {
        gm_fail(err, GM_E_INTERRUPTED, "interrupted: `%.*s` has ended", GM_ARG(shown));
        return gm_hint(err, "%.*s is at %.*s.", GM_ARG(table), GM_ARG(at));
    }
    if (status) {
        gm_fail(err, GM_E_DATABASE, "`%.*s` failed with status %d", GM_ARG(shown), status);
        return gm_hint(err, "Its own message stands above; %.*s is at %.*s.", GM_ARG(table),
                       GM_ARG(at));
    }
    if (gm_strs_same(&heads, &work->plan.to))
        return GM_OK;
    gm_fail(err, GM_E_DATABASE, "`%.*s` said that all is well, and %.*s is at %.*s, not at %.*s",
            GM_ARG(shown), GM_ARG(table), GM_ARG(at),
            GM_ARG(work->plan.to.len ? gm_strs_list(work->arena, &work->plan.to) : GM_STR("base")));
    return gm_hint(err,
                   "Does it look at the same database, %.*s? `runner: {env: …}` in gmig.yml "
                   "tells it which.",
                   GM_ARG(work->target.url.shown));
}

gm_code gm_move_by_command(gm_move_work *work, gm_move_result *result, gm_err *err)
{
    int status = 0;
    gm_str goal;
    gm_state *now;
    gm_arena *arena = work->arena;
    gm_strs words = {0};
    if (!work->plan.steps.len)
        return GM_OK;
    GM_EACH (const gm_str, word, &work->project->config.runner.command)
        gm_vec_push(arena, &words, *word);
    if (strcmp(work->view.format->name, "django") == 0) {
        GM_TRY(add_django_goal(work, &words, err));
    } else {
        GM_TRY(find_goal(work, &goal, err));
        gm_vec_push(arena, &words,
                    work->options->direction == GM_UP ? GM_STR("upgrade") : GM_STR("downgrade"));
        gm_vec_push(arena, &words, goal);
    }
    gm_move_note(work,
                 gm_str_printf(arena, "running: %.*s", GM_ARG(gm_command_shown(arena, &words))));
    result->run.run = GM_STR("command");
    GM_TRY(gm_version_notes_start(work->database.db, work->database.ledger, err));
    int64_t started = gm_clock_ms();
    gm_code code = gm_command_run(work->project, &words, &work->target, &status, err);
    if (code != GM_OK) {
        GM_EACH (gm_step, step, &work->plan.steps)
            gm_vec_push(arena, &result->run.pending, step->node->revision->id);
        return code;
    }
    GM_TRY(gm_ledger_read(work->database.db, work->database.ledger, err));
    GM_TRY(gm_state_build(arena, work->graph, work->database.ledger, &now, err));
    compare(work, now, gm_clock_ms() - started, result);
    if (work->database.ledger->exists)
        note_files(work);
    return judge(work, &words, status, now, err);
}
