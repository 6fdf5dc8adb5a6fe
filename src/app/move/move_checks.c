/* SPDX-License-Identifier: Apache-2.0 */
/* What is refused before the first statement: docs/formats.md and the table of cases in
 * docs/architecture.md. */
#include "app/move/move_work.h"
#include "app/move/strange.h"
#include "app/project/uncommitted.h"
#include "app/whence/whence.h"
#include "base/buf.h"
#include "runner/interrupt.h"

static gm_str ids(gm_arena *arena, const gm_revision_states *states)
{
    gm_strs list = {0};
    GM_EACH (const gm_revision_state *, item, states)
        gm_vec_push(arena, &list, (*item)->node ? (*item)->node->revision->id : (*item)->row->id);
    return gm_strs_list(arena, &list);
}

/* ---- phantoms ---- */

/* The nodes that the goal names; without one every head. */
static gm_code goal_nodes(const gm_move_work *work, gm_nodes *nodes, gm_err *err)
{
    *nodes = work->graph->heads;
    if (work->options->goal.len == 0)
        return GM_OK;
    gm_spec_context context = {
        .graph = work->graph, .applied = &work->state->applied, .allow_several = true};
    gm_spec spec = {0};
    GM_TRY(gm_spec_resolve(work->arena, &context, work->options->goal, &spec, err));
    *nodes = spec.nodes;
    return GM_OK;
}

static bool is_allowed(const gm_move_work *work, gm_str id)
{
    GM_EACH (gm_str, allowed, &work->options->allow_phantom)
        if (allowed->len >= 4 && gm_str_starts(id, *allowed))
            return true;
    return gm_strs_have(&work->options->allow_phantom, id);
}

static gm_code refuse_phantoms(const gm_move_work *work, const gm_revision_states *phantoms,
                               gm_err *err)
{
    const gm_ledger_row *first = phantoms->items[0]->row;
    gm_str commit = gm_str_sub(first->commit, 0, 12);
    gm_str at = work->options->at;
    gm_fail(err, GM_E_PHANTOM, "%.*s has revisions that this history%s%.*s lacks: %.*s",
            GM_ARG(work->target.url.shown), at.len ? " at " : "", GM_ARG(at),
            GM_ARG(ids(work->arena, phantoms)));
    err->where = gm_str_printf(work->arena, "revision %.*s", GM_ARG(first->id));
    gm_strs ids = {0};
    gm_whences found = {0};
    gm_vec_push(work->arena, &ids, first->id);
    gm_whence_glance(work->project, &ids, &found);
    gm_str words = gm_whence_words(work->arena, &found.items[0]);
    if (!words.len)
        words = gm_str_printf(work->arena, "`gmig whence %.*s` looks for it", GM_ARG(first->id));
    if (work->database.ledger->table && !first->applied_at.len)
        return gm_hint(err,
                       "%.*s. Take it back where it is checked out, or let it stand with "
                       "`--allow-phantom %.*s`.",
                       GM_ARG(words), GM_ARG(first->id));
    return gm_hint(
        err,
        "%.*s (\"%.*s\") was applied on %.*s by %.*s%s%.*s; %.*s. Check out a branch that has "
        "it, or take it back with %s`gmig downgrade --from-ledger`, or let it stand with "
        "`--allow-phantom %.*s`.",
        GM_ARG(first->id), GM_ARG(first->message), GM_ARG(first->applied_at),
        GM_ARG(first->applied_by), commit.len > 0 ? " from commit " : "", GM_ARG(commit),
        GM_ARG(words), work->target.guarded ? "" : "`gmig switch` or ", GM_ARG(first->id));
}

static gm_code check_phantoms(const gm_move_work *work, gm_err *err)
{
    gm_revision_states unwanted = {0};
    if (work->options->from_ledger || work->options->switching)
        return GM_OK;
    GM_EACH (const gm_revision_state *, phantom, &work->state->phantoms)
        if (!is_allowed(work, (*phantom)->row->id))
            gm_vec_push(work->arena, &unwanted, *phantom);
    if (unwanted.len == 0)
        return GM_OK;
    if (work->options->direction == GM_DOWN || work->plan.steps.len > 0)
        return refuse_phantoms(work, &unwanted, err);
    gm_nodes goal = {0};
    GM_TRY(goal_nodes(work, &goal, err));
    GM_EACH (const gm_revision_state *, phantom, &unwanted)
        if (!gm_state_phantom_descends(work->state, *phantom, &goal))
            return refuse_phantoms(work, &unwanted, err);
    gm_move_note(work, gm_str_printf(work->arena,
                                     "the database is ahead of this history: it also has %.*s",
                                     GM_ARG(ids(work->arena, &unwanted))));
    return GM_OK;
}

/* ---- changed and half-done revisions ---- */

static gm_code check_changed(const gm_move_work *work, gm_err *err)
{
    if (work->options->direction == GM_DOWN || work->options->switching ||
        work->state->changed.len == 0)
        return GM_OK;
    const gm_revision_state *first = work->state->changed.items[0];
    const gm_revision *revision = first->node->revision;
    gm_ledger_row now = {0};
    GM_TRY(gm_state_row(work->arena, revision, work->database.ledger->dialect, &now, err));
    gm_str more = work->state->changed.len > 1
                      ? gm_str_printf(work->arena, " (and %zu more)", work->state->changed.len - 1)
                      : GM_STR("");
    gm_fail_at(err, GM_E_CHANGED, gm_where(work->arena, revision->path, 0),
               "revision %.*s was applied with other statements: blob %.*s then, %.*s now%.*s",
               GM_ARG(revision->id), GM_ARG(first->row->blob), GM_ARG(now.blob), GM_ARG(more));
    return gm_hint(err,
                   "Restore the file (git cat-file -p %.*s shows it as applied) and put the change "
                   "into a new revision; or accept the file as it is with `gmig repair %.*s`%s.",
                   GM_ARG(gm_str_sub(first->row->blob, 0, 12)), GM_ARG(revision->id),
                   work->target.guarded ? "" : ", or have it run anew with `gmig switch`");
}

static bool is_planned(const gm_move_work *work, const gm_intent *intent)
{
    GM_EACH (gm_step, step, &work->plan.steps)
        if (step->direction == intent->direction &&
            gm_str_eq(step->node->revision->id, intent->revision))
            return true;
    return false;
}

/* What stands half way and is not in the plan: before all, a statement that nobody knows the end
 * of. NULL: nothing. What the server refused has left nothing. */
static const gm_intent *find_unfinished(const gm_move_work *work)
{
    const gm_intent *found = NULL;
    GM_EACH (gm_intent, intent, &work->database.ledger->unfinished)
        if (!intent->failed && !intent->redo && !is_planned(work, intent) &&
            (found == NULL || (found->done && !intent->done)))
            found = intent;
    return found;
}

/*
 * Other steps must not run on top of a revision that is half there, and "nothing to do" would be
 * wrong: the ledger says that it is applied (or not), and the database has a part of it.
 */
static gm_code check_unfinished(const gm_move_work *work, gm_err *err)
{
    const gm_intent *intent = find_unfinished(work);
    if (intent == NULL)
        return GM_OK;
    bool up = intent->direction == GM_UP;
    const char *again = up ? "upgrade" : "downgrade";
    gm_fail(err, GM_E_REFUSED, "revision %.*s is half %s", GM_ARG(intent->revision),
            up ? "applied" : "reverted");
    if (!intent->done)
        return gm_hint(err,
                       "A run was cut off in its statement %zu. Look at the database, say how that "
                       "ended with `gmig resolve %.*s:%zu --done` or `--redo`, and finish it with "
                       "`gmig %s`.",
                       intent->statement, GM_ARG(intent->revision), intent->statement, again);
    return gm_hint(err,
                   "Finish it first with `gmig %s`; or undo by hand what has run, and forget it "
                   "with `gmig repair %.*s`.",
                   again, GM_ARG(intent->revision));
}

/* ---- guarded targets ---- */

static gm_code check_committed(const gm_move_work *work, gm_err *err)
{
    gm_revisions from_files = {0};
    const gm_revision *dirty = NULL;
    if (!work->target.guarded || work->options->allow_dirty)
        return GM_OK;
    GM_EACH (gm_run_step, step, &work->steps)
        if (!step->part.from_ledger)
            gm_vec_push(work->arena, &from_files, step->revision);
    if (gm_move_is_foreign(work))
        GM_EACH (gm_step, step, &work->plan.steps)
            gm_vec_push(work->arena, &from_files, step->node->revision);
    GM_TRY(gm_uncommitted_find(work->project, &work->view, &from_files, &dirty, err));
    if (!dirty)
        return GM_OK;
    gm_fail_at(err, GM_E_REFUSED, gm_where(work->arena, dirty->path, 0),
               "revision %.*s is not committed as it is, and %.*s takes only committed revisions",
               GM_ARG(dirty->id), GM_ARG(work->target.name));
    return gm_hint(err, "Commit it, or say --allow-dirty; a target with `development: true` in "
                        "gmig.yml takes all.");
}

static gm_code check_late(const gm_move_work *work, gm_err *err)
{
    gm_strs late = {0};
    GM_EACH (gm_node *, node, &work->plan.late)
        gm_vec_push(work->arena, &late, (*node)->revision->id);
    if (late.len == 0)
        return GM_OK;
    gm_str list = gm_strs_list(work->arena, &late);
    if (work->target.guarded && !work->options->allow_late) {
        gm_fail(err, GM_E_REFUSED, "pending below revisions that are applied already: %.*s",
                GM_ARG(list));
        return gm_hint(err, "They would run after what was written to follow them. Look whether "
                            "that is right, then say --allow-late.");
    }
    gm_move_note(work,
                 gm_str_printf(work->arena, "%.*s comes late: revisions that follow it are applied",
                               GM_ARG(list)));
    return GM_OK;
}

/* ---- a database that something else has made ---- */

static bool starts_at_base(const gm_move_work *work)
{
    GM_EACH (gm_step, step, &work->plan.steps)
        if (step->direction == GM_UP && gm_node_is_base(step->node))
            return true;
    return false;
}

static gm_code check_strange_database(const gm_move_work *work, gm_err *err)
{
    gm_strange strange = {0};
    if (!starts_at_base(work))
        return GM_OK;
    GM_TRY(gm_strange_find(work->project, &work->database, work->view.graph, &strange, err));
    if (strange.tables.len == 0)
        return GM_OK;
    /* Where the lock kept nobody out, another runner may have made both since the ledger was read.
     */
    gm_ledger *now = NULL;
    GM_TRY(gm_ledger_open(work->arena, work->database.db, work->project->config.ledger_schema, &now,
                          err));
    if (now->exists)
        return GM_OK;
    const gm_other_tool *tool = &strange.tool;
    gm_fail(err, GM_E_REFUSED, "%.*s has tables (%.*s%s) but no ledger of gmig",
            GM_ARG(work->target.url.shown), GM_ARG(strange.tables.items[0]),
            strange.tables.len > 1 ? ", …" : "");
    if (!tool->name.len)
        return gm_hint(
            err, "Say what it has with `gmig stamp --verify REVISION`; `gmig stamp base` says "
                 "that it has none of these revisions.");
    if (strange.adoptable)
        return gm_hint(
            err,
            "%.*s has kept %.*s there, at %.*s. `gmig stamp --from-tool` records what it "
            "says.",
            GM_ARG(tool->name), GM_ARG(tool->table), GM_ARG(tool->revision));
    return gm_hint(
        err,
        "%.*s has kept %.*s there%s%.*s. Say what the database has with `gmig stamp "
        "--verify REVISION`; `gmig stamp base` says that it has none of these revisions.",
        GM_ARG(tool->name), GM_ARG(tool->table), tool->revision.len > 0 ? ", at " : "",
        GM_ARG(tool->revision));
}

/* ---- all of them ---- */

gm_code gm_move_check(gm_move_work *work, gm_err *err)
{
    if (work->options->switching)
        GM_TRY(gm_switch_check(work, err));
    GM_TRY(check_phantoms(work, err));
    GM_TRY(check_changed(work, err));
    GM_TRY(check_unfinished(work, err));
    GM_TRY(check_strange_database(work, err));
    GM_TRY(check_late(work, err));
    if (!gm_move_is_foreign(work))
        GM_TRY(gm_run_prepare(work->arena, &work->plan, work->database.ledger, &work->steps, err));
    return check_committed(work, err);
}

static gm_code ask(const gm_move_work *work, gm_str question, const char *cure, gm_err *err)
{
    if (work->options->confirm != NULL && work->options->confirm(work->options->data, question))
        return GM_OK;
    if (gm_interrupt_seen())
        return gm_interrupt_fail(err);
    gm_fail(err, GM_E_REFUSED, "%.*s", GM_ARG(question));
    return gm_hint(err, "%s", cure);
}

static gm_code ask_for_losses(gm_move_work *work, gm_err *err)
{
    gm_strs list = {0};
    gm_losses_find(work->arena, work->database.db, &work->steps, &work->losses);
    GM_EACH (const gm_loss, loss, &work->losses)
        gm_vec_push(work->arena, &list, gm_loss_words(work->arena, loss));
    if (list.len == 0)
        return GM_OK;
    gm_str question =
        gm_str_printf(work->arena, "%.*s will lose %.*s", GM_ARG(work->target.url.shown),
                      GM_ARG(gm_str_join(work->arena, &list, GM_STR("; "))));
    if (!work->options->yes)
        return ask(work, question, "Say --yes to go on.", err);
    gm_move_note(work, question);
    return GM_OK;
}

gm_code gm_move_ask(gm_move_work *work, gm_err *err)
{
    gm_strs losing = {0};
    if (work->options->switching)
        return ask_for_losses(work, err);
    if (!work->target.guarded || work->options->yes || work->options->direction == GM_UP)
        return GM_OK;
    GM_EACH (gm_run_step, step, &work->steps)
        if (step->part.loses_data)
            gm_vec_push(work->arena, &losing, step->revision->id);
    if (losing.len == 0)
        return GM_OK;
    gm_str question =
        gm_str_printf(work->arena, "reverting %.*s may lose data in %.*s",
                      GM_ARG(gm_strs_list(work->arena, &losing)), GM_ARG(work->target.url.shown));
    return ask(work, question, "Say --yes to go on; --backup keeps a copy first.", err);
}
