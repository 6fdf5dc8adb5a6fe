/* SPDX-License-Identifier: Apache-2.0 */
#include "app/write/rebase_proof.h"

#include "app/check/replaying.h"

static bool is_moved(const gm_rebase_moves *moves, const gm_revision *revision)
{
    GM_EACH (const gm_rebase_move, move, moves)
        if (gm_str_eq(move->new_path, revision->path))
            return true;
    return false;
}

static bool any_is_code(const gm_graph *graph)
{
    GM_EACH (gm_node *, node, &graph->order)
        if ((*node)->revision->code)
            return true;
    return false;
}

/* What the old order may fail at as well is no word about the new one. */
static const gm_replay_failure *first_failure(const gm_rebase_moves *moves,
                                              const gm_check_input *input)
{
    GM_EACH (const gm_check_replay, replay, &input->replays)
        GM_EACH (const gm_replay_failure, failure, &replay->failures)
            if (failure->direction == GM_UP || is_moved(moves, failure->revision))
                return failure;
    return NULL;
}

gm_code gm_rebase_prove(gm_project *project, const gm_rebase_options *options, const gm_view *after,
                        gm_rebase_result *result, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_check_input input = {0};
    gm_err failure = gm_err_new(arena);
    if (!after->format->sql || any_is_code(after->graph)) {
        result->unproved = GM_STR("there are revisions in code, which gmig does not run");
        return GM_OK;
    }
    gm_code code = gm_replaying_models(project, after, &input, &failure);
    if (code == GM_E_INTERRUPTED) {
        *err = failure;
        return code;
    }
    if (code != GM_OK) {
        result->unproved = failure.text;
        return GM_OK;
    }
    const gm_replay_failure *failed = first_failure(&result->moves, &input);
    result->proved = failed == NULL;
    if (!failed)
        return GM_OK;
    result->unproved = gm_str_printf(
        arena, "the %s of %.*s %s: %.*s", failed->direction == GM_UP ? "up" : "down",
        GM_ARG(failed->revision->id), failed->message.len ? "fails" : "does not lead back",
        GM_ARG(failed->message.len ? failed->message : GM_STR("the schema is another one")));
    if (options->unproved || options->plan)
        return GM_OK;
    gm_fail_at(err, GM_E_REFUSED, gm_where(arena, failed->path, failed->line),
               "the new order does not run: %.*s", GM_ARG(result->unproved));
    return gm_hint(err,
                   "Change the revision so that it runs behind those of %.*s; or let it be "
                   "with --unproved.",
                   GM_ARG(result->onto.name));
}
