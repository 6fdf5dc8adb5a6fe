/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/other_tool.h"

/* In `newest` the qualified table stands where %.*s is. */
static const struct {
    const char *name;
    const char *table;
    const char *newest;
} tools[] = {
    {"Alembic", "alembic_version", "SELECT version_num FROM %.*s ORDER BY 1"},
    {"Django", "django_migrations", "SELECT app || '.' || name FROM %.*s ORDER BY id DESC LIMIT 1"},
    {"Flyway", "flyway_schema_history",
     "SELECT version FROM %.*s WHERE success ORDER BY installed_rank DESC LIMIT 1"},
    {"Liquibase", "databasechangelog", "SELECT id FROM %.*s ORDER BY orderexecuted DESC LIMIT 1"},
    {"goose", "goose_db_version",
     "SELECT version_id FROM %.*s WHERE is_applied ORDER BY id DESC LIMIT 1"},
    {"Rails, dbmate or golang-migrate", "schema_migrations",
     "SELECT version FROM %.*s ORDER BY version DESC LIMIT 1"},
    {"Diesel", "__diesel_schema_migrations",
     "SELECT version FROM %.*s ORDER BY version DESC LIMIT 1"},
    {"SQLx", "_sqlx_migrations", "SELECT version FROM %.*s ORDER BY version DESC LIMIT 1"},
    {"Prisma", "_prisma_migrations",
     "SELECT migration_name FROM %.*s ORDER BY started_at DESC LIMIT 1"},
    {"Knex", "knex_migrations", "SELECT name FROM %.*s ORDER BY id DESC LIMIT 1"},
    {"Atlas", "atlas_schema_revisions", "SELECT version FROM %.*s ORDER BY version DESC LIMIT 1"},
};

static gm_str newest(gm_arena *arena, gm_db *db, gm_str schema, gm_str table, const char *query)
{
    gm_str name = gm_str_printf(arena, "%.*s.%.*s", GM_ARG(gm_db_quote_name(arena, schema)),
                                GM_ARG(gm_db_quote_name(arena, table)));
    /* The one %.*s of every query above. */
    gm_str text = gm_str_from(query);
    size_t gap = gm_str_search(text, GM_STR("%.*s"));
    gm_str sql = gm_str_printf(arena, "%.*s%.*s%.*s", GM_ARG(gm_str_sub(text, 0, gap)),
                               GM_ARG(name), GM_ARG(gm_str_sub(text, gap + 4, text.len)));
    gm_rows rows = {0};
    gm_strs found = {0};
    gm_err ignored = gm_err_new(arena);
    if (gm_db_query(arena, db, sql.ptr, NULL, 0, &rows, &ignored) != GM_OK)
        return GM_STR("");
    for (size_t i = 0; i < rows.rows.len; i++)
        gm_vec_push(arena, &found, rows.rows.items[i][0].text);
    return gm_strs_list(arena, &found);
}

gm_code gm_other_tool_find(gm_arena *arena, gm_db *db, gm_str schema, gm_other_tool *tool,
                           gm_err *err)
{
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        gm_str table = gm_str_from(tools[i].table);
        bool exists = false;
        GM_TRY(gm_db_table_exists(db, schema, table, &exists, err));
        if (!exists)
            continue;
        *tool = (gm_other_tool){tools[i].name, table,
                                newest(arena, db, schema, table, tools[i].newest)};
        return GM_OK;
    }
    return GM_OK;
}
