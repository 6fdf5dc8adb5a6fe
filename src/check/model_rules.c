/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Models against history, by fingerprints.
 *
 * A revision says what it adds to the fingerprint of the models. So models and history agree when
 * the sum over all revisions is the fingerprint of the models; and a change of the models since a
 * base has its migration when the sum has changed by the same amount since then. The second holds
 * also where a project is out of step for older reasons, which are not the fault of who commits.
 */
#include "check/run.h"

static bool told(const gm_check_run *run, gm_rule rule, gm_str path, size_t line, gm_str message)
{
    GM_EACH (const gm_found, old, &run->found)
        if (old->finding.rule == rule && old->finding.line == line &&
            gm_str_eq(old->finding.path, path) && gm_str_eq(old->finding.message, message))
            return true;
    return false;
}

/* Once for all dialects that have it. */
static void add(gm_check_run *run, gm_rule rule, gm_str path, size_t line, gm_str message,
                const char *fix)
{
    if (!told(run, rule, path, line, message))
        gm_check_add(run, gm_check_found_at(rule, path, line, message, gm_str_from(fix)));
}

static void program(gm_check_run *run, const gm_check_program *program)
{
    const char *fix =
        gm_str_z(run->arena, gm_str_printf(run->arena, "Run `%.*s`, and add the file it writes.",
                                           GM_ARG(program->command)));
    GM_EACH (const gm_model_change, change, &program->changes)
        add(run, GM_RULE_MISSING_MIGRATION, change->path, change->line,
            gm_str_printf(run->arena, "%.*s %s, and no revision says so", GM_ARG(change->object),
                          change->how),
            fix);
    GM_EACH (const gm_model_change, change, &program->doubtful)
        add(run, GM_RULE_UNRESOLVED_MODELS, change->path, change->line,
            gm_str_printf(run->arena, "%.*s %s as far as can be told without running the models",
                          GM_ARG(change->object), change->how),
            "Say what it stands for under `type_hints` of gmig.yml, or see that a revision has "
            "it.");
    GM_EACH (const gm_model_change, line, &program->broken)
        add(run, GM_RULE_UNRESOLVED_MODELS, line->path, line->line,
            GM_STR("this is no Python, so that nobody can tell what the models want"),
            "Mend it, and see that a revision has what has changed.");
}

static void missing_migration(gm_check_run *run, const gm_check_models *models)
{
    GM_EACH (const gm_model_change, change, &models->changes)
        add(run, GM_RULE_MISSING_MIGRATION, change->path, change->line,
            gm_str_printf(run->arena, "%.*s %s, and no revision says so", GM_ARG(change->object),
                          change->how),
            "Run `gmig migrate -m TEXT`, and add the file it writes.");
}

static void out_of_step(gm_check_run *run, const gm_check_models *models)
{
    const char *dialect = gm_dialect_name(models->dialect);
    gm_str message =
        models->fingerprinted
            ? gm_str_printf(
                  run->arena,
                  "the revisions' fingerprints for %s do not add up to that of the models", dialect)
            : gm_str_printf(run->arena, "no revision has the models' fingerprint for %s", dialect);
    add(run, GM_RULE_MODELS_OUT_OF_STEP, models->path, 0, message,
        "Run `gmig migrate`: it writes what is missing, or records that nothing is.");
}

void gm_check_models_rules(gm_check_run *run)
{
    GM_EACH (const gm_models_problem, problem, &run->input->models_problems)
        gm_check_add(run, gm_check_found_at(GM_RULE_UNREADABLE_MODELS, problem->path, problem->line,
                                            problem->message, problem->fix));
    program(run, &run->input->program);
    GM_EACH (const gm_check_models, models, &run->input->models) {
        if (models->models == models->history)
            continue;
        bool explained =
            models->has_base && models->changes.len &&
            models->models - models->base_models != models->history - models->base_history;
        if (explained)
            missing_migration(run, models);
        else
            out_of_step(run, models);
    }
}
