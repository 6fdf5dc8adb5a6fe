/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Which engine introspects and renders.
 */

#include "db/ops.h"
#include "db/postgres/render.h"
#include "db/sqlite/render.h"

static gm_code cannot(gm_dialect dialect, const char *what, gm_err *err)
{
    return gm_fail(err, GM_E_UNKNOWN, "gmig cannot %s %s", what, gm_dialect_name(dialect));
}

gm_code gm_db_introspect(gm_arena *arena, gm_db *db, gm_schema **schema, gm_err *err)
{
    if (!db->ops->introspect)
        return cannot(db->options.dialect, "read schemas of", err);
    gm_schema *made = gm_schema_new(arena, db->options.dialect);
    GM_TRY(db->ops->introspect(db, made, err));
    gm_schema_sort(made);
    *schema = made;
    return GM_OK;
}

typedef gm_code renderer(gm_arena *arena, const gm_diff *diff, gm_render *render, gm_err *err);

static renderer *const renderers[GM_DIALECT_COUNT] = {
    [GM_SQLITE] = gm_sqlite_render,
    [GM_POSTGRES] = gm_postgres_render,
};

gm_code gm_db_render(gm_arena *arena, const gm_diff *diff, gm_render *render, gm_err *err)
{
    gm_dialect dialect = diff->to->dialect;
    gm_render made = {0};
    if (!renderers[dialect])
        return cannot(dialect, "write changes of", err);
    GM_TRY(renderers[dialect](arena, diff, &made, err));
    *render = made;
    return GM_OK;
}
