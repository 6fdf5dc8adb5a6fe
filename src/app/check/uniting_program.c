/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/uniting_program.h"

#include "app/check/program_facts.h"
#include "app/check/program_told.h"

typedef struct {
    gm_project *project;
    gm_arena *arena;
    const gm_view *view;
    const gm_view *base;
    const gm_view *start;
    gm_orm_facts facts_start;
    gm_orm_facts facts_ours;
    gm_orm_facts facts_base;
    gm_orm_facts facts_merged;
    gm_check_union *united;
} union_work;

static gm_code same_models(const union_work *u, const gm_view *one, const gm_view *other,
                           bool *same, gm_err *err)
{
    gm_program_options options;
    GM_TRY(gm_program_options_of(u->project, u->view, &options, err));
    return gm_program_models_same(u->arena, one->snapshot, other->snapshot, &options, same, err);
}

/* A branch may have made an app, or dropped one. */
static gm_strs merged_folders(const union_work *u)
{
    const gm_strs *ours = &u->view->folders;
    const gm_strs *theirs = &u->base->folders;
    gm_strs folders = {0};
    GM_EACH (const gm_str, folder, ours)
        if (gm_strs_have(theirs, *folder) || !gm_strs_have(&u->start->folders, *folder))
            gm_vec_push(u->arena, &folders, *folder);
    GM_EACH (const gm_str, folder, theirs)
        if (!gm_strs_have(ours, *folder) && !gm_strs_have(&u->start->folders, *folder))
            gm_vec_push(u->arena, &folders, *folder);
    return folders;
}

/* Of the union, as one view: its files are those of the merge, its settings those examined. */
static gm_code read_all(union_work *u, gm_err *err)
{
    gm_view merged = *u->view;
    merged.snapshot =
        gm_snapshot_merge(u->arena, u->start->snapshot, u->view->snapshot, u->base->snapshot);
    merged.folders = merged_folders(u);
    GM_TRY(gm_program_facts(u->project, u->start, u->view, &u->facts_start, err));
    GM_TRY(gm_program_facts(u->project, u->view, u->view, &u->facts_ours, err));
    GM_TRY(gm_program_facts(u->project, u->base, u->view, &u->facts_base, err));
    GM_TRY(gm_program_facts(u->project, &merged, u->view, &u->facts_merged, err));
    const gm_strs *conflicts = gm_snapshot_conflicts(merged.snapshot);
    if (!conflicts->len)
        return GM_OK;
    /* An imported file that does not merge is passed over where models are read. */
    return gm_fail_at(err, GM_E_UNKNOWN, conflicts->items[0],
                      "both branches have changed it, and git will not merge it by itself");
}

static bool same_change(const gm_orm_change *a, const gm_orm_change *b)
{
    const gm_orm_fact *one = a->after ? a->after : a->before;
    const gm_orm_fact *two = b->after ? b->after : b->before;
    return !a->after == !b->after && gm_str_eq(one->text, two->text);
}

static bool holds(const gm_orm_changes *changes, const gm_orm_change *wanted)
{
    GM_EACH (const gm_orm_change, change, changes)
        if (same_change(change, wanted))
            return true;
    return false;
}

static const gm_orm_fact *fact_of(const gm_orm_facts *facts, gm_str object)
{
    GM_EACH (const gm_orm_fact, fact, facts)
        if (gm_str_eq(fact->object, object))
            return fact;
    return NULL;
}

/* Lines of the merge are in no file of anybody: the thing's own place, else its table's, here. */
static gm_model_change placed(const union_work *u, const gm_orm_change *change)
{
    const gm_orm_fact *fact = change->after ? change->after : change->before;
    const gm_orm_fact *here = fact_of(&u->facts_ours, fact->object);
    if (!here)
        here = fact_of(&u->facts_ours, gm_str_printf(u->arena, "table %.*s", GM_ARG(fact->table)));
    return (gm_model_change){fact->object, here ? here->path : fact->path, here ? here->line : 0,
                             gm_told_how(change)};
}

/* What the merge changes on one side's models, and the other has not done alone. */
static void tell_together(const union_work *u, const gm_orm_changes *changes,
                          const gm_orm_changes *alone, const gm_told *since)
{
    gm_check_union *united = u->united;
    GM_EACH (const gm_orm_change, change, changes) {
        if (holds(alone, change) || gm_told_has_made(u->arena, since, change))
            continue;
        if (change->doubtful)
            gm_vec_push(u->arena, &united->program.doubtful, placed(u, change));
        else
            gm_vec_push(u->arena, &united->program.changes, placed(u, change));
    }
}

/* Both have it with a revision that the other has not: one of them will fail. */
static void tell_both(const union_work *u, const gm_orm_changes *ours, const gm_orm_changes *base)
{
    gm_told of_ours = {0};
    gm_told of_base = {0};
    gm_told_add_new(u->arena, u->base, u->view, &of_ours);
    gm_told_add_new(u->arena, u->view, u->base, &of_base);
    GM_EACH (const gm_orm_change, change, ours)
        if (!change->doubtful && holds(base, change) && gm_told_has(u->arena, &of_ours, change) &&
            gm_told_has(u->arena, &of_base, change))
            gm_vec_push(u->arena, &u->united->twice, placed(u, change));
}

gm_code gm_program_united(gm_project *project, const gm_view *view, const gm_view *base,
                          const gm_view *start, gm_check_union *united, gm_err *err)
{
    gm_arena *arena = project->arena;
    union_work u = {.project = project,
                    .arena = arena,
                    .view = view,
                    .base = base,
                    .start = start,
                    .united = united};
    bool idle = true;
    if (!gm_program_has_models(view) || !gm_program_has_models(base) ||
        !gm_program_has_models(start))
        return GM_OK;
    GM_TRY(same_models(&u, start, base, &idle, err));
    if (!idle)
        GM_TRY(same_models(&u, start, view, &idle, err));
    if (idle)
        return GM_OK;
    GM_TRY(read_all(&u, err));
    united->program.command = gm_program_command(project, view);
    gm_orm_changes ours = gm_orm_compare(arena, &u.facts_start, &u.facts_ours);
    gm_orm_changes theirs = gm_orm_compare(arena, &u.facts_start, &u.facts_base);
    gm_orm_changes on_base = gm_orm_compare(arena, &u.facts_base, &u.facts_merged);
    gm_orm_changes on_ours = gm_orm_compare(arena, &u.facts_ours, &u.facts_merged);
    gm_told since = {0};
    gm_told_add(arena, start, view, &since);
    gm_told_add(arena, start, base, &since);
    tell_together(&u, &on_base, &ours, &since);
    tell_together(&u, &on_ours, &theirs, &since);
    tell_both(&u, &ours, &theirs);
    return GM_OK;
}
