/* SPDX-License-Identifier: Apache-2.0 */
#include "app/import/import_replay.h"

#include "app/project/project_scratch.h"
#include "db/introspect.h"
#include "history/formats/alembic_ops.h"

typedef struct {
    const gm_node *node;
    gm_str table;
    size_t line;
    gm_str source;
} rebuilt_down;

struct gm_import_replay {
    gm_project *project;
    gm_arena *arena;
    const gm_graph *graph;
    gm_scratch *scratch;
    gm_db *db;
    gm_strs ups;      /* SQL of the revisions that are done */
    gm_map whole_ups; /* id -> gm_str *: all of it, also what has run */
    gm_map downs;     /* the same of downs */
    GM_VEC(rebuilt_down) rebuilt;
    size_t run;    /* so many of them have run */
    gm_str broken; /* why nothing can be replayed any more */
    bool saved;    /* a savepoint of a down is open */
    const gm_node *node;
    bool down;
    gm_buf *out;
    size_t done;                  /* so much of `out` has run */
    GM_VEC(gm_alembic_ops *) ops; /* of each node, in the graph's order */
};

gm_import_replay *gm_import_replay_new(gm_project *project, const gm_graph *graph)
{
    gm_import_replay *replay = gm_new(project->arena, gm_import_replay);
    replay->project = project;
    replay->arena = project->arena;
    replay->graph = graph;
    replay->whole_ups = gm_map_new(replay->arena);
    replay->downs = gm_map_new(replay->arena);
    return replay;
}

void gm_import_replay_close(gm_import_replay *replay)
{
    if (replay)
        gm_scratch_close(replay->scratch);
}

static gm_code open_database(gm_import_replay *replay, gm_err *err)
{
    bool was;
    if (replay->db)
        return GM_OK;
    GM_TRY(gm_project_scratch(replay->project, GM_SQLITE, &replay->scratch, err));
    GM_TRY(gm_scratch_new(replay->scratch, &replay->db, err));
    /* As the runner has it: a table that is dropped takes no rows of others along. */
    return gm_db_foreign_keys(replay->db, false, &was, err);
}

static gm_code run(gm_import_replay *replay, gm_str sql, gm_err *err)
{
    gm_sql_statements statements = {0};
    GM_TRY(gm_sql_split(replay->arena, GM_SQLITE, GM_STR("import"), 1, sql, &statements, err));
    GM_EACH (const gm_sql_statement, statement, &statements)
        GM_TRY(gm_db_execute(replay->db, statement->text, NULL, err));
    return GM_OK;
}

static gm_code catch_up(gm_import_replay *replay, gm_err *err)
{
    GM_TRY(open_database(replay, err));
    for (; replay->run < replay->ups.len; replay->run++)
        GM_TRY(run(replay, replay->ups.items[replay->run], err));
    if (replay->down && !replay->saved) {
        GM_TRY(gm_db_execute(replay->db, GM_STR("SAVEPOINT gmig_import_down"), NULL, err));
        replay->saved = true;
    }
    gm_str text = gm_buf_str(replay->out);
    gm_str rest = gm_str_dup(replay->arena, gm_str_sub(text, replay->done, text.len));
    GM_TRY(run(replay, rest, err));
    replay->done = text.len;
    return GM_OK;
}

void gm_import_replay_begin(gm_import_replay *replay, const gm_node *node, bool down, gm_buf *out)
{
    replay->node = node;
    replay->down = down;
    replay->out = out;
    replay->done = 0;
}

void gm_import_replay_end(gm_import_replay *replay, bool whole)
{
    gm_err err = gm_err_new(replay->arena);
    gm_str *text = gm_new(replay->arena, gm_str);
    *text = gm_str_dup(replay->arena, gm_buf_str(replay->out));
    gm_map_set(replay->down ? &replay->downs : &replay->whole_ups, replay->node->revision->id,
               text);
    if (!replay->down) {
        /* What has run of it is not run again. */
        gm_vec_push(replay->arena, &replay->ups, gm_str_sub(*text, replay->done, text->len));
        if (!whole && !replay->broken.len)
            replay->broken = gm_str_printf(replay->arena, "revision %.*s cannot be replayed",
                                           GM_ARG(replay->node->revision->id));
    } else if (replay->saved) {
        replay->saved = false;
        if (gm_db_execute(replay->db, GM_STR("ROLLBACK TO gmig_import_down"), NULL, &err) !=
                GM_OK ||
            gm_db_execute(replay->db, GM_STR("RELEASE gmig_import_down"), NULL, &err) != GM_OK)
            replay->broken = err.text;
    }
}

bool gm_import_replay_ready(gm_import_writer *w, gm_db **db)
{
    gm_import_replay *replay = w->replay;
    gm_err err = gm_err_new(w->arena);
    if (!replay->broken.len && catch_up(replay, &err) != GM_OK) {
        w->why = gm_str_printf(w->arena, "what comes before it fails on SQLite: %.*s",
                               GM_ARG(err.detail.len ? err.detail : err.text));
        if (!replay->down)
            replay->broken = w->why;
        return false;
    }
    if (replay->broken.len) {
        w->why = replay->broken;
        return false;
    }
    *db = replay->db;
    return true;
}

bool gm_import_replay_schema(gm_import_writer *w, gm_schema **schema)
{
    gm_err err = gm_err_new(w->arena);
    if (gm_db_introspect(w->arena, w->replay->db, schema, &err) == GM_OK)
        return true;
    w->why = err.text;
    return false;
}

static void read_operations(gm_import_replay *replay)
{
    if (replay->ops.len)
        return;
    GM_EACH (gm_node *, node, &replay->graph->order) {
        gm_alembic_ops *ops = gm_new(replay->arena, gm_alembic_ops);
        *ops = gm_alembic_ops_read(replay->arena, (*node)->revision->text);
        gm_vec_push(replay->arena, &replay->ops, ops);
    }
}

bool gm_import_replay_alone(gm_import_writer *w, gm_str table)
{
    gm_import_replay *replay = w->replay;
    gm_node_set related = gm_node_set_new(w->arena, replay->graph);
    gm_node_set_add_ancestors(&related, replay->node);
    gm_node_set_add_descendants(&related, replay->node);
    if (gm_node_set_count(&related) >= replay->graph->order.len)
        return true;
    read_operations(replay);
    GM_EACH (gm_node *, node, &replay->graph->order) {
        if (*node == replay->node || gm_node_set_has(&related, *node) ||
            !gm_alembic_ops_touch(replay->ops.items[(*node)->index], table, (gm_str){0}))
            continue;
        w->why = gm_str_printf(w->arena,
                               "SQLite builds %.*s anew, and revision %.*s of another branch may "
                               "change it too",
                               GM_ARG(table), GM_ARG((*node)->revision->id));
        return false;
    }
    return true;
}

/* ---- downs that build tables anew ---- */

void gm_import_replay_rebuilds(gm_import_writer *w, gm_str table, const gm_py_expr *call)
{
    gm_str rest = call->source;
    rebuilt_down one = {.node = w->replay->node, .table = table, .line = call->line};
    gm_str_line(&rest, &one.source);
    if (w->replay->down)
        gm_vec_push(w->arena, &w->replay->rebuilt, one);
}

/* The tables that are not what they were after an up and its down; false: it cannot be tried. */
static bool changed_tables(gm_import_replay *replay, const gm_node *node, gm_strs *tables)
{
    gm_err err = gm_err_new(replay->arena);
    gm_schema *before = NULL;
    gm_schema *after = NULL;
    const gm_str *up = gm_map_get(&replay->whole_ups, node->revision->id);
    const gm_str *down = gm_map_get(&replay->downs, node->revision->id);
    if (!up || gm_db_introspect(replay->arena, replay->db, &before, &err) != GM_OK ||
        run(replay, *up, &err) != GM_OK)
        return false;
    if (!down ||
        gm_db_execute(replay->db, GM_STR("SAVEPOINT gmig_import_try"), NULL, &err) != GM_OK)
        return true;
    /* One that fails is as far back as anybody gets. */
    bool good = run(replay, *down, &err) == GM_OK &&
                gm_db_introspect(replay->arena, replay->db, &after, &err) == GM_OK;
    if (gm_db_execute(replay->db, GM_STR("ROLLBACK TO gmig_import_try"), NULL, &err) != GM_OK ||
        gm_db_execute(replay->db, GM_STR("RELEASE gmig_import_try"), NULL, &err) != GM_OK)
        return false;
    if (!good)
        return true;
    gm_diff diff = gm_schema_compare(replay->arena, before, after);
    GM_EACH (const gm_change, change, &diff.changes) {
        const gm_object *object = change->to ? change->to : change->from;
        gm_vec_push(replay->arena, tables, object->table.len ? object->table : object->name);
    }
    return true;
}

static void check_one(const gm_import_replay *replay, const gm_node *node, const gm_strs *tables,
                      gm_strs *left)
{
    gm_node_set above = gm_node_set_new(replay->arena, replay->graph);
    gm_node_set_add_ancestors(&above, node);
    GM_EACH (const rebuilt_down, one, &replay->rebuilt) {
        if (one->node == node || !gm_node_set_has(&above, one->node) ||
            !gm_strs_have(tables, one->table))
            continue;
        gm_vec_push(
            replay->arena, left,
            gm_str_printf(replay->arena,
                          "%.*s:%zu: %.*s (SQLite builds %.*s anew as it is after the up, and the "
                          "down of %.*s does not lead back to that)",
                          GM_ARG(one->node->revision->path), one->line, GM_ARG(one->source),
                          GM_ARG(one->table), GM_ARG(node->revision->id)));
    }
}

void gm_import_replay_check(gm_import_replay *replay, gm_strs *left)
{
    gm_err err = gm_err_new(replay->arena);
    if (!replay->rebuilt.len || replay->broken.len)
        return;
    replay->db = NULL;
    gm_scratch_close(replay->scratch);
    replay->scratch = NULL;
    if (open_database(replay, &err) != GM_OK)
        return;
    GM_EACH (gm_node *, node, &replay->graph->order) {
        gm_strs tables = {0};
        if (!changed_tables(replay, *node, &tables))
            return;
        if (tables.len)
            check_one(replay, *node, &tables, left);
    }
}
