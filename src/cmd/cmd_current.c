/* SPDX-License-Identifier: Apache-2.0 */
#include "app/database.h"
#include "cmd/output.h"

static const gm_option options[] = {
    GM_OPTION_TARGET,
    {"at", 0, GM_OPTION_VALUE, "WHERE", "compare with the history at worktree, index or a commit"},
    {"check-heads", 'c', GM_OPTION_FLAG, NULL, "exit 1 unless the database has all of the history"},
    {0},
};

static gm_strs ids(gm_arena *arena, const gm_revision_states *states)
{
    gm_strs list = {0};
    GM_EACH (const gm_revision_state *, item, states)
        gm_vec_push(arena, &list, (*item)->node ? (*item)->node->revision->id : (*item)->row->id);
    return list;
}

static void print_json(gm_invocation *invocation, const gm_database *database,
                       const gm_state *state, const gm_strs *heads)
{
    gm_arena *arena = invocation->arena;
    gm_strs applied = {0};
    gm_strs phantoms = ids(arena, &state->phantoms);
    gm_strs pending = ids(arena, &state->pending);
    gm_strs changed = ids(arena, &state->changed);
    GM_EACH (gm_ledger_row, row, &database->ledger->rows)
        gm_vec_push(arena, &applied, row->id);
    gm_json *document = gm_json_object();
    gm_json_set_str(document, "target", database->target.url.shown);
    gm_json_set_strs(document, "heads", heads);
    gm_json_set_strs(document, "applied", &applied);
    gm_json_set_strs(document, "phantoms", &phantoms);
    gm_json_set_strs(document, "pending", &pending);
    gm_json_set_strs(document, "changed", &changed);
    gm_out_json(invocation, document);
}

static void print_text(gm_invocation *invocation, const gm_database *database,
                       const gm_state *state, const gm_strs *heads)
{
    const gm_paint *paint = gm_paint_out(invocation);
    GM_EACH (gm_str, id, heads) {
        const gm_ledger_row *row = gm_ledger_find(database->ledger, *id);
        const gm_node *node = gm_graph_find(state->graph, *id);
        const char *mark = node == NULL            ? " (phantom: not in the history)"
                           : gm_node_is_head(node) ? " (head)"
                                                   : "";
        gm_out("%s%.*s%s %.*s%s\n", paint->id, GM_ARG(gm_visible(invocation, *id)), paint->reset,
               GM_ARG(gm_visible(invocation, row->message)), mark);
        if (invocation->verbose)
            gm_out("    applied %.*s by %.*s in %lld ms%s%.*s\n", GM_ARG(row->applied_at),
                   GM_ARG(gm_visible(invocation, row->applied_by)), (long long)row->duration_ms,
                   row->commit.len ? ", commit " : "", GM_ARG(gm_visible(invocation, row->commit)));
    }
    if (heads->len == 0)
        gm_say(invocation, "no revision is applied");
    if (invocation->verbose)
        gm_out("%zu applied, %zu pending, %zu phantoms\n", database->ledger->rows.len,
               state->pending.len, state->phantoms.len);
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_view view = {0};
    gm_database database = {0};
    gm_state *state = NULL;
    GM_TRY(gm_invocation_project(invocation, &project, err));
    GM_TRY(gm_view_open_sound(project, gm_value_of(invocation, "at"), &view, err));
    GM_TRY(gm_database_look(project, gm_invocation_target(invocation, project), view.graph,
                            &database, &state, err));
    gm_strs heads = gm_state_heads(invocation->arena, state);
    if (invocation->json)
        print_json(invocation, &database, state, &heads);
    else
        print_text(invocation, &database, state, &heads);
    if (gm_given(invocation, "check-heads") && state->pending.len + state->phantoms.len > 0) {
        gm_say(invocation, "the database is not at the heads of the history");
        *status = 1;
    }
    gm_database_close(&database);
    return GM_OK;
}

const gm_command gm_cmd_current = {
    .name = "current",
    .synopsis = "",
    .summary = "Show which revisions a database is at",
    .options = options,
    .run = run,
};
