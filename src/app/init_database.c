/* SPDX-License-Identifier: Apache-2.0 */
#include "app/init_database.h"

#include <unistd.h>

#include "app/database.h"
#include "app/migrate.h"
#include "app/new_file.h"
#include "app/schema_at.h"
#include "app/view_models.h"
#include "base/file.h"
#include "db/introspect.h"

typedef struct {
    gm_project *project;
    gm_view view;
    gm_target target;
    gm_database database;
    gm_new_file models;
    gm_migrate_result made;
} starter;

/* ---- what stands in the way ---- */

static gm_code refuse_old(const starter *s, gm_err *err)
{
    gm_model_files files;
    if (s->view.graph->order.len) {
        gm_fail_at(err, GM_E_REFUSED, s->view.graph->order.items[0]->revision->path,
                   "there are revisions already");
        return gm_hint(err, "--from-database writes the first one; 'gmig migrate' goes on.");
    }
    GM_TRY(gm_view_model_files(s->project, &s->view, &files, err));
    if (files.len) {
        gm_fail_at(err, GM_E_REFUSED, files.items[0].path, "there are models already");
        return gm_hint(err, "'gmig diff TARGET models' compares them with a database; "
                            "'gmig migrate' writes the first revision for them.");
    }
    return GM_OK;
}

static gm_code refuse_dialect(const starter *s, gm_err *err)
{
    const char *name = gm_dialect_name(s->target.url.dialect);
    GM_EACH (const gm_dialect, dialect, &s->view.config.dialects)
        if (*dialect == s->target.url.dialect)
            return GM_OK;
    gm_fail_at(err, GM_E_CONFIG, s->view.config.path, "`dialects:` has no %s", name);
    return gm_hint(err, "Add it there: dialects: [%s].", name);
}

static gm_code open_database(starter *s, gm_str from, gm_err *err)
{
    GM_TRY(gm_project_target(s->project, from, &s->target, err));
    GM_TRY(refuse_dialect(s, err));
    if (gm_database_is_missing(&s->target)) {
        gm_fail(err, GM_E_CONNECT, "there is no database %.*s", GM_ARG(s->target.url.shown));
        return gm_hint(err, "Look at the path; 'gmig init' alone starts without a database.");
    }
    GM_TRY(gm_database_open(s->project, &s->target, &(gm_database_options){0}, &s->database, err));
    if (!s->database.ledger->rows.len)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "%.*s has revisions of a project with gmig, %.*s among them",
            GM_ARG(s->target.name), GM_ARG(s->database.ledger->rows.items[0].id));
    return gm_hint(err, "Take the files of that project; 'gmig whence ID' looks for them.");
}

/* ---- the models ---- */

/* The first path of `models:` when it is a file of SQL, else a file in that folder. */
static gm_str models_path(const starter *s)
{
    gm_arena *arena = s->project->arena;
    gm_str first = gm_path_join(arena, s->view.config.folder, s->view.config.models.items[0]);
    if (gm_models_file_named(first))
        return first;
    return gm_path_join(
        arena, first,
        gm_str_printf(arena, "schema.%s.sql", gm_dialect_name(s->target.url.dialect)));
}

static gm_code write_models(starter *s, gm_str sql, gm_err *err)
{
    s->models.path = models_path(s);
    s->models.bytes = gm_str_printf(
        s->project->arena,
        "-- The schema, as the project wants it. `gmig migrate` writes the revisions that lead "
        "here.\n\n%.*s",
        GM_ARG(sql));
    if (gm_str_ends(s->models.path, GM_STR(".sql")))
        return gm_new_file_write(s->project, &s->models, false, err);
    gm_fail_at(err, GM_E_REFUSED, s->models.path, "the models of a database are written as SQL");
    return gm_hint(err, "Name a folder or a .sql file in `models:` of gmig.yml.");
}

/* Its folder too, where nothing else is in it. */
static void take_back(starter *s, gm_str path)
{
    gm_arena *arena = s->project->arena;
    gm_str whole = gm_path_join(arena, s->project->top, path);
    if (!path.len)
        return;
    (void)unlink(whole.ptr);
    (void)rmdir(gm_str_z(arena, gm_path_folder(whole)));
}

/* ---- the revision ---- */

/* What was written, replayed, against the database itself. */
static gm_code prove(starter *s, gm_err *err)
{
    gm_view view;
    gm_diff drift;
    GM_TRY(gm_view_open_sound(s->project, GM_STR("worktree"), &view, err));
    gm_node_set all = gm_node_set_new(s->project->arena, view.graph);
    GM_EACH (gm_node *, node, &view.graph->order)
        gm_node_set_add(&all, *node);
    GM_TRY(gm_scratch_drift(s->project, view.graph, &all, s->target.url.dialect, s->database.db,
                            &drift, err));
    if (!drift.changes.len)
        return GM_OK;
    gm_fail(err, GM_E_REFUSED, "the first revision would not make what %.*s has",
            GM_ARG(s->target.name));
    err->detail = gm_diff_lines(s->project->arena, &drift);
    return gm_hint(err, "Write models by hand, with 'gmig diff TARGET models' to compare; this is "
                        "a fault of gmig that is worth a report.");
}

static gm_code write_revision(starter *s, gm_err *err)
{
    gm_migrate_options options = {.message = GM_STR("initial schema")};
    gm_code code = gm_migrate(s->project, &options, &s->made, err);
    if (code == GM_OK)
        code = prove(s, err);
    if (code == GM_OK)
        return GM_OK;
    take_back(s, s->made.path);
    take_back(s, s->models.path);
    return code;
}

static gm_code write_both(starter *s, gm_err *err)
{
    gm_scratch *scratch GM_CLEANUP(gm_scratch_drop) = NULL;
    gm_schema *there = NULL;
    gm_str sql;
    GM_TRY(gm_project_scratch(s->project, s->target.url.dialect, &scratch, err));
    GM_TRY(gm_db_introspect(s->project->arena, s->database.db, &there, err));
    GM_TRY(gm_schema_sql(s->project, scratch, there, &sql, err));
    if (!sql.len) {
        gm_fail(err, GM_E_REFUSED, "%.*s is empty", GM_ARG(s->target.name));
        return gm_hint(err, "'gmig init' alone starts without a database.");
    }
    GM_TRY(write_models(s, sql, err));
    return write_revision(s, err);
}

/* stamp takes what has a name by that name; a URL may hold a secret, and is not said again. */
static gm_str name_of(const starter *s)
{
    GM_EACH (const gm_config_target, named, &s->project->config.targets)
        if (gm_str_eq(named->name, s->target.name))
            return named->name;
    return GM_STR("");
}

gm_code gm_init_database(gm_project *project, gm_str from, gm_init_database_result *result,
                         gm_err *err)
{
    starter s = {.project = project};
    GM_TRY(gm_new_file_allowed(project, false, err));
    GM_TRY(gm_view_open_sound(project, GM_STR("worktree"), &s.view, err));
    GM_TRY(refuse_old(&s, err));
    gm_code code = open_database(&s, from, err);
    if (code == GM_OK)
        code = write_both(&s, err);
    gm_database_close(&s.database);
    if (code != GM_OK)
        return code;
    *result = (gm_init_database_result){
        .models = s.models.path, .path = s.made.path, .revision = s.made.id, .target = name_of(&s)};
    return GM_OK;
}
