/* SPDX-License-Identifier: Apache-2.0 */
#include "check/union_rules.h"

#include "base/buf.h"

/* Ids are shown in full, commits as git shortens them in a middling repository. */
enum { COMMIT_SHOWN = 12 };

gm_found gm_check_union_at(gm_rule rule, gm_str path, size_t line, gm_str message, gm_str fix)
{
    gm_found found = gm_check_found_at(rule, path, line, message, fix);
    found.of_union = true;
    return found;
}

gm_found gm_check_union_of(gm_rule rule, const gm_revision *revision, size_t line, gm_str message,
                           gm_str fix)
{
    gm_found found = gm_check_found_of(rule, revision, line, message, fix);
    found.of_union = true;
    return found;
}

gm_str gm_check_who(const gm_check_run *run, const gm_revision *revision)
{
    const gm_check_union *united = run->input->united;
    const gm_union_item *item = gm_map_get(&united->made->items, revision->id);
    const gm_check_origin *origin = gm_map_get(&united->origins, revision->id);
    gm_buf buf = gm_buf_new(run->arena, SIZE_MAX);
    bool both = item && item->base && item->ours && gm_oid_eq(&item->base->blob, &item->ours->blob);
    bool ours = gm_union_is_ours(item, revision);
    gm_buf_printf(&buf, "%.*s (%.*s; %.*s", GM_ARG(revision->id), GM_ARG(revision->path),
                  GM_ARG(ours ? united->ours_name : united->base_name));
    if (both)
        gm_buf_printf(&buf, " and %.*s", GM_ARG(united->base_name));
    if (origin && origin->known && origin->commit.len)
        gm_buf_printf(&buf, ", %.*s by %.*s", GM_ARG(gm_str_sub(origin->commit, 0, COMMIT_SHOWN)),
                      GM_ARG(origin->author));
    else if (origin && origin->known)
        gm_buf_z(&buf, ", not committed");
    gm_buf_char(&buf, ')');
    return gm_buf_str(&buf);
}

/* ---- edges ---- */

static bool has_problem(const gm_graph *graph, const gm_problem *like)
{
    GM_EACH (const gm_problem, problem, &graph->problems)
        if (problem->kind == like->kind && gm_str_eq(problem->revision, like->revision))
            return true;
    return false;
}

static void edges(gm_check_run *run)
{
    const gm_check_union *united = run->input->united;
    GM_EACH (const gm_problem, problem, &united->made->graph->problems) {
        const gm_union_item *item = gm_map_get(&united->made->items, problem->revision);
        if (!item || has_problem(run->input->graph, problem) || has_problem(united->base, problem))
            continue;
        bool dangling = problem->kind == GM_PROBLEM_MISSING_PARENT;
        gm_str fix = problem->fix;
        if (dangling && item->ours)
            fix = gm_str_printf(run->arena, "Run `gmig rebase %.*s`, or name another parent.",
                                GM_ARG(united->base_name));
        else if (dangling)
            fix = gm_str_printf(run->arena, "Bring the parent back: %.*s builds on it.",
                                GM_ARG(united->base_name));
        gm_check_add(run, gm_check_union_of(dangling ? GM_RULE_DANGLING_PARENT
                                                     : gm_check_rule_of_problem[problem->kind],
                                            item->revision, problem->line,
                                            gm_str_printf(run->arena, "with %.*s %.*s",
                                                          GM_ARG(united->base_name),
                                                          GM_ARG(problem->message)),
                                            fix));
    }
}

/* ---- models ---- */

static void twice(gm_check_run *run)
{
    const gm_check_union *united = run->input->united;
    GM_EACH (const gm_model_change, change, &united->twice)
        gm_check_add(
            run,
            gm_check_union_at(
                GM_RULE_MODELS_OUT_OF_STEP, change->path, change->line,
                gm_str_printf(run->arena,
                              "%.*s %s here and in %.*s, and each has a revision for it",
                              GM_ARG(change->object), change->how, GM_ARG(united->base_name)),
                gm_str_printf(run->arena, "Run `git merge %.*s`, and take it out of your revision.",
                              GM_ARG(united->base_name))));
}

/* Neither branch can write the revision before it has the other's models. */
static void program(gm_check_run *run)
{
    const gm_check_union *united = run->input->united;
    gm_arena *arena = run->arena;
    GM_EACH (const gm_model_change, change, &united->program.changes)
        gm_check_add(
            run, gm_check_union_at(
                     GM_RULE_MISSING_MIGRATION, change->path, change->line,
                     gm_str_printf(arena, "%.*s %s together with %.*s, and no revision says so",
                                   GM_ARG(change->object), change->how, GM_ARG(united->base_name)),
                     gm_str_printf(arena, "Run `git merge %.*s`, then `%.*s`.",
                                   GM_ARG(united->base_name), GM_ARG(united->program.command))));
    GM_EACH (const gm_model_change, change, &united->program.doubtful)
        gm_check_add(
            run, gm_check_union_at(
                     GM_RULE_UNRESOLVED_MODELS, change->path, change->line,
                     gm_str_printf(arena,
                                   "%.*s %s together with %.*s as far as can be told without "
                                   "running the models",
                                   GM_ARG(change->object), change->how, GM_ARG(united->base_name)),
                     GM_STR("Say what it stands for under `type_hints` of gmig.yml, or see that a "
                            "revision has it.")));
}

void gm_check_union_rules(gm_check_run *run)
{
    gm_check_union_faults(run);
    edges(run);
    twice(run);
    program(run);
    gm_check_late(run);
    gm_check_union_heads(run);
}
