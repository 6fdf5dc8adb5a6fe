/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/version_table.h"

#include "runner/state.h"

static const gm_version_table tables[] = {
    {.format = "alembic",
     .tool = "Alembic",
     .name = "alembic_version",
     .query = "SELECT version_num FROM %.*s ORDER BY 1",
     .tips = true},
    {.format = "django",
     .tool = "Django",
     .name = "django_migrations",
     .query = "SELECT app || '.' || name FROM %.*s ORDER BY id",
     .others = true},
};

const gm_version_table *gm_version_table_of(const char *format)
{
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        if (strcmp(tables[i].format, format) == 0)
            return &tables[i];
    return NULL;
}

gm_code gm_version_table_open(gm_arena *arena, gm_db *db, gm_str schema,
                              const gm_version_table *table, const gm_graph *graph,
                              gm_ledger **ledger, gm_err *err)
{
    gm_ledger *made;
    if (gm_db_dialect(db) == GM_SQLITE || !schema.len)
        GM_TRY(gm_db_current_schema(arena, db, &schema, err));
    made = gm_ledger_offline(arena, gm_db_dialect(db), schema);
    made->table = table;
    made->graph = graph;
    /* Runners of one database wait for each other, whichever format they know it by. */
    GM_TRY(gm_ledger_read(db, made, err));
    *ledger = made;
    return GM_OK;
}

static gm_code read_ids(gm_db *db, const gm_ledger *ledger, gm_strs *ids, gm_err *err)
{
    gm_rows rows = {0};
    gm_arena *arena = ledger->arena;
    gm_str name = gm_db_quote_name(arena, gm_str_from(ledger->table->name));
    if (ledger->schema.len)
        name = gm_str_printf(arena, "%.*s.%.*s", GM_ARG(gm_db_quote_name(arena, ledger->schema)),
                             GM_ARG(name));
    gm_str text = gm_str_from(ledger->table->query);
    size_t gap = gm_str_search(text, GM_STR("%.*s"));
    gm_str sql = gm_str_printf(arena, "%.*s%.*s%.*s", GM_ARG(gm_str_sub(text, 0, gap)),
                               GM_ARG(name), GM_ARG(gm_str_sub(text, gap + 4, text.len)));
    GM_TRY(gm_db_query(arena, db, sql.ptr, NULL, 0, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++)
        gm_vec_push(arena, ids, rows.rows.items[i][0].text);
    return GM_OK;
}

/* A row says no more than that it is there: the file of today is taken for what was applied. */
static void add_row(gm_ledger *ledger, gm_str id, const gm_revision *revision)
{
    gm_ledger_row row = {.id = id, .sequence = (int64_t)ledger->rows.len + 1};
    if (revision) {
        row.parents = revision->parents;
        row.depends = revision->depends;
        row.message = revision->message;
        row.blob = gm_state_blob(ledger->arena, revision);
    }
    gm_vec_push(ledger->arena, &ledger->rows, row);
}

static bool is_apps(const gm_graph *graph, gm_str id)
{
    gm_str app = gm_str_sub(id, 0, gm_str_find(id, '.', 0));
    GM_EACH (gm_node *, node, &graph->order)
        if (gm_str_eq((*node)->revision->app, app))
            return true;
    return false;
}

static void fill(gm_ledger *ledger, const gm_strs *ids)
{
    const gm_graph *graph = ledger->graph;
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_node_set applied;
    if (graph) {
        applied = gm_node_set_new(scratch, graph);
        GM_EACH (const gm_str, id, ids) {
            const gm_node *node = gm_graph_find(graph, *id);
            if (node && ledger->table->tips)
                gm_node_set_add_ancestors(&applied, node);
            else if (node)
                gm_node_set_add(&applied, node);
        }
        gm_nodes members = gm_node_set_members(scratch, &applied);
        GM_EACH (gm_node *, node, &members)
            add_row(ledger, (*node)->revision->id, (*node)->revision);
    }
    GM_EACH (const gm_str, id, ids)
        if (!graph ||
            (!gm_graph_find(graph, *id) && (!ledger->table->others || is_apps(graph, *id))))
            add_row(ledger, *id, NULL);
    GM_EACH (gm_ledger_row, row, &ledger->rows)
        gm_map_add(&ledger->by_id, row->id, row);
}

gm_code gm_version_table_read(gm_db *db, gm_ledger *ledger, gm_err *err)
{
    gm_strs ids = {0};
    bool exists = false;
    GM_TRY(gm_db_table_exists(db, ledger->schema, gm_str_from(ledger->table->name), &exists, err));
    if (exists)
        GM_TRY(read_ids(db, ledger, &ids, err));
    ledger->rows = (gm_ledger_rows){0};
    ledger->by_id = gm_map_new(ledger->arena);
    ledger->unfinished.len = 0;
    ledger->exists = exists;
    fill(ledger, &ids);
    return GM_OK;
}
