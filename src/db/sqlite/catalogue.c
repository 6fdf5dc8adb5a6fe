/* SPDX-License-Identifier: Apache-2.0 */
#include "db/sqlite/sqlite.h"

gm_code gm_sqlite_table_exists(gm_db *base, gm_str schema, gm_str table, bool *exists, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_value name = {.text = table};
    gm_str quoted = gm_db_quote_name(scratch, schema.len ? schema : GM_STR("main"));
    gm_str sql = gm_str_printf(scratch,
                               "SELECT 1 FROM %.*s.sqlite_schema WHERE type IN ('table', 'view') "
                               "AND name = $1 COLLATE NOCASE",
                               GM_ARG(quoted));
    gm_rows rows = {0};
    GM_TRY(gm_sqlite_query(scratch, base, sql.ptr, &name, 1, &rows, err));
    *exists = rows.rows.len > 0;
    return GM_OK;
}

gm_code gm_sqlite_current_schema(gm_arena *arena, gm_db *base, gm_str *schema, gm_err *err)
{
    (void)arena;
    (void)base;
    (void)err;
    *schema = GM_STR("main");
    return GM_OK;
}

gm_code gm_sqlite_tables(gm_arena *arena, gm_db *base, gm_strs *tables, gm_err *err)
{
    gm_rows rows = {0};
    GM_TRY(gm_sqlite_query(arena, base,
                           "SELECT name FROM main.sqlite_schema WHERE type = 'table' "
                           "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
                           NULL, 0, &rows, err));
    for (size_t i = 0; i < rows.rows.len; i++)
        gm_vec_push(arena, tables, rows.rows.items[i][0].text);
    return GM_OK;
}
