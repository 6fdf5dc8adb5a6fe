/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/checking_rules.h"

#include "base/file.h"

bool gm_checking_judges_itself(gm_str at)
{
    return !at.len || gm_str_is(at, "worktree") || gm_str_is(at, "index");
}

gm_check_settings gm_checking_settings(gm_arena *arena, const gm_config *config)
{
    gm_check_settings settings = {
        .trunk = config->trunk,
        .trunk_line = config->trunk_line,
        .shipped = config->shipped,
        .shipped_line = config->shipped_line,
        .heads_file = config->heads_file,
        .heads_file_line = config->heads_file_line,
        .merges_first = config->merges_first,
    };
    GM_EACH (const gm_config_rule, rule, &config->rules)
        gm_vec_push(arena, &settings.weights,
                    (gm_check_weight){rule->rule, rule->severity, rule->line});
    GM_EACH (const gm_config_allow, allow, &config->allow)
        gm_vec_push(arena, &settings.allowances,
                    (gm_check_allowance){allow->rule, allow->revision, allow->reason, allow->line});
    return settings;
}

void gm_checking_own_rules(gm_arena *arena, const gm_config *config, gm_check_input *input)
{
    gm_check_settings settings = gm_checking_settings(arena, config);
    input->weights = settings.weights;
    input->allowances = settings.allowances;
    input->merges_first = settings.merges_first;
}

gm_code gm_checking_settings_at(gm_project *project, gm_str commit,
                                const gm_check_settings **settings, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_snapshot *snapshot;
    gm_entry entry;
    bool found;
    gm_str text;
    gm_config config;
    *settings = NULL;
    if (!project->config_path.len)
        return GM_OK;
    GM_TRY(gm_snapshot_open(arena, project->repo, commit, &snapshot, err));
    GM_TRY(gm_snapshot_find(snapshot, project->config_path, &entry, &found, err));
    if (!found || entry.kind != GM_ENTRY_FILE)
        return GM_OK;
    GM_TRY(gm_snapshot_read(snapshot, &entry, &text, err));
    GM_TRY(gm_config_parse(arena, project->config_path, gm_path_folder(project->config_path), text,
                           &config, err));
    gm_check_settings *read = gm_new(arena, gm_check_settings);
    *read = gm_checking_settings(arena, &config);
    *settings = read;
    return GM_OK;
}

/* A commit may be of a newer gmig, with rules that this one does not know. */
static gm_check_settings known_only(gm_arena *arena, const gm_check_settings *settings)
{
    gm_check_settings known = *settings;
    gm_rule rule;
    known.weights = (gm_check_weights){0};
    known.allowances = (gm_check_allowances){0};
    GM_EACH (const gm_check_weight, weight, &settings->weights)
        if (gm_rule_parse(weight->rule, &rule))
            gm_vec_push(arena, &known.weights, *weight);
    GM_EACH (const gm_check_allowance, allowance, &settings->allowances)
        if (gm_rule_parse(allowance->rule, &rule))
            gm_vec_push(arena, &known.allowances, *allowance);
    return known;
}

void gm_checking_rules(gm_project *project, gm_str at, const gm_view *view,
                       const gm_seen_base *base, gm_check_input *input)
{
    gm_arena *arena = project->arena;
    gm_err ignored = gm_err_new(arena);
    const gm_check_settings *theirs = NULL;
    const gm_check_settings *start = NULL;
    bool own = gm_checking_judges_itself(at);
    if (base->commit.len)
        gm_checking_settings_at(project, base->commit, &theirs, &ignored);
    if (!theirs) {
        gm_checking_own_rules(arena, own ? &view->config : &project->config, input);
        return;
    }
    if (base->starts.len == 1 &&
        gm_checking_settings_at(project, base->starts.items[0], &start, &ignored) == GM_OK &&
        !start)
        start = gm_new(arena, gm_check_settings); /* there was no gmig.yml yet */
    gm_check_settings ours = gm_checking_settings(arena, &view->config);
    if (!own)
        ours = known_only(arena, &ours);
    gm_check_settle(arena, &ours, theirs, start, base->name, input);
}
