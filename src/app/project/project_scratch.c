/* SPDX-License-Identifier: Apache-2.0 */
#include "app/project/project_scratch.h"

#include "base/file.h"
#include "db/introspect.h"
#include "runner/version_table.h"

enum { SETUP_MAX = 1024 * 1024 };

static gm_code postgres_options(gm_project *project, gm_scratch_options *options, gm_err *err)
{
    const gm_config *config = &project->config;
    gm_str text;
    gm_url url;
    if (config->scratch_postgres.len) {
        GM_TRY(gm_config_expand(project->arena, config->scratch_postgres, &text, err));
        GM_TRY(gm_url_parse(project->arena, text, project->folder, &url, err));
        if (url.dialect != GM_POSTGRES) {
            gm_fail_at(err, GM_E_CONFIG, config->path,
                       "scratch.postgres is no PostgreSQL database");
            return gm_hint(err, "Name a server whose databases may be made and dropped, or leave "
                                "it out for a private one.");
        }
        options->postgres = url.conninfo;
        options->postgres_shown = url.shown;
    }
    if (config->scratch_setup.len) {
        gm_str path = gm_path_join(project->arena, project->folder, config->scratch_setup);
        options->setup_path = gm_path_relative(project->arena, project->cwd, path);
        GM_TRY(gm_file_read(project->arena, path, SETUP_MAX, &options->setup, err));
    }
    return GM_OK;
}

gm_code gm_project_scratch(gm_project *project, gm_dialect dialect, gm_scratch **scratch,
                           gm_err *err)
{
    gm_scratch_options options = {.dialect = dialect,
                                  .deadline_ms = project->config.scratch_deadline_ms};
    if (dialect == GM_POSTGRES)
        GM_TRY(postgres_options(project, &options, err));
    if (project->repo)
        options.cache =
            gm_path_join(project->arena, gm_repo_common_dir(project->repo), GM_STR("gmig"));
    return gm_scratch_open(project->arena, &options, scratch, err);
}

gm_code gm_scratch_history(gm_project *project, gm_scratch *scratch, const gm_graph *graph,
                           gm_str goal, gm_schema **schema, gm_db **db, gm_err *err)
{
    gm_node_set nothing = gm_node_set_new(project->arena, graph);
    gm_plan plan;
    gm_db *made = NULL;
    GM_TRY(gm_plan_up(project->arena, graph, &nothing, goal, &plan, err));
    GM_TRY(gm_scratch_replay(scratch, &plan, &made, err));
    GM_TRY(gm_db_introspect(project->arena, made, schema, err));
    if (db)
        *db = made;
    return GM_OK;
}

/* Each after its parents, whatever the order in which they were applied. */
static gm_plan plan_of(gm_arena *arena, const gm_graph *graph, const gm_node_set *applied)
{
    gm_plan plan = {0};
    GM_EACH (gm_node *, node, &graph->order)
        if (gm_node_set_has(applied, *node))
            gm_vec_push(arena, &plan.steps, (gm_step){.node = *node, .direction = GM_UP});
    return plan;
}

/* The table that an object belongs to; of a sequence that of the column which owns it. */
static gm_str table_of(const gm_object *object)
{
    gm_str column = gm_object_get(object, "owned by");
    gm_str table = gm_str_sub(column, 0, gm_str_rfind(column, '.'));
    size_t dot = gm_str_rfind(table, '.');
    if (object->kind == GM_OBJECT_SEQUENCE)
        return dot < table.len ? gm_str_sub(table, dot + 1, table.len) : table;
    return object->kind == GM_OBJECT_TABLE ? object->name : object->table;
}

static bool is_of(const gm_version_table *table, const gm_object *object)
{
    return gm_str_is(table_of(object), table->name) || gm_str_is(object->schema, table->name) ||
           (object->kind == GM_OBJECT_SCHEMA && gm_str_is(object->name, table->name));
}

/* A word that anybody may have called a table: Laravel's and TypeORM's, and sqitch's, which stands
 * in a schema of its own. */
static bool is_common(const char *name)
{
    return strcmp(name, "migrations") == 0 || strcmp(name, "changes") == 0;
}

/* Of the ledger's own schema, or of the table in which the tool of this format keeps what it has
 * applied: either is in databases alone. gmig's own format may have come from any tool, whose table
 * then stays. */
static bool is_ledgers(const gm_project *project, const gm_version_table *own,
                       const gm_object *object)
{
    if (object->kind == GM_OBJECT_SCHEMA && gm_str_eq(object->name, project->config.ledger_schema))
        return true;
    if (own)
        return is_of(own, object);
    for (size_t i = 0; i < gm_version_table_count(); i++)
        if (!is_common(gm_version_table_at(i)->name) && is_of(gm_version_table_at(i), object))
            return true;
    return false;
}

/* The table of the format that the project has; NULL: it is gmig's own, or none is known. */
static const gm_version_table *own_table(const gm_project *project)
{
    gm_err ignored = gm_err_new(project->arena);
    const gm_format_ops *format;
    bool known = gm_project_format(&project->config, &format, &ignored) == GM_OK;
    return known ? gm_version_table_of(format->name) : NULL;
}

gm_schema *gm_schema_without_ledger(const gm_project *project, const gm_schema *schema)
{
    const gm_version_table *own = own_table(project);
    gm_schema *rest = gm_schema_new(project->arena, schema->dialect);
    GM_EACH (gm_object *, object, &schema->objects)
        if (!is_ledgers(project, own, *object))
            gm_schema_add(rest, *object);
    return rest;
}

/* Statements are made from the schemas, not from the list of changes. */
static const gm_schema *without(gm_arena *arena, const gm_schema *schema, const gm_strs *gone)
{
    if (!gone->len)
        return schema;
    gm_schema *rest = gm_schema_new(arena, schema->dialect);
    gm_map keys = gm_map_new(arena);
    GM_EACH (const gm_str, key, gone)
        gm_map_add(&keys, *key, NULL);
    GM_EACH (gm_object *, object, &schema->objects)
        if (!gm_map_find(&keys, (*object)->key, NULL))
            gm_schema_add(rest, *object);
    return rest;
}

void gm_diff_without_ledger(const gm_project *project, gm_diff *diff, bool from_database,
                            bool to_database)
{
    gm_changes kept = {0};
    gm_strs gone[2] = {0};
    const gm_version_table *own = own_table(project);
    GM_EACH (const gm_change, change, &diff->changes) {
        const gm_object *object = change->to ? change->to : change->from;
        bool here = change->kind == GM_CHANGE_ADD ? to_database
                                                  : change->kind == GM_CHANGE_DROP && from_database;
        if (!here || !is_ledgers(project, own, object))
            gm_vec_push(project->arena, &kept, *change);
        else
            gm_vec_push(project->arena, &gone[change->to != NULL], object->key);
    }
    diff->changes = kept;
    diff->from = without(project->arena, diff->from, &gone[0]);
    diff->to = without(project->arena, diff->to, &gone[1]);
}

gm_code gm_scratch_drift(gm_project *project, const gm_graph *graph, const gm_node_set *applied,
                         gm_dialect dialect, gm_db *db, gm_diff *drift, gm_err *err)
{
    gm_scratch *scratch GM_CLEANUP(gm_scratch_drop) = NULL;
    gm_plan plan = plan_of(project->arena, graph, applied);
    gm_schema *wanted = NULL;
    gm_schema *there = gm_schema_new(project->arena, dialect);
    gm_db *replayed = NULL;
    GM_TRY(gm_project_scratch(project, dialect, &scratch, err));
    GM_TRY(gm_scratch_replay(scratch, &plan, &replayed, err));
    GM_TRY(gm_db_introspect(project->arena, replayed, &wanted, err));
    if (db)
        GM_TRY(gm_db_introspect(project->arena, db, &there, err));
    *drift = gm_schema_compare(project->arena, wanted, there);
    gm_diff_without_ledger(project, drift, false, true);
    return GM_OK;
}

gm_str gm_diff_lines(gm_arena *arena, const gm_diff *diff)
{
    enum { SHOWN = 100 };
    gm_strs lines = {0};
    size_t more = 0;
    GM_EACH (const gm_change, change, &diff->changes) {
        if (change->along)
            continue;
        if (lines.len < SHOWN)
            gm_vec_push(arena, &lines, gm_change_shown(arena, change));
        else
            more++;
    }
    if (more)
        gm_vec_push(arena, &lines, gm_str_printf(arena, "and %zu more", more));
    return gm_str_join(arena, &lines, GM_STR("\n"));
}

gm_code gm_scratch_models(gm_project *project, gm_scratch *scratch, const gm_models *models,
                          gm_schema **schema, gm_err *err)
{
    gm_db *made = NULL;
    GM_TRY(gm_scratch_load(scratch, models, &made, err));
    return gm_db_introspect(project->arena, made, schema, err);
}
