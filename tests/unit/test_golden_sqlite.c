/* SPDX-License-Identifier: Apache-2.0 */

/*
 * tests/data/golden/sqlite: the SQL of each kind of change, word for word, and that it does what it
 * says: up and down are run, on empty tables and with rows.
 */

#include "golden.h"
#include "sqlite_place.h"

typedef struct {
    const golden *g;
    gm_diff diff;
    gm_str sql;
} way;

static way make_way(gm_arena *arena, const golden *g, const gm_schema *from, const gm_schema *to,
                    gm_renames renames)
{
    gm_err err = gm_err_new(arena);
    gm_render render = {0};
    way w = {.g = g};
    if (gm_schema_diff(arena, from, to, &renames, &w.diff, &err) != GM_OK ||
        gm_db_render(arena, &w.diff, &render, &err) != GM_OK)
        fail_msg("%.*s: %.*s", GM_ARG(g->path), GM_ARG(err.text));
    w.sql = golden_rendered(arena, &render);
    return w;
}

static sqlite_place holding(gm_arena *arena, const golden *g, gm_str sql)
{
    sqlite_place place = sqlite_place_open(arena);
    if (sqlite_place_load(&place, sql) != GM_OK)
        fail_msg("%.*s: %.*s", GM_ARG(g->path), GM_ARG(place.err.text));
    return place;
}

static void go(sqlite_place *place, const way *w, gm_str judged)
{
    if (sqlite_place_apply(place, w->sql) != GM_OK)
        fail_msg("%.*s: %.*s\n%.*s", GM_ARG(w->g->path), GM_ARG(place->err.text), GM_ARG(w->sql));
    gm_diff left = gm_schema_compare(place->arena, sqlite_place_schema(place), w->diff.to);
    if (left.changes.len || !gm_str_eq(sqlite_place_judge(place), judged))
        fail_msg("%.*s leaves a difference: %.*s\n%.*s\n--\n%.*s", GM_ARG(w->g->path),
                 GM_ARG(sqlite_changes(place->arena, &left)), GM_ARG(judged),
                 GM_ARG(sqlite_place_judge(place)));
}

static void go_with_rows(sqlite_place *place, const way *w)
{
    size_t ignored;
    gm_str before = sqlite_place_kept(place, &w->diff, false, &ignored);
    bool done = sqlite_place_apply(place, w->sql) == GM_OK;
    if (!done && !sqlite_may_refuse_rows(&w->diff))
        fail_msg("%.*s: %.*s", GM_ARG(w->g->path), GM_ARG(place->err.text));
    gm_str after = sqlite_place_kept(place, &w->diff, done, &ignored);
    if (!gm_str_eq(before, after))
        fail_msg("%.*s changes rows:\n%.*s--\n%.*s", GM_ARG(w->g->path), GM_ARG(before),
                 GM_ARG(after));
}

static golden_made make(gm_arena *arena, const golden *g)
{
    sqlite_place here = holding(arena, g, g->current);
    sqlite_place there = holding(arena, g, g->desired);
    gm_schema *current = sqlite_place_schema(&here);
    gm_schema *desired = sqlite_place_schema(&there);
    way up = make_way(arena, g, current, desired, golden_renames(arena, g));
    way down = make_way(arena, g, desired, current, gm_diff_renames_back(arena, &up.diff));
    gm_str before = sqlite_place_judge(&here);
    go(&here, &up, sqlite_place_judge(&there));
    go(&here, &down, before);
    sqlite_place_fill(&here, 3);
    go_with_rows(&here, &up);
    sqlite_place_fill(&there, 3);
    go_with_rows(&there, &down);
    sqlite_place_drop(&here);
    sqlite_place_drop(&there);
    return (golden_made){.up = up.sql, .down = down.sql};
}

static void each_change_is_the_sql_that_is_written_down(void **state)
{
    (void)state;
    golden_run("sqlite", make);
}

/* What the statements between two schemas make of the rows of `t`; or the error. */
static gm_str rows_after(gm_arena *arena, const char *current, const char *desired,
                         const char *rows)
{
    const golden g = {
        .path = GM_STR("rows"), .current = gm_str_from(current), .desired = gm_str_from(desired)};
    sqlite_place here = holding(arena, &g, g.current);
    sqlite_place there = holding(arena, &g, g.desired);
    way up = make_way(arena, &g, sqlite_place_schema(&here), sqlite_place_schema(&there),
                      (gm_renames){0});
    sqlite_place_do(&here, gm_str_from(rows));
    bool done = sqlite_place_apply(&here, up.sql) == GM_OK;
    gm_str found = sqlite_place_ask(&here, GM_STR("SELECT * FROM t ORDER BY 1"));
    sqlite_place_drop(&here);
    sqlite_place_drop(&there);
    return done ? found
                : gm_str_printf(arena, "%.*s, still\n%.*s", GM_ARG(here.err.text), GM_ARG(found));
}

static void what_was_null_becomes_the_default(void **state)
{
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    (void)state;
    assert_str(rows_after(arena, "CREATE TABLE t (a, b)",
                          "CREATE TABLE t (a, b NOT NULL DEFAULT 'x')",
                          "INSERT INTO t VALUES (1, 'y'), (2, NULL)"),
               "1|y\n2|x\n");
}

static void rows_that_a_conflict_clause_would_drop_are_refused(void **state)
{
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    (void)state;
    assert_str(rows_after(arena, "CREATE TABLE t (a)",
                          "CREATE TABLE t (a UNIQUE ON CONFLICT REPLACE)",
                          "INSERT INTO t VALUES (1), (1)"),
               "UNIQUE constraint failed: t_new.a, still\n1\n1\n");
    assert_str(rows_after(arena, "CREATE TABLE t (a)",
                          "CREATE TABLE t (a NOT NULL ON CONFLICT IGNORE)",
                          "INSERT INTO t VALUES (1), (NULL)"),
               "NOT NULL constraint failed: t_new.a, still\nNULL\n1\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_null_becomes_the_default),
        cmocka_unit_test(rows_that_a_conflict_clause_would_drop_are_refused),
        cmocka_unit_test(each_change_is_the_sql_that_is_written_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
