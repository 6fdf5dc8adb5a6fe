/* SPDX-License-Identifier: Apache-2.0 */
#include "db/postgres/postgres.h"

gm_code gm_pg_table_exists(gm_db *db, gm_str schema, gm_str table, bool *exists, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_value params[] = {{.text = schema}, {.text = table}};
    gm_rows rows = {0};
    GM_TRY(gm_pg_ask(scratch, gm_pg_of(db),
                     "SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_class c "
                     "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                     "WHERE c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') "
                     "AND n.nspname = coalesce(nullif($1, ''), pg_catalog.current_schema()))",
                     params, 2, &rows, err));
    *exists = gm_str_is(gm_rows_only(&rows), "t");
    return GM_OK;
}

gm_code gm_pg_current_schema(gm_arena *arena, gm_db *db, gm_str *schema, gm_err *err)
{
    gm_rows rows = {0};
    GM_TRY(
        gm_pg_ask(arena, gm_pg_of(db), "SELECT pg_catalog.current_schema()", NULL, 0, &rows, err));
    gm_str name = gm_rows_only(&rows);
    if (name.len) {
        *schema = name;
        return GM_OK;
    }
    gm_fail(err, GM_E_REFUSED, "no schema of the search_path is there in %.*s",
            GM_ARG(db->options.shown));
    return gm_hint(err, "Name one in gmig.yml: ledger: {schema: NAME}; or make one that the "
                        "search_path names.");
}

/* What an extension brought along is not the user's. */
gm_code gm_pg_tables(gm_arena *arena, gm_db *db, gm_strs *tables, gm_err *err)
{
    gm_rows rows = {0};
    GM_TRY(gm_pg_ask(arena, gm_pg_of(db),
                     "SELECT n.nspname || '.' || c.relname FROM pg_catalog.pg_class c "
                     "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
                     "WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' "
                     "AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' "
                     "AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_depend d "
                     "WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass "
                     "AND d.objid = c.oid AND d.deptype = 'e')",
                     NULL, 0, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++)
        gm_vec_push(arena, tables, rows.rows.items[i][0].text);
    return GM_OK;
}
