/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/history_json.h"
#include "cmd/lanes.h"
#include "cmd/revision_text.h"

/* What is to be shown, newest first. */
typedef struct {
    gm_view view;
    gm_range range;
    const gm_node_set *shown;   /* NULL: all */
    const gm_node_set *applied; /* NULL: no database was looked at */
    gm_nodes current;
    gm_nodes nodes;
} selection;

/* A range that counts from `current`, and -i, are the only ways to a database here. */
static bool needs_database(const gm_invocation *invocation, const gm_graph *graph)
{
    return gm_given(invocation, "indicate-current") ||
           gm_spec_needs_applied(graph, gm_value_of(invocation, "rev-range"));
}

static gm_code limit_of(const gm_invocation *invocation, size_t *limit, gm_err *err)
{
    uint64_t number;
    gm_str text = gm_value_of(invocation, "limit");
    *limit = SIZE_MAX;
    if (!gm_given(invocation, "limit"))
        return GM_OK;
    if (!gm_str_u64(text, &number) || number > SIZE_MAX) {
        gm_fail(err, GM_E_USAGE, "--limit takes a number, not '%.*s'",
                GM_ARG(gm_visible(invocation, text)));
        return gm_hint(err, "Write it as in -n 10.");
    }
    *limit = (size_t)number;
    return GM_OK;
}

static gm_code choose(gm_invocation *invocation, gm_project *project, selection *s, gm_err *err)
{
    size_t limit;
    GM_TRY(limit_of(invocation, &limit, err));
    gm_str at = gm_value_of(invocation, "at");
    GM_TRY(gm_view_open_sound_graph(project, at, &s->view, err));
    if (needs_database(invocation, s->view.graph)) {
        /* A database is compared with what the SQL was. */
        GM_TRY(gm_view_open_sound(project, at, &s->view, err));
        GM_TRY(gm_invocation_applied(invocation, project, s->view.graph, &s->applied, err));
        s->current = gm_node_set_heads(invocation->arena, s->applied);
    }
    const gm_graph *graph = s->view.graph;
    if (gm_given(invocation, "rev-range")) {
        gm_spec_context context = {.graph = graph, .applied = s->applied, .allow_several = true};
        GM_TRY(gm_range_resolve(invocation->arena, &context, gm_value_of(invocation, "rev-range"),
                                &s->range, err));
        s->shown = &s->range.nodes;
    }
    for (size_t i = graph->order.len; i-- > 0 && s->nodes.len < limit;)
        if (!s->shown || gm_node_set_has(s->shown, graph->order.items[i]))
            gm_vec_push(invocation->arena, &s->nodes, graph->order.items[i]);
    return GM_OK;
}

/* The texts of one revision live in `arena` only: a long history must not be kept as text. */
static gm_str text_of(const gm_text_style *style, gm_arena *arena, const gm_node *node)
{
    gm_invocation short_lived = *style->invocation;
    gm_text_style own = *style;
    short_lived.arena = arena;
    own.invocation = &short_lived;
    return short_lived.verbose ? gm_revision_block(&own, node) : gm_revision_line(&own, node);
}

static void print_plain(const gm_text_style *style, const selection *s)
{
    bool verbose = style->invocation->verbose;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    GM_EACH (gm_node *, node, &s->nodes) {
        gm_arena_reset(arena);
        gm_str text = text_of(style, arena, *node);
        if (verbose && node > s->nodes.items)
            gm_out("\n");
        gm_out_str(text);
        if (!verbose)
            gm_out_str(GM_STR("\n"));
    }
}

static void print_row(gm_str lanes, gm_str text)
{
    if (!text.len)
        while (lanes.len && lanes.ptr[lanes.len - 1] == ' ')
            lanes.len--;
    gm_out("%.*s%.*s\n", GM_ARG(lanes), GM_ARG(text));
}

static void print_rows(const gm_strs *rows)
{
    GM_EACH (const gm_str, row, rows)
        gm_out("%.*s\n", GM_ARG(*row));
}

static void print_graph(gm_text_style style, const selection *s)
{
    gm_lanes lanes = gm_lanes_new(style.invocation->arena, s->shown);
    bool verbose = style.invocation->verbose;
    style.parents = style.tree = false;
    GM_EACH (gm_node *, node, &s->nodes) {
        gm_strs rows;
        gm_lanes_enter(&lanes, *node, &rows);
        print_rows(&rows);
        gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
        gm_str text = text_of(&style, arena, *node);
        gm_str line = {0};
        gm_str_line(&text, &line);
        print_row(gm_lanes_commit(&lanes), line);
        while (gm_str_line(&text, &line))
            print_row(gm_lanes_beside(&lanes), line);
        if (verbose && node + 1 < s->nodes.items + s->nodes.len)
            print_row(gm_lanes_beside(&lanes), (gm_str){0});
        gm_lanes_leave(&lanes, &rows);
        if (node + 1 < s->nodes.items + s->nodes.len)
            print_rows(&rows);
    }
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    selection s = {0};
    (void)status;
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    GM_TRY(choose(invocation, project, &s, err));
    gm_say_empty(invocation, project, &s.view);
    if (invocation->json) {
        gm_out_json(invocation, gm_history_json(invocation->arena, &s.view, &s.nodes, s.applied));
        return GM_OK;
    }
    gm_text_style style = gm_text_style_new(invocation, project);
    style.current = s.applied ? &s.current : NULL;
    style.parents = style.tree = style.message = true;
    if (gm_given(invocation, "graph"))
        print_graph(style, &s);
    else
        print_plain(&style, &s);
    return GM_OK;
}

static const gm_option options[] = {
    {"graph", 0, GM_OPTION_FLAG, NULL, "draw how revisions branch and merge"},
    {"rev-range", 'r', GM_OPTION_VALUE, "RANGE", "only A:B, both included; `A:` and `:B` too"},
    {"limit", 'n', GM_OPTION_VALUE, "N", "at most N revisions"},
    {"indicate-current", 'i', GM_OPTION_FLAG, NULL, "mark what the database is at"},
    GM_OPTION_TARGET,
    GM_OPTION_AT,
    GM_OPTION_END,
};

const gm_command gm_cmd_history = {
    .name = "history",
    .synopsis = "",
    .summary = "List the revisions, children before parents",
    .details =
        "A database is opened only for --indicate-current, or when the range counts from what it "
        "has: `current`, -N or +N.",
    .options = options,
    .run = run,
};
