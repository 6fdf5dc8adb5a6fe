/* SPDX-License-Identifier: Apache-2.0 */
#include "app/move/database.h"
#include "cmd/revision_text.h"

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

/* As `heads` and `history` write it; what no file has, by its record. */
static gm_str head_line(const gm_text_style *style, const gm_state *state, const gm_ledger_row *row)
{
    const gm_node *node = gm_graph_find(state->graph, row->id);
    const gm_paint *paint = style->paint;
    if (node)
        return gm_revision_line(style, node);
    return gm_str_printf(style->invocation->arena, "%s%.*s%s %s(phantom)%s%s%.*s", paint->id,
                         GM_ARG(gm_visible(style->invocation, row->id)), paint->reset, paint->bad,
                         paint->reset, row->message.len ? ", " : "",
                         GM_ARG(gm_visible(style->invocation, row->message)));
}

static void print_record(const gm_invocation *invocation, const gm_ledger_row *row)
{
    gm_out("    applied %.*s by %.*s in %lld ms%s%.*s\n", GM_ARG(row->applied_at),
           GM_ARG(gm_visible(invocation, row->applied_by)), (long long)row->duration_ms,
           row->commit.len ? ", commit " : "", GM_ARG(gm_visible(invocation, row->commit)));
}

static gm_str counts(gm_arena *arena, const gm_database *database, const gm_state *state)
{
    return gm_str_printf(arena, "%zu applied, %zu pending, %zu phantom%s",
                         database->ledger->rows.len, state->pending.len, state->phantoms.len,
                         state->phantoms.len == 1 ? "" : "s");
}

static void say_nothing_applied(const gm_invocation *invocation, const gm_database *database)
{
    gm_str shown = gm_visible(invocation, database->target.url.shown);
    if (!database->db)
        gm_say(invocation, "no revision is applied: %.*s does not exist yet", GM_ARG(shown));
    else
        gm_say(invocation, "no revision is applied in %.*s", GM_ARG(shown));
}

static void print_text(gm_invocation *invocation, const gm_project *project,
                       const gm_database *database, const gm_state *state, const gm_strs *heads)
{
    gm_text_style style = gm_text_style_new(invocation, project);
    style.message = style.lineage = true;
    if (invocation->verbose) {
        const gm_target *target = &database->target;
        bool named = !gm_str_eq(target->name, target->url.shown);
        gm_out("Database: %.*s%s%.*s%s\n", GM_ARG(gm_visible(invocation, target->name)),
               named ? " (" : "",
               GM_ARG(named ? gm_visible(invocation, target->url.shown) : GM_STR("")),
               named ? ")" : "");
    }
    GM_EACH (gm_str, id, heads) {
        const gm_ledger_row *row = gm_ledger_find(database->ledger, *id);
        gm_out("%.*s\n", GM_ARG(head_line(&style, state, row)));
        if (invocation->verbose)
            print_record(invocation, row);
    }
    if (heads->len == 0)
        say_nothing_applied(invocation, database);
    if (invocation->verbose)
        gm_out("%.*s\n", GM_ARG(counts(invocation->arena, database, state)));
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_view view = {0};
    gm_database database = {0};
    gm_state *state = NULL;
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    GM_TRY(gm_view_open_sound(project, gm_value_of(invocation, "at"), &view, err));
    GM_TRY(gm_database_look(project, gm_invocation_target(invocation, project), view.graph,
                            &database, &state, err));
    gm_strs heads = gm_state_heads(invocation->arena, state);
    if (invocation->json)
        print_json(invocation, &database, state, &heads);
    else
        print_text(invocation, project, &database, state, &heads);
    if (gm_given(invocation, "check-heads") && state->pending.len + state->phantoms.len > 0) {
        gm_say(invocation,
               "the database is not at the heads of the history: %.*s; `gmig status` "
               "says what to do",
               GM_ARG(counts(invocation->arena, &database, state)));
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
