/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose gmig.yml counts. A branch that could switch a rule off, or allow its own findings, would
 * need no rules; so the base's settings hold until the branch is in it.
 *
 * The comparison is three-way. A branch that is behind has the settings of where it began: it has
 * weakened nothing that the base made heavier since.
 */
#include "check/run.h"

static gm_severity severity_of(const gm_check_settings *settings, gm_rule rule, size_t *line)
{
    gm_severity severity = gm_rule_default_severity(rule);
    *line = 0;
    GM_EACH (const gm_check_weight, weight, &settings->weights)
        if (gm_str_is(weight->rule, gm_rule_id(rule))) {
            severity = weight->severity;
            *line = weight->line;
        }
    return severity;
}

typedef struct {
    gm_arena *arena;
    const gm_check_settings *ours;
    const gm_check_settings *base;
    const gm_check_settings *start;
    gm_str base_name;
    gm_check_input *input;
} settler;

static void weaker(const settler *s, size_t line, gm_str revision, gm_str message)
{
    gm_vec_push(s->arena, &s->input->weakenings,
                (gm_check_weakening){.message = message, .revision = revision, .line = line});
}

/* ---- rules: ---- */

static void settle_rule(const settler *s, gm_rule rule)
{
    size_t line;
    size_t unused;
    gm_severity ours = severity_of(s->ours, rule, &line);
    gm_severity base = severity_of(s->base, rule, &unused);
    gm_severity start = severity_of(s->start, rule, &unused);
    gm_severity counts = ours > base && ours != start ? ours : base;
    gm_vec_push(s->arena, &s->input->weights,
                (gm_check_weight){gm_str_from(gm_rule_id(rule)), counts, line});
    if (ours < base && ours < start)
        weaker(s, line, (gm_str){0},
               gm_str_printf(s->arena, "%s weighs %s here, and %s in %.*s, which counts",
                             gm_rule_id(rule), gm_severity_name(ours), gm_severity_name(base),
                             GM_ARG(s->base_name)));
}

/* A name that is no rule is an error of the file that is checked. */
static void keep_unknown(const settler *s)
{
    gm_rule rule;
    GM_EACH (const gm_check_weight, weight, &s->ours->weights)
        if (!gm_rule_parse(weight->rule, &rule))
            gm_vec_push(s->arena, &s->input->weights, *weight);
    GM_EACH (const gm_check_allowance, allowance, &s->ours->allowances)
        if (!gm_rule_parse(allowance->rule, &rule))
            gm_vec_push(s->arena, &s->input->allowances, *allowance);
}

/* ---- allow: ---- */

static const gm_check_allowance *find_same(const gm_check_settings *settings,
                                           const gm_check_allowance *like)
{
    GM_EACH (const gm_check_allowance, allowance, &settings->allowances)
        if (gm_str_eq(allowance->rule, like->rule) &&
            gm_str_eq(allowance->revision, like->revision))
            return allowance;
    return NULL;
}

static bool is_covered(const gm_check_settings *settings, const gm_check_allowance *allowance)
{
    gm_check_allowance all = {.rule = allowance->rule};
    return find_same(settings, allowance) || find_same(settings, &all);
}

static void settle_allowances(const settler *s)
{
    gm_rule rule;
    GM_EACH (const gm_check_allowance, allowance, &s->base->allowances) {
        const gm_check_allowance *here = find_same(s->ours, allowance);
        gm_check_allowance counts = *allowance;
        counts.line = here ? here->line : 0;
        bool taken_out = !here && find_same(s->start, allowance);
        if (!taken_out && gm_rule_parse(allowance->rule, &rule))
            gm_vec_push(s->arena, &s->input->allowances, counts);
    }
    GM_EACH (const gm_check_allowance, allowance, &s->ours->allowances) {
        gm_str id = allowance->revision;
        if (!gm_rule_parse(allowance->rule, &rule) || is_covered(s->base, allowance) ||
            is_covered(s->start, allowance))
            continue;
        weaker(s, allowance->line, id,
               gm_str_printf(s->arena,
                             "%.*s is newly allowed%s%.*s; it counts once %.*s has the line",
                             GM_ARG(allowance->rule), id.len ? " for " : "", GM_ARG(id),
                             GM_ARG(s->base_name)));
    }
}

/* ---- trunk:, shipped: and heads_file: ---- */

static void compare_heads_file(const settler *s)
{
    gm_str file = s->base->heads_file;
    if (file.len && !s->ours->heads_file.len && s->start->heads_file.len)
        weaker(s, 0, (gm_str){0},
               gm_str_printf(s->arena, "heads_file is not set here, and is %.*s in %.*s",
                             GM_ARG(file), GM_ARG(s->base_name)));
}

static void compare_refs(const settler *s)
{
    gm_str trunk = s->base->trunk;
    if (trunk.len && !gm_str_eq(s->ours->trunk, trunk) &&
        !gm_str_eq(s->ours->trunk, s->start->trunk))
        weaker(s, s->ours->trunk_line, (gm_str){0},
               gm_str_printf(s->arena, "trunk is %.*s here, and %.*s in %.*s",
                             GM_ARG(s->ours->trunk.len ? s->ours->trunk : GM_STR("not set")),
                             GM_ARG(trunk), GM_ARG(s->base_name)));
    GM_EACH (const gm_str, glob, &s->base->shipped)
        if (!gm_strs_have(&s->ours->shipped, *glob) && gm_strs_have(&s->start->shipped, *glob))
            weaker(s, s->ours->shipped_line, (gm_str){0},
                   gm_str_printf(s->arena, "shipped leaves out %.*s, which it names in %.*s",
                                 GM_ARG(*glob), GM_ARG(s->base_name)));
}

void gm_check_settle(gm_arena *arena, const gm_check_settings *ours, const gm_check_settings *base,
                     const gm_check_settings *start, gm_str base_name, gm_check_input *input)
{
    settler s = {arena, ours, base, start ? start : base, base_name, input};
    for (size_t i = 0; i < GM_RULE_COUNT; i++)
        settle_rule(&s, (gm_rule)i);
    settle_allowances(&s);
    input->merges_first = base->merges_first;
    keep_unknown(&s);
    compare_refs(&s);
    compare_heads_file(&s);
}

void gm_check_weakenings(gm_check_run *run)
{
    GM_EACH (const gm_check_weakening, weakening, &run->input->weakenings)
        gm_check_add(
            run,
            (gm_found){.of_union = run->input->united != NULL,
                       .finding = {.rule = GM_RULE_RULES_WEAKENED,
                                   .path = run->input->config_path,
                                   .line = weakening->line,
                                   .revision = weakening->revision,
                                   .message = weakening->message,
                                   .fix = GM_STR("If that is meant, let it be reviewed by itself, "
                                                 "before what needs it.")}});
}
