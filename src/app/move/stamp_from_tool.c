/* SPDX-License-Identifier: Apache-2.0 */
#include "app/move/stamp_from_tool.h"

#include "app/import/import.h"
#include "runner/version_table.h"

/* What one table's ids are here. */
typedef struct {
    const gm_version_table *table; /* NULL: none was found */
    gm_nodes nodes;
    gm_strs unknown;
} adopted;

static gm_node *node_of(gm_arena *arena, const gm_graph *graph, const gm_version_table *table,
                        gm_str id)
{
    gm_node *node = gm_graph_find(graph, id);
    return node ? node : gm_graph_find(graph, gm_import_id(arena, table->format, id));
}

/* Tables of several tools have one name: the one whose ids are known is meant. */
static gm_code look_at(gm_arena *arena, gm_db *db, gm_str schema, const gm_version_table *table,
                       const gm_graph *graph, adopted *best, gm_err *err)
{
    gm_ledger *ledger;
    gm_err unread = gm_err_new(arena);
    adopted found = {.table = table};
    bool exists = false;
    gm_str where;
    GM_TRY(gm_version_table_is_there(db, schema, table, &where, &exists, err));
    if (!exists || gm_version_table_open(arena, db, where, table, &(gm_version_table_source){0},
                                         &ledger, &unread) != GM_OK)
        return GM_OK;
    GM_EACH (const gm_ledger_row, row, &ledger->rows) {
        gm_node *node = node_of(arena, graph, table, row->id);
        if (node)
            gm_vec_push(arena, &found.nodes, node);
        else
            gm_vec_push(arena, &found.unknown, row->id);
    }
    if (!best->table || found.nodes.len > best->nodes.len)
        *best = found;
    return GM_OK;
}

static gm_code find(gm_project *project, gm_db *db, const gm_graph *graph, adopted *best,
                    gm_err *err)
{
    gm_str schema;
    *best = (adopted){0};
    GM_TRY(gm_db_current_schema(project->arena, db, &schema, err));
    for (size_t i = 0; i < gm_version_table_count(); i++)
        GM_TRY(look_at(project->arena, db, schema, gm_version_table_at(i), graph, best, err));
    if (best->table)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "no other tool's version table is in %.*s", GM_ARG(gm_db_shown(db)));
    return gm_hint(err, "Say what it has with `gmig stamp --verify REVISION`.");
}

/* A table of tips stands for all that they need; any other must name each of it. */
static gm_code check(gm_arena *arena, const gm_graph *graph, const adopted *found, gm_err *err)
{
    gm_strs missing = {0};
    gm_node_set named = gm_node_set_new(arena, graph);
    gm_node_set needed = gm_node_set_new(arena, graph);
    if (found->unknown.len) {
        gm_fail(err, GM_E_REFUSED, "%s has what no revision here stands for: %.*s",
                found->table->name, GM_ARG(gm_strs_some(arena, &found->unknown, 5)));
        return gm_hint(err,
                       "`gmig import` makes revisions of %s's files, with ids that this "
                       "command knows again.",
                       found->table->tool);
    }
    GM_EACH (gm_node *, node, &found->nodes)
        gm_node_set_add(&named, *node);
    gm_node_set_add_ancestors_of(&needed, &found->nodes);
    gm_node_set_remove_all(&needed, &named);
    gm_nodes left = gm_node_set_members(arena, &needed);
    GM_EACH (gm_node *, node, &left)
        gm_vec_push(arena, &missing, (*node)->revision->id);
    if (found->table->tips || !missing.len)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "%s lacks what stands below its newest: %.*s", found->table->name,
            GM_ARG(gm_strs_some(arena, &missing, 5)));
    return gm_hint(err,
                   "Let %s apply it first; or look whether the database has it, and say so "
                   "with `gmig stamp --verify REVISION`.",
                   found->table->tool);
}

bool gm_stamp_from_tool_helps(gm_project *project, gm_db *db, const gm_graph *graph)
{
    adopted found;
    gm_err ignored = gm_err_new(project->arena);
    return find(project, db, graph, &found, &ignored) == GM_OK && found.nodes.len &&
           check(project->arena, graph, &found, &ignored) == GM_OK;
}

static gm_code find_goals(gm_project *project, const gm_annotate_options *options, gm_strs *goals,
                          gm_err *err)
{
    gm_view view;
    gm_target target;
    adopted found;
    gm_database database GM_CLEANUP(gm_database_close) = {0};
    gm_arena *arena = project->arena;
    GM_TRY(gm_view_open_sound(project, options->at, &view, err));
    if (gm_version_table_of(view.format->name)) {
        gm_fail(err, GM_E_USAGE, "this history is %s's own, and so is its version table",
                gm_version_table_of(view.format->name)->tool);
        return gm_hint(err, "There is nothing to adopt: `gmig current` reads that table.");
    }
    GM_TRY(gm_project_target(project, options->target, &target, err));
    GM_TRY(gm_database_open(project, &target, &(gm_database_options){0}, &database, err));
    if (!database.db) {
        gm_fail(err, GM_E_REFUSED, "there is no database yet: %.*s", GM_ARG(target.url.shown));
        return gm_hint(err, "'gmig upgrade' makes it.");
    }
    GM_TRY(find(project, database.db, view.graph, &found, err));
    GM_TRY(check(arena, view.graph, &found, err));
    /* The newest alone: a stamp of one below them would forget them. */
    gm_node_set named = gm_node_set_new(arena, view.graph);
    GM_EACH (gm_node *, node, &found.nodes)
        gm_node_set_add(&named, *node);
    gm_nodes newest = gm_node_set_heads(arena, &named);
    GM_EACH (gm_node *, node, &newest)
        gm_vec_push(arena, goals, (*node)->revision->id);
    if (!goals->len)
        gm_vec_push(arena, goals, GM_STR("base"));
    return GM_OK;
}

gm_code gm_stamp_from_tool(gm_project *project, const gm_annotate_options *options,
                           gm_annotate_result *result, gm_err *err)
{
    gm_strs goals = {0};
    GM_TRY(find_goals(project, options, &goals, err));
    return gm_stamp(project, &goals, options, result, err);
}
