/* SPDX-License-Identifier: Apache-2.0 */
#include "app/check/replaying.h"

#include "app/check/checking_models.h"
#include "app/move/database.h"
#include "app/check/replay_notes.h"
#include "app/project/view_models.h"
#include "base/file.h"
#include "db/introspect.h"

typedef struct {
    gm_project *project;
    gm_scratch *scratch;
    const gm_graph *graph;
    gm_plan plan;   /* all of it, up */
    gm_strs states; /* after each step; empty where nothing is kept */
    gm_db *db;
    gm_check_replay made;
    bool stopped; /* a revision does not run: nothing after it can be told */
} replayer;

/* A revision that does not run is an answer; a scratch that fails is none. */
static bool is_answer(gm_code code)
{
    return code == GM_E_SQL || code == GM_E_HISTORY || code == GM_E_REFUSED;
}

static size_t line_of(gm_str where)
{
    uint64_t line = 0;
    size_t colon = gm_str_rfind(where, ':');
    gm_str_u64(gm_str_sub(where, colon + 1, where.len), &line);
    return (size_t)line;
}

static gm_code run_step(replayer *r, const gm_node *node, gm_direction direction, bool *ran,
                        gm_err *err)
{
    gm_step step = {.node = node, .direction = direction};
    gm_err failure = gm_err_new(r->project->arena);
    gm_code code = gm_scratch_step(r->scratch, r->db, &step, &failure);
    *ran = code == GM_OK;
    if (code == GM_OK)
        return GM_OK;
    if (!is_answer(code)) {
        *err = failure;
        return code;
    }
    gm_vec_push(r->project->arena, &r->made.failures,
                (gm_replay_failure){.revision = node->revision,
                                    .direction = direction,
                                    .path = node->revision->path,
                                    .line = line_of(failure.where),
                                    .message = failure.text});
    return GM_OK;
}

static bool has_down(const gm_node *node, gm_dialect dialect)
{
    const gm_section *down = node->revision->down[dialect];
    return down && !down->irreversible;
}

static gm_strs lines_of(gm_arena *arena, const gm_diff *drift)
{
    gm_strs lines = {0};
    GM_EACH (const gm_change, change, &drift->changes)
        if (!change->along)
            gm_vec_push(arena, &lines, gm_change_shown(arena, change));
    return lines;
}

static void note_drift(replayer *r, const gm_node *node, const gm_diff *drift)
{
    gm_arena *arena = r->project->arena;
    gm_strs lines = lines_of(arena, drift);
    gm_vec_push(arena, &r->made.failures,
                (gm_replay_failure){.revision = node->revision,
                                    .direction = GM_DOWN,
                                    .path = node->revision->path,
                                    .line = node->revision->down[r->made.dialect]->marker_line,
                                    .ran = true,
                                    .message = lines.len ? lines.items[0] : GM_STR("")});
}

/* A bad down leaves anything behind: the way to the revision is gone once more. */
static gm_code start_again(replayer *r, size_t place, gm_err *err)
{
    gm_plan plan = {0};
    for (size_t i = 0; i <= place; i++)
        gm_vec_push(r->project->arena, &plan.steps, r->plan.steps.items[i]);
    gm_scratch_discard(r->scratch, r->db);
    r->db = NULL;
    return gm_scratch_replay(r->scratch, &plan, &r->db, err);
}

/* Down, to where `before` was, and up again. */
static gm_code prove_down(replayer *r, size_t place, const gm_schema *before, gm_err *err)
{
    const gm_node *node = r->plan.steps.items[place].node;
    gm_schema *back = NULL;
    bool ran;
    GM_TRY(run_step(r, node, GM_DOWN, &ran, err));
    if (!ran)
        return start_again(r, place, err);
    GM_TRY(gm_db_introspect(r->project->arena, r->db, &back, err));
    gm_diff drift = gm_schema_compare(r->project->arena, back, before);
    if (drift.changes.len) {
        note_drift(r, node, &drift);
        return start_again(r, place, err);
    }
    GM_TRY(run_step(r, node, GM_UP, &ran, err));
    r->stopped = !ran;
    return GM_OK;
}

static void keep(replayer *r, size_t done)
{
    gm_str state = r->states.items[done - 1];
    gm_scratch_keep(r->scratch, state, r->db);
    gm_replay_notes_keep_failures(r->scratch, state, r->graph, &r->made);
}

/* From where the first `done` steps have run; *schema is what is there at the end. */
static gm_code replay(replayer *r, size_t done, gm_schema **schema, gm_err *err)
{
    enum { KEEP_EVERY = 200 };
    GM_TRY(gm_db_introspect(r->project->arena, r->db, schema, err));
    for (size_t i = done; i < r->plan.steps.len; i++) {
        const gm_node *node = r->plan.steps.items[i].node;
        bool ran;
        GM_TRY(run_step(r, node, GM_UP, &ran, err));
        r->stopped = !ran;
        if (ran && has_down(node, r->made.dialect))
            GM_TRY(prove_down(r, i, *schema, err));
        if (r->stopped)
            return GM_OK;
        GM_TRY(gm_db_introspect(r->project->arena, r->db, schema, err));
        if (r->states.len && (i + 1 == r->plan.steps.len || (i + 1) % KEEP_EVERY == 0))
            keep(r, i + 1);
    }
    return GM_OK;
}

/* How many of the first steps need not run again, since what they show is known. */
static size_t recall_failures(replayer *r)
{
    size_t done = r->states.len;
    while (done > 0 &&
           !gm_replay_notes_failures(r->scratch, r->states.items[done - 1], r->graph, &r->made))
        done--;
    return done;
}

static gm_code recall_state(replayer *r, size_t *done, gm_err *err)
{
    bool found = false;
    if (*done == 0)
        return GM_OK;
    GM_TRY(gm_scratch_recall(r->scratch, r->states.items[*done - 1], r->db, &found, err));
    if (found)
        return GM_OK;
    *done = 0;
    r->made.failures.len = 0;
    return GM_OK;
}

static gm_code read_models(replayer *r, const gm_view *view, gm_models *models, gm_err *err)
{
    gm_model_files files;
    GM_TRY(gm_view_model_files(r->project, view, &files, err));
    return gm_models_read(r->project->arena, &files, r->made.dialect, models, err);
}

static gm_code compare_models(replayer *r, const gm_models *models, const gm_schema *made,
                              gm_check_input *input, gm_err *err)
{
    gm_schema *wanted = NULL;
    gm_err failure = gm_err_new(r->project->arena);
    if (gm_scratch_models(r->project, r->scratch, models, &wanted, &failure) != GM_OK) {
        r->made.compared = false;
        return gm_checking_models_problem(r->project->arena, input, &failure, err);
    }
    gm_diff drift = gm_schema_compare(r->project->arena, made, wanted);
    r->made.drift = lines_of(r->project->arena, &drift);
    if (r->states.len)
        gm_replay_notes_keep_drift(r->scratch, r->states.items[r->states.len - 1], models,
                                   &r->made);
    return GM_OK;
}

/* Everything is as it was the last time. */
static bool recall_all(replayer *r, size_t done, const gm_models *models)
{
    if (done == 0 || done < r->plan.steps.len)
        return false;
    return !models->files || gm_replay_notes_drift(r->project->arena, r->scratch,
                                                   r->states.items[done - 1], models, &r->made);
}

static gm_code replay_and_compare(replayer *r, const gm_view *view, gm_check_input *input,
                                  gm_err *err)
{
    gm_models models = {0};
    gm_schema *made = NULL;
    GM_TRY(gm_scratch_new(r->scratch, &r->db, err));
    r->states = gm_scratch_states(r->scratch, r->db, &r->plan);
    size_t done = recall_failures(r);
    gm_err unread = gm_err_new(r->project->arena);
    /* Why they cannot be read is told by a rule of its own. */
    bool readable = read_models(r, view, &models, &unread) == GM_OK;
    r->made.compared = readable && models.files;
    if (r->made.compared)
        r->made.path =
            gm_path_join(r->project->arena, view->config.folder, view->config.models.items[0]);
    if (readable && recall_all(r, done, &models))
        return GM_OK;
    GM_TRY(recall_state(r, &done, err));
    GM_TRY(replay(r, done, &made, err));
    r->made.compared = r->made.compared && !r->stopped;
    return r->made.compared ? compare_models(r, &models, made, input, err) : GM_OK;
}

static gm_code replay_dialect(gm_project *project, const gm_view *view, gm_dialect dialect,
                              gm_check_input *input, gm_err *err)
{
    gm_scratch *scratch GM_CLEANUP(gm_scratch_drop) = NULL;
    GM_TRY(gm_project_scratch(project, dialect, &scratch, err));
    replayer r = {
        .project = project, .scratch = scratch, .graph = view->graph, .made = {.dialect = dialect}};
    GM_EACH (gm_node *, node, &view->graph->order)
        gm_vec_push(project->arena, &r.plan.steps, (gm_step){.node = *node, .direction = GM_UP});
    GM_TRY(replay_and_compare(&r, view, input, err));
    gm_vec_push(project->arena, &input->replays, r.made);
    return GM_OK;
}

gm_code gm_replaying_models(gm_project *project, const gm_view *view, gm_check_input *input,
                            gm_err *err)
{
    GM_TRY(gm_view_need_sql(view, err));
    if (view->graph->problems.len)
        return GM_OK; /* told by rules of their own; there is nothing to run */
    GM_EACH (const gm_dialect, dialect, &view->config.dialects)
        GM_TRY(replay_dialect(project, view, *dialect, input, err));
    return GM_OK;
}

/* ---- a database ---- */

gm_code gm_replaying_database(gm_project *project, const gm_view *view, gm_str target,
                              gm_check_input *input, gm_err *err)
{
    gm_database database GM_CLEANUP(gm_database_close) = {0};
    gm_state *state = NULL;
    gm_check_replay made = {.compared = true};
    GM_TRY(gm_view_need_sql(view, err));
    GM_TRY(gm_graph_sound(view->graph, err));
    GM_TRY(gm_database_look(project, target, view->graph, &database, &state, err));
    if (state->phantoms.len) {
        gm_fail(err, GM_E_UNKNOWN,
                "%.*s has %zu revision%s that this history lacks, %.*s among them",
                GM_ARG(database.target.name), state->phantoms.len,
                state->phantoms.len == 1 ? "" : "s", GM_ARG(state->phantoms.items[0]->row->id));
        return gm_hint(err, "Check it where the history has them: --at REF.");
    }
    made.dialect = database.target.url.dialect;
    made.target = database.target.name;
    gm_diff drift;
    GM_TRY(gm_scratch_drift(project, view->graph, &state->applied, made.dialect, database.db,
                            &drift, err));
    made.drift = lines_of(project->arena, &drift);
    gm_vec_push(project->arena, &input->replays, made);
    return GM_OK;
}
