/* SPDX-License-Identifier: Apache-2.0 */
#include "app/move/strange.h"

#include "app/move/stamp_from_tool.h"
#include "runner/version_table.h"

static gm_code own_tables(gm_project *project, const gm_database *database, gm_strs *tables,
                          gm_err *err)
{
    gm_strs all = {0};
    gm_arena *arena = project->arena;
    const gm_ledger *ledger = database->ledger;
    bool postgres = ledger->dialect == GM_POSTGRES;
    gm_str schema = gm_str_printf(arena, "%.*s.", GM_ARG(ledger->schema));
    bool shared = project->config.ledger_schema.len == 0 &&
                  !(ledger->table && ledger->table->ops && ledger->table->ops->beside);
    GM_TRY(gm_db_tables(arena, database->db, &all, err));
    GM_EACH (gm_str, table, &all) {
        /* Other schemas are other tenants, unless the ledger has a schema to itself. */
        bool in_ledger_schema = gm_str_starts(*table, schema);
        if (!postgres || in_ledger_schema == shared)
            gm_vec_push(arena, tables, *table);
    }
    return GM_OK;
}

gm_code gm_strange_find(gm_project *project, const gm_database *database, const gm_graph *graph,
                        gm_strange *strange, gm_err *err)
{
    gm_strange found = {0};
    if (database->db != NULL && !database->ledger->exists)
        GM_TRY(own_tables(project, database, &found.tables, err));
    if (found.tables.len > 0) {
        gm_str schema = database->ledger->schema;
        if (project->config.ledger_schema.len > 0)
            GM_TRY(gm_db_current_schema(project->arena, database->db, &schema, err));
        GM_TRY(gm_other_tool_find(project->arena, database->db, schema, &found.tool, err));
        found.adoptable =
            found.tool.name.len && gm_stamp_from_tool_helps(project, database->db, graph);
    }
    *strange = found;
    return GM_OK;
}
