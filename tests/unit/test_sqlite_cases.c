/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Acceptance of introspection, diff and rendering on SQLite: the cases of $GMIG_CASES (its README
 * says what they are). Up must make of `current` what a fresh database that loaded `desired` is,
 * down the reverse, and rows must go both ways. docs/schema-cases.md lists those that do not pass:
 * one that fails and is not listed fails the test, and so does a listed one that passes.
 *
 *     test_sqlite_cases [NAME]    only this case, with its statements
 */

#include "sqlite_place.h"

#include "schema_cases.h"

enum { ROWS = 3 };

static const char *only;
static size_t with_rows; /* ways that were gone with rows in tables */

/* How a case is done. Each is done in every way. */
typedef struct {
    const char *name;
    bool renames; /* drops and adds that look like a rename are one */
    bool crowded; /* every table that stays has a child, a view, a trigger and an index more */
} manner;

static const manner manners[] = {
    {"as it is", false, false}, {"renamed", true, false}, {"crowded", false, true}};

typedef struct {
    gm_arena *arena; /* of the case */
    const schema_case *c;
    const manner *how;
    gm_str more; /* what makes it crowded */
    gm_str why;  /* it failed */
} attempt;

static bool failed(attempt *a, const char *step, const gm_err *err)
{
    if (!a->why.len)
        a->why =
            gm_str_printf(a->arena, "%s, %s: %.*s%s%.*s", a->how->name, step, GM_ARG(err->text),
                          err->statement.len ? "\n" : "", GM_ARG(err->statement));
    return false;
}

static bool load(attempt *a, sqlite_place *place, const char *sql)
{
    *place = sqlite_place_open(a->arena);
    return (sqlite_place_load(place, gm_str_from(a->c->setup)) == GM_OK &&
            sqlite_place_load(place, gm_str_from(sql)) == GM_OK &&
            sqlite_place_load(place, a->more) == GM_OK) ||
           failed(a, "load", &place->err);
}

/* ---- crowded ---- */

static gm_str tables_with_keys(sqlite_place *place)
{
    return sqlite_place_ask(
        place,
        GM_STR("SELECT lower(t.name), (SELECT count(*) FROM pragma_table_xinfo(t.name) x WHERE "
               "x.pk) = 1 FROM pragma_table_list t WHERE t.schema = 'main' AND t.type = 'table' "
               "AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"));
}

/* A child with ON DELETE CASCADE wherever there is a primary key of one column on both sides. */
static gm_str crowd(attempt *a, sqlite_place *from, sqlite_place *to)
{
    gm_buf buf = gm_buf_new(a->arena, SIZE_MAX);
    gm_str rest = tables_with_keys(from);
    gm_str others = gm_str_printf(a->arena, "\n%.*s", GM_ARG(tables_with_keys(to)));
    gm_str line;
    while (gm_str_line(&rest, &line)) {
        gm_str name = gm_str_sub(line, 0, gm_str_rfind(line, '|'));
        gm_str stays = gm_str_printf(a->arena, "\n%.*s|", GM_ARG(name));
        gm_str keyed = gm_str_printf(a->arena, "\n%.*s|1\n", GM_ARG(name));
        if (gm_str_search(others, stays) == others.len)
            continue;
        gm_buf_printf(&buf,
                      "CREATE VIEW \"%.*s seen\" AS SELECT count(*) AS n FROM \"%.*s\";\n"
                      "CREATE TRIGGER \"%.*s gone\" AFTER DELETE ON \"%.*s\" BEGIN\n"
                      "  SELECT count(*) FROM \"%.*s\" JOIN \"%.*s seen\"; END;\n"
                      "CREATE INDEX \"%.*s one\" ON \"%.*s\" ((1));\n",
                      GM_ARG(name), GM_ARG(name), GM_ARG(name), GM_ARG(name), GM_ARG(name),
                      GM_ARG(name), GM_ARG(name), GM_ARG(name));
        if (gm_str_ends(line, GM_STR("|1")) && gm_str_search(others, keyed) < others.len)
            gm_buf_printf(&buf,
                          "CREATE TABLE \"%.*s child\" (id INTEGER PRIMARY KEY AUTOINCREMENT, p "
                          "REFERENCES \"%.*s\" ON DELETE CASCADE);\n",
                          GM_ARG(name), GM_ARG(name));
    }
    return gm_buf_str(&buf);
}

static bool find_more(attempt *a)
{
    sqlite_place from = {0};
    sqlite_place to = {0};
    bool good = load(a, &from, a->c->current) && load(a, &to, a->c->desired);
    if (good)
        a->more = crowd(a, &from, &to);
    sqlite_place_drop(&from);
    sqlite_place_drop(&to);
    return good;
}

/* ---- one way ---- */

typedef struct {
    const char *name;
    gm_diff diff;
    gm_str sql;
} way;

static bool make_way(attempt *a, way *w, const gm_schema *from, const gm_schema *to,
                     const gm_renames *renames)
{
    gm_err err = gm_err_new(a->arena);
    gm_render render = {0};
    if (gm_schema_diff(a->arena, from, to, renames, &w->diff, &err) != GM_OK ||
        gm_db_render(a->arena, &w->diff, &render, &err) != GM_OK)
        return failed(a, w->name, &err);
    w->sql = sqlite_rendered(a->arena, &render);
    if (only)
        printf("---- %s, %s\n%.*s", a->how->name, w->name, GM_ARG(w->sql));
    return true;
}

/* Without rows: what is there then is the new schema, for gmig and for the judge. */
static bool go(attempt *a, sqlite_place *place, const way *w, gm_str expected)
{
    if (sqlite_place_apply(place, w->sql) != GM_OK)
        return failed(a, w->name, &place->err);
    gm_diff left = gm_schema_compare(a->arena, sqlite_place_schema(place), w->diff.to);
    gm_str judged = sqlite_place_judge(place);
    if (!left.changes.len && gm_str_eq(judged, expected))
        return true;
    a->why = gm_str_printf(a->arena, "%s, %s leaves a difference:\n  %.*s", a->how->name, w->name,
                           GM_ARG(sqlite_changes(a->arena, &left)));
    if (only)
        printf("---- expected\n%.*s\n---- got\n%.*s\n", GM_ARG(expected), GM_ARG(judged));
    return false;
}

/* With rows: they are there again. *done: they went through. */
static bool go_with_rows(attempt *a, sqlite_place *place, const way *w, bool *done)
{
    size_t tables = 0;
    size_t ignored = 0;
    gm_str before = sqlite_place_kept(place, &w->diff, false, &tables);
    *done = sqlite_place_apply(place, w->sql) == GM_OK;
    if (!*done && !sqlite_may_refuse_rows(&w->diff))
        return failed(a, gm_str_printf(a->arena, "%s with rows", w->name).ptr, &place->err);
    with_rows += *done && tables > 0;
    gm_str after = sqlite_place_kept(place, &w->diff, *done, &ignored);
    if (gm_str_eq(before, after))
        return true;
    a->why = gm_str_printf(a->arena, "%s, %s changes rows:\n%.*s---- to\n%.*s", a->how->name,
                           w->name, GM_ARG(before), GM_ARG(after));
    return false;
}

/* ---- one case ---- */

static void carry_with_rows(attempt *a, const way *up, const way *down)
{
    sqlite_place place = {0};
    bool done = true;
    if (load(a, &place, a->c->current)) {
        sqlite_place_fill(&place, ROWS);
        if (go_with_rows(a, &place, up, &done) && done)
            go_with_rows(a, &place, down, &done);
    }
    sqlite_place_drop(&place);
}

static void carry(attempt *a, sqlite_place *here, sqlite_place *there)
{
    gm_schema *current = sqlite_place_schema(here);
    gm_schema *desired = sqlite_place_schema(there);
    way up = {.name = "up", .diff = gm_schema_compare(a->arena, current, desired)};
    way down = {.name = "down"};
    gm_renames renames = {0};
    if (a->c->same) {
        if (up.diff.changes.len)
            a->why = gm_str_printf(a->arena, "one schema, but:\n  %.*s",
                                   GM_ARG(sqlite_changes(a->arena, &up.diff)));
        return;
    }
    if (a->how->renames) {
        renames = gm_diff_likely_renames(a->arena, &up.diff);
        if (!renames.len)
            return;
    }
    if (!make_way(a, &up, current, desired, &renames))
        return;
    gm_renames back = gm_diff_renames_back(a->arena, &up.diff);
    if (!make_way(a, &down, desired, current, &back))
        return;
    gm_str before = sqlite_place_judge(here);
    if (go(a, here, &up, sqlite_place_judge(there)) && go(a, here, &down, before))
        carry_with_rows(a, &up, &down);
}

static void try_case(attempt *a)
{
    sqlite_place here = {0};
    sqlite_place there = {0};
    a->more = (gm_str){0};
    if ((!a->how->crowded || find_more(a)) && load(a, &here, a->c->current) &&
        load(a, &there, a->c->desired))
        carry(a, &here, &there);
    sqlite_place_drop(&here);
    sqlite_place_drop(&there);
}

/* ---- all cases ---- */

static bool judge(const gm_strs *known, const char *name, const attempt *a)
{
    bool listed = gm_strs_have(known, gm_str_from(name));
    if (a->why.len && !listed)
        printf("%s: %.*s\n", name, GM_ARG(a->why));
    if (!a->why.len && listed)
        printf("%s passes: take it off docs/schema-cases.md\n", name);
    return (a->why.len > 0) == listed;
}

static bool all_pass(const char *file, const gm_strs *known)
{
    json_t *cases = read_cases(file);
    size_t index;
    json_t *json;
    bool good = true;
    json_array_foreach(cases, index, json)
    {
        schema_case c = case_of(json);
        if (only && strcmp(only, c.name) != 0)
            continue;
        gm_arena *arena = gm_arena_new();
        attempt a = {.arena = arena, .c = &c};
        for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]) && !a.why.len; i++) {
            a.how = &manners[i];
            try_case(&a);
        }
        good = judge(known, c.name, &a) && good;
        gm_arena_free(arena);
    }
    json_decref(cases);
    return good;
}

static void every_pair_is_carried_up_and_down_with_its_rows(void **state)
{
    static const char *const files[] = {"sqlite.json", "sqlite_crossover.json",
                                        "atlas_sqlite.json"};
    enum { LEAST_WITH_ROWS = 400 };
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_strs known = known_failures(arena, GM_STR("## SQLite"));
    bool good = true;
    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        good = all_pass(files[i], &known) && good;
    assert_true(good);
    if (!only)
        assert_true(with_rows >= LEAST_WITH_ROWS);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_is_carried_up_and_down_with_its_rows),
    };
    if (!getenv("GMIG_CASES")) {
        puts("skipped: GMIG_CASES names no folder with cases");
        return 77;
    }
    only = argc > 1 ? argv[1] : NULL;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
