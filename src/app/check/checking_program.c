/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/checking_program.h"

#include "app/check/program_facts.h"
#include "app/check/program_told.h"

typedef struct {
    gm_project *project;
    gm_arena *arena;
    const gm_view *view;
    gm_check_input *input;
    gm_orm_facts now;
    bool read_now;
} work;

static void tell(const work *w, const gm_orm_changes *changes, const gm_told *since)
{
    gm_check_program *program = &w->input->program;
    GM_EACH (const gm_orm_change, change, changes) {
        const gm_orm_fact *fact = change->after ? change->after : change->before;
        gm_model_change told = {fact->object, fact->path, change->after ? fact->line : 0,
                                gm_told_how(change)};
        if (fact->is_broken)
            gm_vec_push(w->arena, &program->broken, told);
        else if (gm_told_has(w->arena, since, change))
            continue;
        else if (change->doubtful)
            gm_vec_push(w->arena, &program->doubtful, told);
        else
            gm_vec_push(w->arena, &program->changes, told);
    }
}

/* No fault of who commits, and nothing that may pass for "no change". */
static gm_code not_told(gm_str commit, const gm_err *failure, gm_err *err)
{
    gm_str short_id = gm_str_sub(commit, 0, 12);
    gm_fail_at(err, GM_E_UNKNOWN, failure->where,
               "the models at %.*s cannot be read, so that a revision may be missing: %.*s",
               GM_ARG(short_id), GM_ARG(failure->text));
    return gm_hint(err, "%.*s", GM_ARG(failure->hint));
}

/* `revisions`: where those that count began; empty: where the models' changes did. */
static gm_code compare(work *w, gm_models_base base, gm_str revisions, gm_err *err)
{
    gm_err ignored = gm_err_new(w->arena);
    gm_view before = {0};
    gm_view began = {0};
    gm_orm_facts then = {0};
    if (!base.nothing) {
        gm_program_options options;
        bool same;
        if (gm_view_open_graph(w->project, base.commit, &before, &ignored) != GM_OK)
            return not_told(base.commit, &ignored, err);
        GM_TRY(gm_program_options_of(w->project, w->view, &options, err));
        GM_TRY(gm_program_models_same(w->arena, before.snapshot, w->view->snapshot, &options, &same,
                                      err));
        if (same)
            return GM_OK;
        if (gm_program_facts(w->project, &before, w->view, &then, &ignored) != GM_OK)
            return not_told(base.commit, &ignored, err);
    }
    if (!w->read_now)
        GM_TRY(gm_program_facts(w->project, w->view, w->view, &w->now, err));
    w->read_now = true;
    gm_orm_changes changes = gm_orm_compare(w->arena, &then, &w->now);
    if (!changes.len)
        return GM_OK;
    gm_told since = {0};
    gm_told_add(w->arena, &before, w->view, &since);
    /* A merge brings changes together with their revisions, whichever side is asked for them. */
    if (revisions.len && gm_view_open_graph(w->project, revisions, &began, &ignored) == GM_OK)
        gm_told_add(w->arena, &began, w->view, &since);
    tell(w, &changes, &since);
    return GM_OK;
}

gm_code gm_checking_program(gm_project *project, const gm_view *view, gm_models_base base,
                            bool hook, gm_check_input *input, gm_err *err)
{
    work w = {.project = project, .arena = project->arena, .view = view, .input = input};
    if (!gm_program_has_models(view) || view->absent || (!base.nothing && !base.commit.len))
        return GM_OK;
    input->program.command = gm_program_command(project, view);
    GM_TRY(compare(&w, base, base.start, err));
    if (!hook && base.start.len && !input->program.changes.len && !input->program.doubtful.len)
        return compare(&w, (gm_models_base){.commit = base.start}, base.start, err);
    return GM_OK;
}
