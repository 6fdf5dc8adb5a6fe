/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/history_json.h"
#include "cmd/revision_text.h"

static gm_nodes branch_points(gm_arena *arena, const gm_graph *graph)
{
    gm_nodes points = {0};
    for (size_t i = graph->order.len; i-- > 0;)
        if (gm_node_is_branch_point(graph->order.items[i]))
            gm_vec_push(arena, &points, graph->order.items[i]);
    return points;
}

static void print_json(const gm_invocation *invocation, const gm_view *view, const gm_nodes *points)
{
    gm_json *document = gm_json_object();
    gm_json *list = gm_json_array();
    GM_EACH (gm_node *, point, points)
        gm_json_add(list, gm_revision_json(invocation->arena, *point));
    gm_json_set_str(document, "at", gm_snapshot_name(view->snapshot));
    gm_json_set(document, "branches", list);
    gm_out_json(invocation, document);
}

static gm_code run(gm_invocation *invocation, int *status, gm_err *err)
{
    gm_project *project GM_CLEANUP(gm_project_drop) = NULL;
    gm_view view;
    (void)status;
    GM_TRY(gm_invocation_one_project(invocation, &project, err));
    GM_TRY(gm_view_open_sound_graph(project, gm_value_of(invocation, "at"), &view, err));
    gm_nodes points = branch_points(invocation->arena, view.graph);
    gm_say_empty(invocation, project, &view);
    if (invocation->json) {
        print_json(invocation, &view, &points);
        return GM_OK;
    }

    gm_text_style style = gm_text_style_new(invocation, project);
    style.tree = true;
    gm_text_style child_style = style;
    child_style.message = invocation->verbose;
    GM_EACH (gm_node *, point, &points) {
        if (invocation->verbose)
            gm_out_str(gm_revision_block(&style, *point));
        else
            gm_out("%.*s\n", GM_ARG(gm_revision_line(&style, *point)));
        GM_EACH (gm_node *, child, &(*point)->children)
            gm_out("%*s -> %.*s\n", (int)(*point)->revision->id.len, "",
                   GM_ARG(gm_revision_line(&child_style, *child)));
        if (point + 1 < points.items + points.len)
            gm_out("\n");
    }
    return GM_OK;
}

static const gm_option options[] = {GM_OPTION_AT, GM_OPTION_END};

const gm_command gm_cmd_branches = {
    .name = "branches",
    .synopsis = "",
    .summary = "Show the revisions that have several children, and those children",
    .options = options,
    .run = run,
};
