/* SPDX-License-Identifier: Apache-2.0 */
#include "app/checking_program.h"

#include "app/program_models.h"
#include "base/file.h"
#include "history/formats/alembic_ops.h"

typedef struct {
    gm_project *project;
    gm_arena *arena;
    const gm_view *view;
    gm_check_input *input;
    gm_orm_facts now;
    bool read_now;
} work;

/* ---- how models are read ---- */

static gm_str folder_of(gm_str path)
{
    size_t slash = gm_str_rfind(path, '/');
    return slash == path.len ? GM_STR("") : gm_str_sub(path, 0, slash);
}

static bool bytes_at(const gm_view *view, gm_str path, gm_str *bytes, gm_arena *arena)
{
    gm_err ignored = gm_err_new(arena);
    gm_entry entry;
    bool found;
    return gm_snapshot_find(view->snapshot, path, &entry, &found, &ignored) == GM_OK && found &&
           entry.kind == GM_ENTRY_FILE &&
           gm_snapshot_read(view->snapshot, &entry, bytes, &ignored) == GM_OK;
}

/* Does env.py ask autogenerate to compare server defaults? It is off unless it says so. */
static bool compares_defaults(const work *w, const gm_view *view)
{
    gm_str bytes, line;
    gm_str folder = folder_of(view->migrations);
    if (!bytes_at(view, gm_path_join(w->arena, folder, GM_STR("env.py")), &bytes, w->arena))
        return false;
    while (gm_str_line(&bytes, &line)) {
        gm_str code = gm_str_trim(gm_str_sub(line, 0, gm_str_find(line, '#', 0)));
        if (gm_str_search(code, GM_STR("compare_server_default=True")) < code.len ||
            gm_str_search(code, GM_STR("compare_server_default = True")) < code.len)
            return true;
    }
    return false;
}

static gm_code options_of(const work *w, const gm_view *view, gm_program_options *options,
                          gm_err *err)
{
    const gm_config *config = &view->config;
    *options = (gm_program_options){.migrations = view->folders,
                                    .folder = config->folder,
                                    .defaults = compares_defaults(w, view)};
    gm_str env, parent = folder_of(view->migrations);
    /* Beside env.py lie scripts, and no models. */
    if (parent.len &&
        bytes_at(view, gm_path_join(w->arena, parent, GM_STR("env.py")), &env, w->arena)) {
        options->migrations = (gm_strs){0};
        GM_EACH (const gm_str, folder, &view->folders)
            gm_vec_push(w->arena, &options->migrations, *folder);
        gm_vec_push(w->arena, &options->migrations, parent);
    }
    for (size_t i = 0; config->has_models && i < config->models.len; i++) {
        gm_str path;
        GM_TRY(gm_project_below(w->project, config, "models", config->models.items[i], &path, err));
        gm_vec_push(w->arena, &options->models, path);
    }
    GM_EACH (const gm_config_type_hint, hint, &config->type_hints)
        gm_vec_push(w->arena, &options->hints, (gm_orm_hint){hint->name, hint->value, hint->line});
    return GM_OK;
}

static gm_code facts_of(const work *w, const gm_view *view, gm_orm_facts *facts, gm_err *err)
{
    gm_program_options options;
    GM_TRY(options_of(w, view, &options, err));
    /* What the models are called and stand for is said once, by what is examined. */
    gm_program_options examined;
    GM_TRY(options_of(w, w->view, &examined, err));
    options.hints = examined.hints;
    options.defaults = examined.defaults;
    return gm_program_models(w->arena, view->snapshot, &options, facts, err);
}

/* ---- the revisions that came since ---- */

typedef GM_VEC(gm_alembic_ops) touched; /* of each revision */

static gm_map by_id(gm_arena *arena, const gm_graph *graph)
{
    gm_map nodes = gm_map_new(arena);
    for (size_t i = 0; graph && i < graph->order.len; i++)
        gm_map_add(&nodes, graph->order.items[i]->revision->id, graph->order.items[i]);
    return nodes;
}

/* A revision that is taken back with what it did counts as one that came. */
static touched touched_since(const work *w, const gm_view *before)
{
    touched since = {0};
    gm_map old = by_id(w->arena, before->graph);
    gm_map new = by_id(w->arena, w->view->graph);
    GM_EACH (const gm_map_entry, entry, &new.entries) {
        const gm_revision *revision = ((const gm_node *)entry->value)->revision;
        const gm_node *then = gm_map_get(&old, entry->key);
        if (!then || !gm_oid_eq(&then->revision->blob, &revision->blob))
            gm_vec_push(w->arena, &since, gm_alembic_ops_read(w->arena, revision->text));
    }
    GM_EACH (const gm_map_entry, entry, &old.entries) {
        gm_str text;
        const gm_node *then = entry->value;
        if (!gm_map_find(&new, entry->key, NULL) &&
            bytes_at(before, then->revision->path, &text, w->arena))
            gm_vec_push(w->arena, &since, gm_alembic_ops_read(w->arena, text));
    }
    return since;
}

/* A table's schema may be the connection's own, so its name alone is looked for. */
static gm_str bare(gm_str table)
{
    size_t dot = gm_str_rfind(table, '.');
    return dot == table.len ? table : gm_str_sub(table, dot + 1, table.len);
}

/* ALTER TYPE names no table: it may be about any column of an enum. */
static bool alters_type(gm_arena *arena, const gm_alembic_op *op, const gm_orm_fact *fact)
{
    gm_str word = GM_STR(" type ");
    gm_str of_enum = GM_STR("Enum ");
    gm_str sql = gm_str_lower(arena, op->sql);
    return fact->is_column && !op->down && gm_str_search(fact->text, of_enum) < fact->text.len &&
           gm_str_search(sql, word) < sql.len;
}

/* An index or a constraint is told by any operation on its table, and can be dropped by its name.
 */
static bool names(gm_arena *arena, const gm_alembic_ops *ops, const gm_orm_fact *fact)
{
    if (!fact->table.len)
        return ops->len > 0;
    if (gm_alembic_ops_touch(ops, bare(fact->table),
                             fact->is_column ? fact->columns.items[0] : GM_STR("")))
        return true;
    GM_EACH (const gm_alembic_op, op, ops) {
        if (alters_type(arena, op, fact))
            return true;
        if (!fact->is_table && !fact->is_column && !op->down && op->name.len &&
            gm_str_search(fact->object, op->name) < fact->object.len)
            return true;
    }
    return false;
}

static bool is_told(gm_arena *arena, const touched *since, const gm_orm_change *change)
{
    GM_EACH (const gm_alembic_ops, ops, since)
        if (names(arena, ops, change->after ? change->after : change->before) ||
            (change->before && names(arena, ops, change->before)))
            return true;
    return false;
}

/* ---- one comparison ---- */

static const char *how_of(const gm_orm_change *change)
{
    return !change->before ? "is new" : !change->after ? "is gone" : "has changed";
}

static void tell(const work *w, const gm_orm_changes *changes, const touched *since)
{
    gm_check_program *program = &w->input->program;
    GM_EACH (const gm_orm_change, change, changes) {
        const gm_orm_fact *fact = change->after ? change->after : change->before;
        gm_model_change told = {fact->object, fact->path, change->after ? fact->line : 0,
                                how_of(change)};
        if (is_told(w->arena, since, change))
            continue;
        if (change->doubtful)
            gm_vec_push(w->arena, &program->doubtful, told);
        else
            gm_vec_push(w->arena, &program->changes, told);
    }
}

/* `revisions`: where those that count began; empty: where the models' changes did. */
static gm_code compare(work *w, gm_models_base base, gm_str revisions, gm_err *err)
{
    gm_err ignored = gm_err_new(w->arena);
    gm_view before = {0};
    gm_view began = {0};
    gm_orm_facts then = {0};
    if (!base.nothing) {
        gm_program_options options;
        bool same;
        /* A base that cannot be read tells nothing, and is no fault of who commits. */
        if (gm_view_open_graph(w->project, base.commit, &before, &ignored) != GM_OK)
            return GM_OK;
        GM_TRY(options_of(w, w->view, &options, err));
        GM_TRY(gm_program_models_same(w->arena, before.snapshot, w->view->snapshot, &options, &same,
                                      err));
        if (same)
            return GM_OK;
        if (facts_of(w, &before, &then, &ignored) != GM_OK)
            return GM_OK;
    }
    if (!w->read_now)
        GM_TRY(facts_of(w, w->view, &w->now, err));
    w->read_now = true;
    gm_orm_changes changes = gm_orm_compare(w->arena, &then, &w->now);
    if (!changes.len)
        return GM_OK;
    touched since = touched_since(w, &before);
    /* A merge brings changes together with their revisions, whichever side is asked for them. */
    if (revisions.len && gm_view_open_graph(w->project, revisions, &began, &ignored) == GM_OK) {
        touched more = touched_since(w, &began);
        GM_EACH (const gm_alembic_ops, ops, &more)
            gm_vec_push(w->arena, &since, *ops);
    }
    tell(w, &changes, &since);
    return GM_OK;
}

/* ---- what writes a revision ---- */

static gm_str command_of(const work *w)
{
    const gm_strs *migrate = &w->view->config.runner.migrate;
    gm_str parent = folder_of(w->view->migrations);
    gm_str ini = gm_path_join(w->arena, parent, GM_STR("alembic.ini"));
    gm_str bytes;
    if (migrate->len)
        return gm_str_join(w->arena, migrate, GM_STR(" "));
    /* Flask-Migrate keeps it beside env.py, Alembic at the top. */
    if (parent.len && bytes_at(w->view, ini, &bytes, w->arena))
        return GM_STR("flask db migrate");
    return GM_STR("alembic revision --autogenerate");
}

gm_code gm_checking_program(gm_project *project, const gm_view *view, gm_models_base base,
                            bool hook, gm_check_input *input, gm_err *err)
{
    work w = {.project = project, .arena = project->arena, .view = view, .input = input};
    if (view->config.format != GM_FORMAT_ALEMBIC || view->absent ||
        (!base.nothing && !base.commit.len))
        return GM_OK;
    input->program.command = command_of(&w);
    GM_TRY(compare(&w, base, base.start, err));
    if (!hook && base.start.len && !input->program.changes.len && !input->program.doubtful.len)
        return compare(&w, (gm_models_base){.commit = base.start}, base.start, err);
    return GM_OK;
}
