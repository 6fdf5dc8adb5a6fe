/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/uniting_models.h"

#include "app/check/uniting_program.h"
#include "app/project/view_models.h"

/* Has the base touched its models at all? Most often it has not, and nothing has to be read. */
static bool same_models(gm_project *project, const gm_view *base, const gm_view *start)
{
    gm_err ignored = gm_err_new(project->arena);
    if (base->config.models.len != start->config.models.len)
        return false;
    for (size_t i = 0; i < base->config.models.len; i++) {
        gm_str one, other;
        gm_entry a = {0};
        gm_entry b = {0};
        bool has_a, has_b;
        if (gm_project_below(project, &base->config, "models", base->config.models.items[i], &one,
                             &ignored) != GM_OK ||
            gm_project_below(project, &start->config, "models", start->config.models.items[i],
                             &other, &ignored) != GM_OK ||
            gm_snapshot_find(base->snapshot, one, &a, &has_a, &ignored) != GM_OK ||
            gm_snapshot_find(start->snapshot, other, &b, &has_b, &ignored) != GM_OK)
            return false;
        if (has_a != has_b || (has_a && !gm_oid_eq(&a.blob, &b.blob)))
            return false;
    }
    return true;
}

static bool read(gm_project *project, const gm_view *view, gm_dialect dialect, gm_models *models)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_model_files files = {0};
    return gm_view_model_files(project, view, &files, &ignored) == GM_OK &&
           gm_models_read(project->arena, &files, dialect, models, &ignored) == GM_OK;
}

/* text -> gm_fact */
static gm_map by_text(gm_arena *arena, const gm_facts *facts)
{
    gm_map map = gm_map_new(arena);
    GM_EACH (gm_fact, fact, facts)
        gm_map_add(&map, fact->text, fact);
    return map;
}

static void add(gm_arena *arena, gm_check_union *united, const gm_fact *fact, size_t line,
                const char *how)
{
    GM_EACH (const gm_model_change, old, &united->twice)
        if (gm_str_eq(old->object, fact->object))
            return; /* one of its other facts, or another dialect, has said it */
    gm_vec_push(arena, &united->twice, (gm_model_change){fact->object, fact->path, line, how});
}

typedef struct {
    const gm_models *start;
    const gm_models *base;
    const gm_models *ours;
    gm_map in_start; /* text -> gm_fact */
    gm_map in_base;
    gm_map in_ours;
} three;

/* The fingerprint of the facts that git will leave: a fact that one side took away is gone. */
static uint64_t merged(const three *t)
{
    uint64_t sum = 0;
    GM_EACH (const gm_fact, fact, &t->ours->facts)
        if (gm_map_get(&t->in_base, fact->text) || !gm_map_get(&t->in_start, fact->text))
            sum += fact->hash;
    GM_EACH (const gm_fact, fact, &t->base->facts)
        if (!gm_map_get(&t->in_ours, fact->text) && !gm_map_get(&t->in_start, fact->text))
            sum += fact->hash;
    return sum;
}

static void tell_twice(gm_arena *arena, const three *t, gm_check_union *united)
{
    GM_EACH (const gm_fact, fact, &t->ours->facts)
        if (gm_map_get(&t->in_base, fact->text) && !gm_map_get(&t->in_start, fact->text))
            add(arena, united, fact, fact->line, "is new or changed");
    GM_EACH (const gm_fact, fact, &t->start->facts)
        if (!gm_map_get(&t->in_base, fact->text) && !gm_map_get(&t->in_ours, fact->text))
            add(arena, united, fact, 0, "is gone or changed");
}

void gm_uniting_program(gm_project *project, const gm_view *ours, const gm_view *base,
                        const gm_view *start, gm_check_union *united)
{
    gm_err err = gm_err_new(project->arena);
    if (gm_program_united(project, ours, base, start, united, &err) == GM_OK)
        return;
    gm_str text =
        gm_str_printf(project->arena, "the models of both branches cannot be read together: %.*s",
                      GM_ARG(err.text));
    gm_str hint = err.hint.len ? err.hint
                               : gm_str_printf(project->arena, "Run: git merge %.*s",
                                               GM_ARG(united->base_name));
    united->models_unseen = (gm_unseen){GM_E_UNKNOWN, text, err.where, hint};
}

void gm_uniting_models(gm_project *project, const gm_view *ours, const gm_view *base,
                       const gm_view *start, gm_check_union *united)
{
    gm_arena *arena = project->arena;
    if (same_models(project, base, start))
        return;
    GM_EACH (const gm_dialect, dialect, &ours->config.dialects) {
        gm_models sides[3] = {0};
        if (!read(project, start, *dialect, &sides[0]) ||
            !read(project, base, *dialect, &sides[1]) || !read(project, ours, *dialect, &sides[2]))
            continue;
        uint64_t of_base = gm_history_fingerprint_of(base->graph, NULL).sum[*dialect];
        uint64_t of_ours = gm_history_fingerprint_of(ours->graph, NULL).sum[*dialect];
        uint64_t of_union = gm_history_fingerprint_of(united->made->graph, NULL).sum[*dialect];
        three t = {&sides[0],
                   &sides[1],
                   &sides[2],
                   by_text(arena, &sides[0].facts),
                   by_text(arena, &sides[1].facts),
                   by_text(arena, &sides[2].facts)};
        bool in_step = sides[1].fingerprint == of_base && sides[2].fingerprint == of_ours;
        if (in_step && merged(&t) != of_union)
            tell_twice(arena, &t, united);
    }
}
