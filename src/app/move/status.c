/* SPDX-License-Identifier: Apache-2.0 */
#include "app/move/status.h"

#include "app/project/base_ref.h"
#include "app/hook/driver_setup.h"
#include "app/project/uncommitted.h"
#include "runner/version_table.h"

static gm_code read_repo(gm_project *project, gm_status *status, gm_err *err)
{
    if (!project->repo)
        return GM_OK;
    status->has_repo = true;
    status->bare = gm_repo_top(project->repo).len == 0;
    status->repo_state = gm_repo_get_state(project->repo);
    return gm_repo_head(project->repo, &status->head, &status->unborn, err);
}

/* ---- the database ---- */

static void keep_state(gm_arena *arena, const gm_database *database, const gm_state *state,
                       gm_status *status)
{
    status->database = !database->db               ? GM_STATUS_NO_FILE
                       : !database->ledger->exists ? GM_STATUS_NO_LEDGER
                                                   : GM_STATUS_READ;
    status->state = state;
    status->applied_heads = gm_state_heads(arena, state);
    status->applied = database->ledger->rows.len;
    GM_EACH (const gm_intent, intent, &database->ledger->unfinished) {
        if (!intent->done && !intent->failed && !intent->redo)
            gm_vec_push(arena, &status->unknown, *intent);
    }
}

/* Where the first phantoms are; one screen shows no more of them. */
static void find_phantoms(gm_project *project, gm_status *status)
{
    enum { LOOKED_FOR = 5 };
    gm_strs ids = {0};
    GM_EACH (const gm_revision_state *, phantom, &status->state->phantoms)
        if (ids.len < LOOKED_FOR)
            gm_vec_push(project->arena, &ids, (*phantom)->row->id);
    if (ids.len)
        gm_whence_glance(project, &ids, &status->elsewhere);
}

/* What would keep `gmig upgrade` from running. */
static gm_code read_obstacles(gm_project *project, const gm_database *database, gm_status *status,
                              gm_err *err)
{
    gm_revisions pending = {0};
    const gm_revision *dirty = NULL;
    GM_EACH (const gm_revision_state *, one, &status->state->pending)
        gm_vec_push(project->arena, &pending, (*one)->node->revision);
    if (status->target.guarded)
        GM_TRY(gm_uncommitted_find(project, &status->view, &pending, &dirty, err));
    if (dirty)
        status->uncommitted = dirty->id;
    return gm_strange_find(project, database, status->view.graph, &status->strange, err);
}

static gm_code read_database(gm_project *project, gm_str wanted, gm_status *status, gm_err *err)
{
    status->wanted = wanted.len > 0;
    gm_database database GM_CLEANUP(gm_database_close) = {0};
    gm_state *state = NULL;
    gm_err failure = gm_err_new(project->arena);
    gm_code code = gm_project_target(project, wanted, &status->target, &failure);
    if (code != GM_OK) {
        if (wanted.len) {
            *err = failure;
            return code;
        }
        status->database = GM_STATUS_NO_TARGET;
        status->database_error = failure;
        return GM_OK;
    }
    code = gm_database_look(project, wanted, status->view.graph, &database, &state, &failure);
    if (code == GM_OK) {
        keep_state(project->arena, &database, state, status);
        find_phantoms(project, status);
        return read_obstacles(project, &database, status, err);
    }
    status->database = GM_STATUS_UNREACHABLE;
    status->database_error = failure;
    return GM_OK;
}

/* ---- what to do next ---- */

static void add(gm_arena *arena, gm_status *status, gm_str command, gm_str why)
{
    gm_vec_push(arena, &status->next, (gm_next_step){command, why});
}

/* The same for a command that opens the database. */
static void add_there(gm_arena *arena, gm_status *status, gm_str command, gm_str why)
{
    if (status->wanted)
        command = gm_str_printf(arena, "%.*s -t %.*s", GM_ARG(command),
                                GM_ARG(gm_str_shell(arena, status->target.name)));
    add(arena, status, command, why);
}

static gm_str count(gm_arena *arena, size_t count, const char *noun, const char *what)
{
    return gm_str_printf(arena, "%zu %s%s %s", count, noun, count == 1 ? "" : "s", what);
}

/* Some heads of a lineage are of the branch that work lands on, others of this one alone: these can
 * still be moved. */
static bool rebase_mends(gm_project *project, const gm_status *status, gm_base *base)
{
    gm_err ignored = gm_err_new(project->arena);
    gm_view onto;
    if (project->config.merges_first || !project->repo ||
        gm_base_find(project, (gm_str){0}, base, &ignored) != GM_OK || gm_oid_none(&base->commit) ||
        gm_oid_eq(&base->commit, &status->head.commit) ||
        gm_view_open_graph(project, gm_oid_hex(project->arena, &base->commit), &onto, &ignored) !=
            GM_OK)
        return false;
    GM_EACH (const gm_nodes, heads, &status->divergent) {
        size_t theirs = 0;
        GM_EACH (gm_node *, head, heads)
            theirs += gm_graph_find(onto.graph, (*head)->revision->id) != NULL;
        if (theirs == 1)
            return true;
    }
    return false;
}

static void next_of_divergent(gm_project *project, gm_status *status)
{
    gm_base base;
    if (rebase_mends(project, status, &base))
        add(project->arena, status, GM_STR("gmig rebase"),
            gm_str_printf(project->arena, "this branch's revisions came beside those of %.*s",
                          GM_ARG(base.name)));
    else
        add(project->arena, status, GM_STR("gmig merge"), GM_STR("a lineage has several heads"));
}

static void next_of_history(gm_project *project, gm_status *status)
{
    gm_arena *arena = project->arena;
    const gm_graph *graph = status->view.graph;
    if (graph->problems.len)
        add(arena, status, GM_STR("gmig check"),
            count(arena, graph->problems.len, "problem", "in the history"));
    else if (status->divergent.len)
        next_of_divergent(project, status);
    else if (!graph->order.len && !project->config.path.len)
        add(arena, status, GM_STR("gmig init"), GM_STR("there is no gmig.yml here"));
    else if (!graph->order.len)
        add(arena, status, GM_STR("gmig revision -m MESSAGE"), GM_STR("there is no revision yet"));
}

static void next_of_unknown(gm_arena *arena, gm_status *status)
{
    if (!status->unknown.len)
        return;
    const gm_intent *intent = &status->unknown.items[0];
    add_there(arena, status,
              gm_str_printf(arena, "gmig resolve %.*s:%zu --done", GM_ARG(intent->revision),
                            intent->statement),
              GM_STR("nobody knows how this statement ended; --redo when it had no effect"));
}

/* The revision of this history that the phantoms stand on; NULL when the ledger does not lead
 * there. */
static const gm_node *below_phantoms(const gm_state *state)
{
    GM_EACH (const gm_revision_state *, phantom, &state->phantoms) {
        GM_EACH (const gm_str, parent, &(*phantom)->row->parents) {
            const gm_node *node = gm_graph_find(state->graph, *parent);
            if (node)
                return node;
        }
    }
    return NULL;
}

/* Applied revisions of this history that going down to `node` takes back too. */
static size_t applied_above(gm_arena *arena, const gm_state *state, const gm_node *node)
{
    size_t above = 0;
    gm_node_set descendants = gm_node_set_new(arena, state->graph);
    gm_node_set_add_descendants(&descendants, node);
    GM_EACH (const gm_revision_state, one, &state->all)
        above +=
            one->node && one->row && one->node != node && gm_node_set_has(&descendants, one->node);
    return above;
}

static void next_of_phantoms(gm_arena *arena, gm_status *status)
{
    const gm_state *state = status->state;
    if (!state->phantoms.len)
        return;
    if (!status->target.guarded) {
        bool own = status->view.format->sql;
        add_there(arena, status, own ? GM_STR("gmig switch") : GM_STR("gmig switch --plan"),
                  count(arena, state->phantoms.len, "revision", "of another branch to take back"));
        return;
    }
    const gm_node *below = below_phantoms(state);
    gm_str goal = below ? below->revision->id : GM_STR("base");
    gm_str why = count(arena, state->phantoms.len, "revision", "of another branch to take back");
    size_t others = below ? applied_above(arena, state, below) : 0;
    if (others)
        why = gm_str_printf(arena, "%.*s, and %zu of this one above %.*s", GM_ARG(why), others,
                            GM_ARG(goal));
    add_there(arena, status,
              gm_str_printf(arena, "gmig downgrade --from-ledger %.*s", GM_ARG(goal)), why);
}

/* Whose table gmig only reads, and whose command it does not run either. */
static const char *tool_alone(const gm_status *status)
{
    const gm_version_table *table = gm_version_table_of(status->view.format->name);
    bool runs = status->view.config.format == GM_FORMAT_ALEMBIC ||
                status->view.config.format == GM_FORMAT_DJANGO;
    return table && !table->insert && !table->ops && !runs ? table->tool : NULL;
}

static void next_of_pending(gm_arena *arena, gm_status *status)
{
    const gm_state *state = status->state;
    bool planned = !status->divergent.len && !status->view.graph->problems.len;
    if (!state->pending.len || !planned || (state->phantoms.len && !status->target.guarded))
        return;
    if (status->strange.tables.len) {
        const gm_other_tool *tool = &status->strange.tool;
        add_there(
            arena, status,
            status->strange.adoptable ? GM_STR("gmig stamp --from-tool")
                                      : GM_STR("gmig stamp REVISION"),
            tool->name.len
                ? gm_str_printf(arena, "its tables are not gmig's: %.*s was at %.*s",
                                GM_ARG(tool->name),
                                GM_ARG(tool->revision.len ? tool->revision : GM_STR("its base")))
                : GM_STR("it has tables, and no record of what made them"));
        return;
    }
    if (status->uncommitted.len)
        add(arena, status, GM_STR("git commit"),
            gm_str_printf(arena, "%.*s is guarded, and %.*s is not committed as it is",
                          GM_ARG(status->target.name), GM_ARG(status->uncommitted)));
    if (tool_alone(status))
        add(arena, status, gm_str_from(tool_alone(status)),
            count(arena, state->pending.len, "revision", "to apply, which it does itself"));
    else if (state->late.len)
        add_there(arena, status,
                  status->target.guarded ? GM_STR("gmig upgrade --allow-late")
                                         : GM_STR("gmig upgrade"),
                  count(arena, state->late.len, "pending revision", "below one that is applied"));
    else
        add_there(arena, status, GM_STR("gmig upgrade"),
                  count(arena, state->pending.len, "revision", "to apply"));
}

static void next_of_database(gm_project *project, gm_status *status)
{
    gm_arena *arena = project->arena;
    const gm_state *state = status->state;
    if (status->database == GM_STATUS_NO_TARGET && project->config.targets.len > 1)
        add(arena, status,
            gm_str_printf(arena, "gmig status -t %.*s",
                          GM_ARG(gm_str_shell(arena, project->config.targets.items[0].name))),
            GM_STR("or another of the targets"));
    if (!state)
        return;
    next_of_unknown(arena, status);
    if (state->changed.len)
        add_there(arena, status,
                  gm_str_printf(arena, "gmig repair %.*s",
                                GM_ARG(state->changed.items[0]->node->revision->id)),
                  GM_STR("its statements are not those that were applied: accept them, or restore "
                         "the file"));
    next_of_phantoms(arena, status);
    next_of_pending(arena, status);
}

static void next_of_driver(gm_project *project, gm_status *status)
{
    if (gm_driver_is_wanting(project, &status->view))
        add(project->arena, status, GM_STR("gmig hook install merge-driver"),
            gm_str_printf(project->arena,
                          ".gitattributes has gmig merge the file of the heads, and git has not "
                          "been told how: the driver is %s",
                          gm_driver_state_name(gm_driver_state_of(project->repo))));
}

gm_code gm_status_read(gm_project *project, gm_str target, gm_status *status, gm_err *err)
{
    gm_status read = {.database_error = gm_err_new(project->arena)};
    GM_TRY(read_repo(project, &read, err));
    GM_TRY(gm_view_open(project, (gm_str){0}, &read.view, err));
    read.divergent = gm_graph_divergent(project->arena, read.view.graph);
    GM_TRY(read_database(project, target, &read, err));
    next_of_history(project, &read);
    next_of_database(project, &read);
    next_of_driver(project, &read);
    *status = read;
    return GM_OK;
}
