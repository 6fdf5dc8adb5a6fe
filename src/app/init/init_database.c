/* SPDX-License-Identifier: Apache-2.0 */
#include "app/init/init_database.h"

#include <unistd.h>

#include "app/diff/schema_at.h"
#include "app/diff/schema_side.h"
#include "app/move/database.h"
#include "app/project/project_scratch.h"
#include "app/project/view_models.h"
#include "app/write/migrate.h"
#include "app/write/new_file.h"
#include "base/file.h"
#include "db/introspect.h"
#include "models/write.h"

typedef struct {
    gm_project *project;
    gm_view view;
    gm_target target;
    gm_database database;
    bool yaml;
    gm_strs models; /* files that were written */
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

static bool is_sql(gm_str path)
{
    return gm_str_ends(path, GM_STR(".sql"));
}

/* The first place of `models:` for a file of one language: such a file, or one in a folder. */
static gm_code models_path(const starter *s, bool sql, gm_str *path, gm_err *err)
{
    gm_arena *arena = s->project->arena;
    const char *name = gm_dialect_name(s->target.url.dialect);
    GM_EACH (const gm_str, each, &s->view.config.models) {
        gm_str place = gm_path_join(arena, s->view.config.folder, *each);
        bool file = gm_models_file_named(place);
        if (file && is_sql(place) != sql)
            continue;
        if (!file)
            place = gm_path_join(arena, place,
                                 sql ? gm_str_printf(arena, "schema.%s.sql", name)
                                     : GM_STR("schema.yml"));
        *path = place;
        return GM_OK;
    }
    gm_fail_at(err, GM_E_REFUSED, s->view.config.path, "`models:` names no place for a file of %s",
               sql ? "SQL" : "YAML");
    return gm_hint(err, "%s",
                   sql && s->yaml ? "YAML cannot say all that the database has: name a "
                                    "folder, or a .sql file as well."
                                  : "Name a folder there, or say --models with the "
                                    "language of the file that it names.");
}

static gm_code choose_language(starter *s, gm_str language, gm_err *err)
{
    gm_str first = s->view.config.models.items[0];
    s->yaml =
        language.len ? gm_str_is(language, "yaml") : gm_models_file_named(first) && !is_sql(first);
    if (!language.len || s->yaml || gm_str_is(language, "sql"))
        return GM_OK;
    gm_fail_at(err, GM_E_USAGE, GM_STR("--models"), "there is no language '%.*s'",
               GM_ARG(language));
    return gm_hint(err, "Models are written in yaml or sql.");
}

static gm_code write_file(starter *s, bool sql, const char *about, gm_str text, gm_err *err)
{
    gm_new_file file = {0};
    GM_TRY(models_path(s, sql, &file.path, err));
    file.bytes =
        gm_str_printf(s->project->arena, "%s %s\n\n%.*s", sql ? "--" : "#", about, GM_ARG(text));
    GM_TRY(gm_new_file_write(s->project, &file, false, err));
    gm_vec_push(s->project->arena, &s->models, file.path);
    return GM_OK;
}

static const char about[] =
    "The schema, as the project wants it. `gmig migrate` writes the revisions that lead here.";

static gm_code write_sql(starter *s, gm_scratch *scratch, const gm_schema *there, gm_err *err)
{
    gm_str sql;
    GM_TRY(gm_schema_sql(s->project, scratch, there, &sql, err));
    return write_file(s, true, about, sql, err);
}

/* An empty database has something already, as YAML says more: SQL leads from there to all. */
static gm_code rest_of(starter *s, gm_schema *said, const gm_schema *nothing,
                       const gm_schema *there, gm_str *sql, gm_err *err)
{
    for (size_t i = 0; i < nothing->objects.len; i++)
        (void)gm_schema_add(said, nothing->objects.items[i]);
    gm_schema_sort(said);
    gm_diff rest = gm_schema_compare(s->project->arena, said, there);
    return gm_diff_sql(s->project->arena, &rest, sql, err);
}

static gm_code write_yaml(starter *s, const gm_schema *nothing, const gm_schema *there, gm_err *err)
{
    gm_schema *said = NULL;
    gm_str yaml;
    gm_str sql;
    gm_models_write_yaml(s->project->arena, there, &yaml, &said);
    GM_TRY(rest_of(s, said, nothing, there, &sql, err));
    if (yaml.len)
        GM_TRY(write_file(s, false, about, yaml, err));
    if (!sql.len)
        return GM_OK;
    return write_file(s, true, yaml.len ? "What the YAML models have no word for." : about, sql,
                      err);
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
    if (code != GM_OK)
        take_back(s, s->made.path);
    return code;
}

static gm_code write_all(starter *s, gm_err *err)
{
    gm_scratch *scratch GM_CLEANUP(gm_scratch_drop) = NULL;
    gm_schema *there = NULL;
    gm_schema *nothing = NULL;
    gm_db *db = NULL;
    GM_TRY(gm_project_scratch(s->project, s->target.url.dialect, &scratch, err));
    GM_TRY(gm_db_introspect(s->project->arena, s->database.db, &there, err));
    there = gm_schema_without_ledger(s->project, there);
    GM_TRY(gm_scratch_new(scratch, &db, err));
    GM_TRY(gm_db_introspect(s->project->arena, db, &nothing, err));
    if (!gm_schema_compare(s->project->arena, nothing, there).changes.len) {
        gm_fail(err, GM_E_REFUSED, "%.*s is empty", GM_ARG(s->target.name));
        return gm_hint(err, "'gmig init' alone starts without a database.");
    }
    gm_code code = s->yaml ? write_yaml(s, nothing, there, err) : write_sql(s, scratch, there, err);
    if (code == GM_OK)
        code = write_revision(s, err);
    for (size_t i = 0; code != GM_OK && i < s->models.len; i++)
        take_back(s, s->models.items[i]);
    return code;
}

/* stamp takes what has a name by that name; a URL may hold a secret, and is not said again. */
static gm_str name_of(const starter *s)
{
    GM_EACH (const gm_config_target, named, &s->project->config.targets)
        if (gm_str_eq(named->name, s->target.name))
            return named->name;
    return GM_STR("");
}

gm_code gm_init_database(gm_project *project, gm_str from, gm_str language,
                         gm_init_database_result *result, gm_err *err)
{
    starter s = {.project = project};
    GM_TRY(gm_new_file_allowed(project, false, err));
    GM_TRY(gm_view_open_sound(project, GM_STR("worktree"), &s.view, err));
    GM_TRY(choose_language(&s, language, err));
    GM_TRY(refuse_old(&s, err));
    gm_code code = open_database(&s, from, err);
    if (code == GM_OK)
        code = write_all(&s, err);
    gm_database_close(&s.database);
    if (code != GM_OK)
        return code;
    *result = (gm_init_database_result){
        .models = s.models, .path = s.made.path, .revision = s.made.id, .target = name_of(&s)};
    return GM_OK;
}
