/* SPDX-License-Identifier: Apache-2.0 */
#include "app/move/database.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/whence/whence.h"
#include "base/file.h"
#include "runner/interrupt.h"
#include "runner/version_table.h"

bool gm_database_is_missing(const gm_target *target)
{
    return target->url.dialect == GM_SQLITE && !gm_str_is(target->url.path, ":memory:") &&
           !gm_file_exists(target->url.path);
}

static gm_code connect(gm_arena *arena, const gm_target *target, const gm_database_options *options,
                       gm_db **db, gm_err *err)
{
    const gm_url *url = &target->url;
    gm_db_options open = {.dialect = url->dialect,
                          .location = url->dialect == GM_SQLITE ? url->path : url->conninfo,
                          .shown = url->shown,
                          .read_only = !options->write,
                          .create = options->write,
                          .lock_timeout_ms = options->lock_timeout_ms,
                          .statement_timeout_ms = options->statement_timeout_ms};
    gm_code code = gm_db_open(arena, &open, db, err);
    if (code == GM_E_CONNECT && target->pattern.len > 0)
        gm_hint(err, "It is the database of what is checked out: `gmig target create` makes it, if "
                     "that is what lacks.");
    return code;
}

static gm_code take_lock(gm_database *database, const gm_database_options *options, gm_err *err)
{
    gm_err pooler = gm_err_new(err->arena);
    gm_code code = gm_db_refuse_pooler(database->db, &pooler);
    if (code == GM_E_REFUSED && options->allow_pooler) {
        database->pooled = true;
        return GM_OK;
    }
    if (code != GM_OK) {
        *err = pooler;
        if (code == GM_E_REFUSED)
            gm_hint(err, "A pooler may give each transaction another session, and gmig's lock "
                         "would stay behind in one of them. Connect to the server itself; or say "
                         "--allow-pooler, for revisions that run in a transaction.");
        return code;
    }
    GM_TRY(gm_db_lock(database->db, database->ledger->name, options->wait_ms, options->waiting,
                      options->data, err));
    database->locked = true;
    return gm_ledger_read(database->db, database->ledger, err);
}

/* As another branch has it, where all that have it agree on what is below it. */
static const gm_revision *find_elsewhere(void *data, gm_str id)
{
    gm_project *project = data;
    gm_strs ids = {0};
    gm_whences found = {0};
    const gm_revision *first = NULL;
    if (!project->repo)
        return NULL;
    gm_vec_push(project->arena, &ids, id);
    gm_whence_glance(project, &ids, &found);
    GM_EACH (const gm_version, version, &found.items[0].versions) {
        if (first && !gm_str_eq(gm_strs_list(project->arena, &first->parents),
                                gm_strs_list(project->arena, &version->revision->parents)))
            return NULL;
        first = first ? first : version->revision;
    }
    return first;
}

/* What says which revisions the target has: gmig's own tables, or those of the format's tool. */
static gm_code open_ledger(gm_project *project, const gm_database_options *options,
                           gm_database *database, gm_err *err)
{
    gm_arena *arena = project->arena;
    const gm_format_ops *format;
    gm_str schema = project->config.ledger_schema;
    GM_TRY(gm_project_format(&project->config, &format, err));
    const gm_version_table *table = gm_version_table_of(format->name);
    if (!table)
        return gm_ledger_open(arena, database->db, schema, &database->ledger, err);
    gm_version_table_source source = {
        .graph = options->graph, .actor = gm_actor(arena), .data = project};
    /* Whoever asks without a history (whence) looks for the revision himself. */
    if (options->graph && options->graph->order.len)
        source.find_elsewhere = find_elsewhere;
    return gm_version_table_open(arena, database->db, schema, table, &source, &database->ledger,
                                 err);
}

gm_code gm_database_open(gm_project *project, const gm_target *target,
                         const gm_database_options *options, gm_database *database, gm_err *err)
{
    gm_arena *arena = project->arena;
    gm_database made = {.target = *target};
    if (!options->write && gm_database_is_missing(target)) {
        made.ledger = gm_ledger_offline(arena, GM_SQLITE, GM_STR("main"));
        *database = made;
        return GM_OK;
    }
    GM_TRY(connect(arena, target, options, &made.db, err));
    made.watched = options->write;
    if (made.watched)
        gm_interrupt_watch(made.db);
    gm_code code = open_ledger(project, options, &made, err);
    if (code == GM_OK && options->write)
        code = take_lock(&made, options, err);
    if (code != GM_OK) {
        gm_database_close(&made);
        return code;
    }
    *database = made;
    return GM_OK;
}

void gm_database_close(gm_database *database)
{
    if (database->db == NULL)
        return;
    if (database->locked)
        gm_db_unlock(database->db);
    if (database->watched)
        gm_interrupt_release();
    gm_db_close(database->db);
    *database = (gm_database){0};
}

gm_code gm_database_look(gm_project *project, gm_str target, const gm_graph *graph,
                         gm_database *database, gm_state **state, gm_err *err)
{
    gm_target found = {0};
    gm_database made = {0};
    GM_TRY(gm_project_target(project, target, &found, err));
    GM_TRY(gm_database_open(project, &found, &(gm_database_options){.graph = graph}, &made, err));
    gm_code code = gm_state_build(project->arena, graph, made.ledger, state, err);
    if (code != GM_OK) {
        gm_database_close(&made);
        return code;
    }
    *database = made;
    return GM_OK;
}

gm_str gm_actor(gm_arena *arena)
{
    char host[256] = "";
    const struct passwd *user = getpwuid(geteuid());
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    if (user == NULL)
        return gm_str_printf(arena, "%lu@%s", (unsigned long)geteuid(), host);
    return gm_str_printf(arena, "%s@%s", user->pw_name, host);
}

gm_str gm_view_commit(gm_arena *arena, const gm_view *view)
{
    gm_oid commit = view->snapshot ? gm_snapshot_commit(view->snapshot) : (gm_oid){0};
    if (!gm_oid_none(&commit))
        return gm_oid_hex(arena, &commit);
    return gm_str_from(getenv("GMIG_COMMIT"));
}
