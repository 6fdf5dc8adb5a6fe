/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/moving.h"

#include "app/move/script.h"
#include "base/clock.h"
#include "cmd/signals.h"

enum { WAIT_MS = 60000, LOCK_TIMEOUT_MS = 5000 };

gm_code gm_moving_time(const gm_invocation *invocation, const char *option, int64_t *ms,
                       gm_err *err)
{
    gm_str text = gm_value_of(invocation, option);
    if (!gm_given(invocation, option) || gm_duration_parse(text, ms))
        return GM_OK;
    gm_fail(err, GM_E_USAGE, "--%s takes a time, not '%.*s'", option,
            GM_ARG(gm_visible(invocation, text)));
    return gm_hint(err, "Write a number with ms, s, min or h (or none, for seconds): --%s=5s.",
                   option);
}

gm_code gm_moving_annotate(gm_invocation *invocation, gm_project *project, gm_progress *progress,
                           gm_annotate_options *options, gm_err *err)
{
    *options = (gm_annotate_options){.target = gm_invocation_target(invocation, project),
                                     .at = gm_value_of(invocation, "at"),
                                     .plan = gm_given(invocation, "plan"),
                                     .wait_ms = WAIT_MS,
                                     .announce = gm_progress_announce,
                                     .waiting = gm_progress_waiting,
                                     .data = progress};
    gm_signals_for_change();
    return gm_moving_time(invocation, "wait", &options->wait_ms, err);
}

/* ---- options ---- */

static gm_code check_options(const gm_move_options *options, const gm_invocation *invocation,
                             gm_err *err)
{
    bool down = options->direction == GM_DOWN;
    bool offline = gm_given(invocation, "sql") || gm_given(invocation, "plan");
    const char *wrong = NULL;
    if (gm_given(invocation, "sql") && gm_given(invocation, "plan"))
        wrong = "--plan and --sql cannot be given together";
    else if (gm_given(invocation, "from") && !offline)
        wrong = "--from needs --plan or --sql";
    else if (options->last_run && options->goal.len > 0)
        wrong = "--last-run and a revision cannot be given together";
    else if (down && (options->last_run || options->from_ledger) &&
             (options->from.len > 0 || gm_given(invocation, "sql")))
        wrong = "--last-run and --from-ledger ask the database, so --from and --sql cannot go with "
                "them";
    if (!wrong)
        return GM_OK;
    gm_fail(err, GM_E_USAGE, "%s", wrong);
    return gm_hint(err, "`gmig %s --help` says what they do.", invocation->command->name);
}

static gm_code read_options(gm_invocation *invocation, gm_direction direction,
                            gm_progress *progress, gm_move_options *options, gm_err *err)
{
    *options = (gm_move_options){
        .direction = direction,
        .goal = invocation->operands.len > 0 ? invocation->operands.items[0] : GM_STR(""),
        .at = gm_value_of(invocation, "at"),
        .from = gm_value_of(invocation, "from"),
        .last_run = gm_given(invocation, "last-run"),
        .from_ledger = gm_given(invocation, "from-ledger"),
        .yes = gm_given(invocation, "yes"),
        .allow_dirty = gm_given(invocation, "allow-dirty"),
        .allow_late = gm_given(invocation, "allow-late"),
        .allow_pooler = gm_given(invocation, "allow-pooler"),
        .allow_phantom = *gm_values_of(invocation, "allow-phantom"),
        .backup = gm_given(invocation, "backup") || gm_given(invocation, "backup-to"),
        .backup_path = gm_value_of(invocation, "backup-to"),
        .wait_ms = WAIT_MS,
        .lock_timeout_ms = LOCK_TIMEOUT_MS,
        .lock_timeout_given = gm_given(invocation, "lock-timeout"),
        .announce = gm_progress_announce,
        .confirm = gm_progress_confirm,
        .waiting = gm_progress_waiting,
        .tell = gm_progress_tell,
        .data = progress,
    };
    GM_TRY(gm_moving_time(invocation, "wait", &options->wait_ms, err));
    GM_TRY(gm_moving_time(invocation, "lock-timeout", &options->lock_timeout_ms, err));
    return gm_moving_time(invocation, "statement-timeout", &options->statement_timeout_ms, err);
}

/* ---- --plan ---- */

static gm_json *losses_json(const gm_losses *losses)
{
    gm_json *list = gm_json_array();
    GM_EACH (const gm_loss, loss, losses) {
        gm_json *item = gm_json_object();
        gm_json_set_str(item, "revision", loss->revision);
        gm_json_set(item, "table", loss->table.len ? gm_json_str(loss->table) : gm_json_null());
        gm_json_set(item, "column", loss->column.len ? gm_json_str(loss->column) : gm_json_null());
        gm_json_set(item, "rows", loss->counted ? gm_json_int(loss->rows) : gm_json_null());
        gm_json_set_bool(item, "at_most", loss->at_most);
        gm_json_set_str(item, "statement", loss->reason);
        gm_json_add(list, item);
    }
    return list;
}

static void print_plan(gm_invocation *invocation, const gm_move_options *options,
                       const gm_move_result *result)
{
    const gm_plan *plan = &result->plan;
    if (!invocation->json) {
        GM_EACH (gm_step, step, &plan->steps) {
            const gm_revision *revision = step->node->revision;
            gm_out("%-4s %.*s%s%.*s\n", step->direction == GM_UP ? "up" : "down",
                   GM_ARG(revision->id), revision->message.len ? " " : "",
                   GM_ARG(gm_visible(invocation, revision->message)));
        }
        GM_EACH (const gm_loss, loss, &result->losses)
            gm_out("lost %.*s\n",
                   GM_ARG(gm_visible(invocation, gm_loss_words(invocation->arena, loss))));
        return;
    }
    gm_json *document = gm_json_object();
    gm_json *steps = gm_json_array();
    gm_json_set_strs(document, "from", &plan->from);
    gm_json_set_strs(document, "to", &plan->to);
    GM_EACH (gm_step, step, &plan->steps) {
        gm_json *item = gm_json_object();
        gm_json_set_str(item, "revision", step->node->revision->id);
        gm_json_set_str(item, "direction",
                        step->direction == GM_UP ? GM_STR("up") : GM_STR("down"));
        gm_json_set_str(item, "path", step->node->revision->path);
        gm_json_add(steps, item);
    }
    gm_json_set(document, "steps", steps);
    if (options->switching)
        gm_json_set(document, "losses", losses_json(&result->losses));
    gm_out_json(invocation, document);
}

static gm_code plan(gm_invocation *invocation, gm_project *project, const gm_move_options *options,
                    gm_err *err)
{
    gm_move_result made = {0};
    gm_err refusal = gm_err_new(invocation->arena);
    GM_TRY(gm_move_plan(project, options, &made, &refusal, err));
    print_plan(invocation, options, &made);
    if (refusal.code != GM_OK)
        gm_warn("this would be refused: %.*s", GM_ARG(gm_visible(invocation, refusal.text)));
    else if (made.plan.steps.len == 0)
        gm_say(invocation, "nothing to do");
    return GM_OK;
}

/* ---- --sql ---- */

gm_code gm_moving_dialect(const gm_invocation *invocation, gm_project *project, gm_dialect *dialect,
                          gm_err *err)
{
    gm_str name = gm_value_of(invocation, "dialect");
    gm_target target = {0};
    if (gm_given(invocation, "dialect")) {
        if (gm_dialect_parse(name, dialect))
            return GM_OK;
        gm_fail(err, GM_E_USAGE, "there is no dialect '%.*s'", GM_ARG(name));
        return gm_hint(err, "--dialect takes sqlite or postgres.");
    }
    if (project->config.dialects.len == 1 && !gm_given(invocation, "target")) {
        *dialect = project->config.dialects.items[0];
        return GM_OK;
    }
    GM_TRY(gm_project_target(project, gm_invocation_target(invocation, project), &target, err));
    *dialect = target.url.dialect;
    return GM_OK;
}

/* "A:B" from A to B, as Alembic has it; B alone starts at --from, else at base. */
static gm_code read_range(gm_move_options *options, gm_err *err)
{
    bool up = options->direction == GM_UP;
    bool range = gm_str_has(options->goal, ':');
    if (range && options->from.len > 0) {
        gm_fail(err, GM_E_USAGE, "--from and a range cannot be given together");
        return gm_hint(err, "Write FROM:TO alone.");
    }
    if (!up && !range && options->from.len == 0) {
        gm_fail(err, GM_E_USAGE, "downgrade --sql needs to know where it starts");
        return gm_hint(err, "Write `gmig downgrade --sql FROM:TO`.");
    }
    if (range)
        gm_moving_range(options->goal, up ? GM_STR("base") : GM_STR("heads"),
                        up ? GM_STR("heads") : GM_STR("base"), &options->from, &options->goal);
    if (options->from.len == 0)
        options->from = GM_STR("base");
    return GM_OK;
}

void gm_moving_range(gm_str text, gm_str first, gm_str last, gm_str *from, gm_str *to)
{
    size_t colon = gm_str_find(text, ':', 0);
    gm_str left = gm_str_sub(text, 0, colon);
    gm_str right = gm_str_sub(text, colon + 1, text.len);
    *from = left.len ? left : first;
    *to = right.len ? right : last;
}

void gm_moving_print_script(const gm_invocation *invocation, gm_dialect dialect, gm_str text)
{
    if (!invocation->json) {
        gm_out_str(text);
        return;
    }
    gm_json *document = gm_json_object();
    gm_json_set_str(document, "dialect", gm_str_from(gm_dialect_name(dialect)));
    gm_json_set_str(document, "sql", text);
    gm_out_json(invocation, document);
}

static gm_code script(gm_invocation *invocation, gm_project *project, gm_move_options *options,
                      gm_err *err)
{
    gm_dialect dialect = GM_SQLITE;
    gm_str text = {0};
    GM_TRY(gm_moving_dialect(invocation, project, &dialect, err));
    GM_TRY(read_range(options, err));
    GM_TRY(gm_script_move(project, options, dialect, &text, err));
    gm_moving_print_script(invocation, dialect, text);
    return GM_OK;
}

/* ---- running ---- */

static const char *outcome(gm_code code, const gm_run_result *run)
{
    if (code == GM_OK)
        return run->applied.len + run->reverted.len > 0 ? "done" : "nothing";
    if (code == GM_E_INTERRUPTED)
        return "interrupted";
    if (code == GM_E_COMMIT_UNKNOWN)
        return "unknown";
    return run->failed != NULL || run->run.len > 0 ? "failed" : gm_code_name(code);
}

static void print_json(gm_invocation *invocation, const gm_move_options *options,
                       const gm_move_result *result, gm_code code, const gm_err *err)
{
    gm_json *document = gm_json_object();
    gm_json *failed = gm_json_null();
    if (code != GM_OK && result->run.failed != NULL) {
        failed = gm_error_json(err);
        gm_json_set_str(failed, "revision", result->run.failed->revision->id);
    }
    gm_json_set_str(document, "target", result->target.url.shown);
    gm_json_set_str(document, "run", result->run.run);
    gm_json_set_strs(document, "applied", &result->run.applied);
    gm_json_set_strs(document, "reverted", &result->run.reverted);
    gm_json_set(document, "failed", failed);
    gm_json_set_strs(document, "pending", &result->run.pending);
    gm_json_set_str(document, "outcome", gm_str_from(outcome(code, &result->run)));
    gm_json_set_strs(document, "from", &result->plan.from);
    gm_json_set_strs(document, "to", &result->plan.to);
    gm_json_set_str(document, "backup", result->backup);
    gm_json_set_strs(document, "backup_beside", &result->beside);
    if (options->switching)
        gm_json_set(document, "losses", losses_json(&result->losses));
    if (code != GM_OK)
        gm_json_set(document, "error", gm_error_json(err));
    gm_out_json(invocation, document);
}

static gm_str where_it_is(gm_invocation *invocation, const gm_move_result *result)
{
    gm_str heads = gm_strs_list(invocation->arena, &result->plan.to);
    if (heads.len)
        return gm_str_printf(invocation->arena, "the database is at %.*s", GM_ARG(heads));
    return result->empty ? GM_STR("the history has no revisions")
                         : GM_STR("no revision is applied");
}

/* Is it certain that nothing of the step that failed was kept? */
static bool is_rolled_back(const gm_run_result *run, gm_code code)
{
    return run->failed && code != GM_E_COMMIT_UNKNOWN &&
           !run->failed->part.section->transaction_off;
}

static void print_end(gm_invocation *invocation, const gm_move_result *result, gm_code code)
{
    const gm_run_result *run = &result->run;
    size_t done = run->applied.len + run->reverted.len;
    if (result->backup.len > 0)
        gm_say(invocation, "backup: %.*s", GM_ARG(gm_visible(invocation, result->backup)));
    GM_EACH (const gm_str, path, &result->beside)
        gm_say(invocation, "backup: %.*s", GM_ARG(gm_visible(invocation, *path)));
    if (code == GM_OK && done == 0)
        gm_say(invocation, "nothing to do: %.*s", GM_ARG(where_it_is(invocation, result)));
    if (code == GM_OK || run->run.len == 0)
        return;
    if (is_rolled_back(run, code))
        gm_say(invocation, "%.*s is rolled back; %zu done before it, %zu not reached",
               GM_ARG(run->failed->revision->id), done, run->pending.len);
    else
        gm_say(invocation, "%zu done before the %s, %zu not reached", done,
               code == GM_E_INTERRUPTED ? "interruption" : "failure", run->pending.len);
}

/* A database says what is wrong, and mostly not what to do. */
static void advise(const gm_move_options *options, const gm_run_result *run, gm_code code,
                   gm_err *err)
{
    if (code == GM_E_SQL && err->hint.len == 0 && is_rolled_back(run, code))
        gm_hint(err, "Nothing of it was kept: correct it, then run `gmig %s` again.",
                options->switching            ? "switch"
                : options->direction == GM_UP ? "upgrade"
                                              : "downgrade");
}

static gm_code run(gm_invocation *invocation, gm_project *project, const gm_move_options *options,
                   gm_progress *progress, int *status, gm_err *err)
{
    gm_move_result result = {0};
    gm_code code = gm_move(project, options, &result, err);
    gm_progress_end(progress);
    advise(options, &result.run, code, err);
    if (invocation->json) {
        print_json(invocation, options, &result, code, err);
        *status = gm_code_exit(code);
        return GM_OK;
    }
    print_end(invocation, &result, code);
    return code;
}

gm_code gm_moving_switch(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_progress *progress = gm_progress_new(invocation);
    gm_move_options options = {0};
    GM_TRY(read_options(invocation, GM_UP, progress, &options, err));
    options.switching = true;
    options.at = options.goal;
    options.goal = GM_STR("heads");
    options.trusted = *gm_values_of(invocation, "from");
    options.from = GM_STR("");
    options.no_copy = gm_given(invocation, "no-backup");
    if (options.no_copy && options.backup) {
        gm_fail(err, GM_E_USAGE, "--no-backup and --backup cannot be given together");
        return gm_hint(err, "Say one of them.");
    }
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    options.target = gm_invocation_target(invocation, project);
    if (gm_given(invocation, "plan"))
        return plan(invocation, project, &options, err);
    gm_signals_for_change();
    return run(invocation, project, &options, progress, status, err);
}

gm_code gm_moving_run(gm_invocation *invocation, gm_direction direction, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_progress *progress = gm_progress_new(invocation);
    gm_move_options options = {0};
    GM_TRY(read_options(invocation, direction, progress, &options, err));
    GM_TRY(check_options(&options, invocation, err));
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    if (gm_given(invocation, "sql"))
        return script(invocation, project, &options, err);
    if (options.from.len == 0)
        options.target = gm_invocation_target(invocation, project);
    if (gm_given(invocation, "plan"))
        return plan(invocation, project, &options, err);
    gm_signals_for_change();
    return run(invocation, project, &options, progress, status, err);
}
