/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a replay in scratch has shown -> findings.
 */
#include "check/run.h"

static void add(gm_check_run *run, gm_rule rule, gm_str path, size_t line, gm_str message,
                const char *fix)
{
    gm_check_add(run, gm_check_found_at(rule, path, line, message, gm_str_from(fix)));
}

static void failure_finding(gm_check_run *run, gm_dialect dialect, const gm_replay_failure *failure)
{
    const char *name = gm_dialect_name(dialect);
    const char *way = failure->direction == GM_UP ? "up" : "down";
    gm_str what = failure->message;
    if (failure->ran)
        what = gm_str_printf(run->arena, "this is left to do: %.*s", GM_ARG(failure->message));
    gm_found found = {
        .finding = {
            .rule = failure->direction == GM_UP ? GM_RULE_UNREPLAYABLE : GM_RULE_UNPROVED_DOWN,
            .path = failure->path,
            .line = failure->line,
            .revision = failure->revision->id,
            .message = gm_str_printf(
                run->arena, "the %s of %.*s %s on %s: %.*s", way, GM_ARG(failure->revision->id),
                failure->ran ? "does not lead back" : "does not run", name, GM_ARG(what)),
            .fix = failure->direction == GM_UP
                       ? GM_STR("Mend it, or make what it expects in the script that "
                                "`scratch.setup` names.")
                       : GM_STR("Mend the down, or say `-- gmig:irreversible REASON` in "
                                "its place.")}};
    gm_check_add(run, found);
}

static void drift_findings(gm_check_run *run, const gm_check_replay *replay)
{
    const char *name = gm_dialect_name(replay->dialect);
    GM_EACH (const gm_str, shown, &replay->drift) {
        if (replay->target.len)
            add(run, GM_RULE_DATABASE_DRIFT, GM_STR(""), 0,
                gm_str_printf(run->arena, "%.*s differs from its revisions: %.*s",
                              GM_ARG(replay->target), GM_ARG(*shown)),
                "Write a revision that does it, or undo it in the database.");
        else
            add(run, GM_RULE_MODEL_DRIFT, replay->path, 0,
                gm_str_printf(run->arena,
                              "on %s the history does not make what the models say: %.*s", name,
                              GM_ARG(*shown)),
                "Run `gmig migrate -m TEXT`.");
    }
}

static bool is_stale(const gm_check_run *run, gm_dialect dialect)
{
    GM_EACH (const gm_check_models, models, &run->input->models)
        if (models->dialect == dialect)
            return models->models != models->history;
    return false;
}

void gm_check_replays(gm_check_run *run)
{
    GM_EACH (const gm_check_replay, replay, &run->input->replays) {
        GM_EACH (const gm_replay_failure, failure, &replay->failures)
            failure_finding(run, replay->dialect, failure);
        drift_findings(run, replay);
        if (replay->compared && !replay->target.len && !replay->drift.len &&
            is_stale(run, replay->dialect))
            add(run, GM_RULE_FINGERPRINT_STALE, replay->path, 0,
                gm_str_printf(run->arena,
                              "the fingerprints for %s are out of date, the schema is not",
                              gm_dialect_name(replay->dialect)),
                "Run `gmig migrate`: it brings the newest revision up to date.");
    }
}
