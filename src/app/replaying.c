/* SPDX-License-Identifier: Apache-2.0 */
#include "app/replaying.h"

#include "app/database.h"
#include "app/view_models.h"
#include "base/file.h"
#include "db/introspect.h"

typedef struct {
    gm_project *project;
    gm_scratch *scratch;
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

/* Down and up again; the database is as it was when the way back is good. */
static gm_code prove_down(replayer *r, const gm_node *node, const gm_schema *before, gm_err *err)
{
    gm_schema *back = NULL;
    bool ran;
    GM_TRY(run_step(r, node, GM_DOWN, &ran, err));
    if (!ran)
        return GM_OK;
    GM_TRY(gm_db_introspect(r->project->arena, r->db, &back, err));
    gm_diff drift = gm_schema_compare(r->project->arena, back, before);
    if (drift.changes.len)
        gm_vec_push(r->project->arena, &r->made.failures,
                    (gm_replay_failure){.revision = node->revision,
                                        .direction = GM_DOWN,
                                        .path = node->revision->path,
                                        .line = node->revision->down[r->made.dialect]->marker_line,
                                        .drift = drift});
    GM_TRY(run_step(r, node, GM_UP, &ran, err));
    r->stopped = !ran;
    return GM_OK;
}

static gm_code replay(replayer *r, const gm_graph *graph, gm_schema **schema, gm_err *err)
{
    GM_TRY(gm_scratch_new(r->scratch, &r->db, err));
    GM_TRY(gm_db_introspect(r->project->arena, r->db, schema, err));
    GM_EACH (gm_node *, node, &graph->order) {
        bool ran;
        if (r->stopped)
            return GM_OK;
        GM_TRY(run_step(r, *node, GM_UP, &ran, err));
        r->stopped = !ran;
        if (ran && has_down(*node, r->made.dialect))
            GM_TRY(prove_down(r, *node, *schema, err));
        GM_TRY(gm_db_introspect(r->project->arena, r->db, schema, err));
    }
    return GM_OK;
}

static gm_code compare_models(replayer *r, const gm_view *view, const gm_schema *made, gm_err *err)
{
    gm_model_files files;
    gm_models models;
    gm_schema *wanted = NULL;
    GM_TRY(gm_view_model_files(r->project, view, &files, err));
    GM_TRY(gm_models_read(r->project->arena, &files, r->made.dialect, &models, err));
    if (!models.files)
        return GM_OK;
    GM_TRY(gm_scratch_models(r->project, r->scratch, &models, &wanted, err));
    r->made.compared = true;
    r->made.drift = gm_schema_compare(r->project->arena, made, wanted);
    r->made.path =
        gm_path_join(r->project->arena, view->config.folder, view->config.models.items[0]);
    return GM_OK;
}

static gm_code replay_dialect(gm_project *project, const gm_view *view, gm_dialect dialect,
                              gm_check_input *input, gm_err *err)
{
    gm_scratch *scratch GM_CLEANUP(gm_scratch_drop) = NULL;
    gm_schema *made = NULL;
    GM_TRY(gm_project_scratch(project, dialect, &scratch, err));
    replayer r = {.project = project, .scratch = scratch, .made = {.dialect = dialect}};
    GM_TRY(replay(&r, view->graph, &made, err));
    if (!r.stopped)
        GM_TRY(compare_models(&r, view, made, err));
    gm_vec_push(project->arena, &input->replays, r.made);
    return GM_OK;
}

gm_code gm_replaying_models(gm_project *project, const gm_view *view, gm_check_input *input,
                            gm_err *err)
{
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
    GM_TRY(gm_scratch_drift(project, view->graph, &state->applied, made.dialect, database.db,
                            &made.drift, err));
    gm_vec_push(project->arena, &input->replays, made);
    return GM_OK;
}
