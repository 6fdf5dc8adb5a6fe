/* SPDX-License-Identifier: Apache-2.0 */
#include "check/check.h"

#include <stdlib.h>

#include "base/buf.h"
#include "check/run.h"

gm_found gm_check_found_at(gm_rule rule, gm_str path, size_t line, gm_str message, gm_str fix)
{
    return (gm_found){
        .finding = {.rule = rule, .path = path, .line = line, .message = message, .fix = fix}};
}

gm_found gm_check_found_of(gm_rule rule, const gm_revision *revision, size_t line, gm_str message,
                           gm_str fix)
{
    gm_found found = gm_check_found_at(rule, revision->path, line, message, fix);
    found.finding.revision = revision->id;
    return found;
}

size_t gm_check_parents_line(const gm_revision *revision)
{
    return revision->parents_line ? revision->parents_line : revision->revision_line;
}

void gm_check_add(gm_check_run *run, gm_found found)
{
    gm_severity severity = run->severity[found.finding.rule];
    bool warns = found.mild || (found.of_union && (found.of_base || run->input->united->warn_only));
    if (warns && severity == GM_SEVERITY_ERROR)
        severity = GM_SEVERITY_WARNING;
    found.finding.severity = severity;
    if (found.finding.severity != GM_SEVERITY_OFF)
        gm_vec_push(run->arena, &run->found, found);
}

gm_code gm_check_no_rule(gm_err *err, gm_code code, gm_str where, gm_str id)
{
    gm_buf known = gm_buf_new(err->arena, SIZE_MAX);
    for (size_t i = 0; i < GM_RULE_COUNT; i++)
        gm_buf_printf(&known, "%s%s", i ? ", " : "", gm_rule_id((gm_rule)i));
    gm_fail_at(err, code, where, "there is no rule '%.*s'", GM_ARG(id));
    return gm_hint(err, "Rules are %.*s.", GM_ARG(gm_buf_str(&known)));
}

static gm_code weigh(gm_check_run *run, gm_err *err)
{
    for (size_t i = 0; i < GM_RULE_COUNT; i++)
        run->severity[i] = gm_rule_default_severity((gm_rule)i);
    GM_EACH (const gm_check_weight, weight, &run->input->weights) {
        gm_rule rule;
        if (!gm_rule_parse(weight->rule, &rule))
            return gm_check_no_rule(err, GM_E_CONFIG,
                                    gm_where(run->arena, run->input->config_path, weight->line),
                                    weight->rule);
        run->severity[rule] = weight->severity;
    }
    return GM_OK;
}

/* By path, line and rule, so that every machine prints the same. */
static int by_place(const void *a, const void *b)
{
    const gm_finding *x = &((const gm_found *)a)->finding;
    const gm_finding *y = &((const gm_found *)b)->finding;
    int path = gm_str_cmp(x->path, y->path);
    if (path)
        return path;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    if (x->rule != y->rule)
        return x->rule < y->rule ? -1 : 1;
    return gm_str_cmp(x->message, y->message);
}

gm_code gm_check_history(gm_arena *arena, const gm_check_input *input, gm_findings *findings,
                         gm_err *err)
{
    gm_check_run run = {.arena = arena, .input = input};
    GM_TRY(weigh(&run, err));
    gm_check_weakenings(&run);
    gm_check_graph(&run);
    gm_check_versions(&run);
    gm_check_heads_file(&run);
    if (input->united)
        gm_check_union_rules(&run);
    gm_check_crowds(&run);
    gm_check_sections(&run);
    gm_check_models_rules(&run);
    gm_check_replays(&run);
    GM_TRY(gm_check_allow(&run, err));
    if (run.found.len)
        qsort(run.found.items, run.found.len, sizeof(*run.found.items), by_place);
    GM_EACH (const gm_found, found, &run.found)
        gm_vec_push(arena, findings, found->finding);
    return GM_OK;
}
