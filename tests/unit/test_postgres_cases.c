/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Acceptance of introspection, diff and rendering on PostgreSQL: the cases of $GMIG_CASES (its
 * README says what they are). Up must make of `current` what pg_dump says of a database that loaded
 * `desired`, down the reverse. docs/schema-cases.md lists those that do not pass: one that fails
 * and is not listed fails the test, and so does a listed one that passes.
 *
 *     test_postgres_cases [NAME]    only this case, with its statements
 */

#include "pg_place.h"
#include "schema_cases.h"

enum { WORKERS = 2 };

static const char *only;

/* ---- one case ---- */

typedef struct {
    gm_arena *arena; /* of the case */
    pg_place *applied;
    pg_place *other;
    gm_err err;
    gm_str why; /* it failed */
} attempt;

static bool failed(attempt *a, const char *step)
{
    if (a->why.len)
        return true;
    a->why = gm_str_printf(a->arena, "%s: %.*s%s%.*s", step, GM_ARG(a->err.text),
                           a->err.statement.len ? "\n" : "", GM_ARG(a->err.statement));
    return true;
}

static gm_schema *read_schema(attempt *a, pg_place *p)
{
    gm_schema *schema = NULL;
    if (gm_db_introspect(a->arena, p->db, &schema, &a->err) != GM_OK)
        failed(a, "introspect");
    return schema;
}

/* What the four ways of a case lead between. */
typedef struct {
    const gm_schema *current, *desired;
    gm_str before, after; /* as pg_dump says it */
} ends;

/* Up and down again: `applied` is as it was when both are good. */
static void carry(attempt *a, const ends *e, const gm_renames *renames)
{
    const char *with = renames->len ? " with renames" : "";
    gm_diff up;
    if (gm_schema_diff(a->arena, e->current, e->desired, renames, &up, &a->err) != GM_OK) {
        failed(a, "diff");
        return;
    }
    gm_renames back = gm_diff_renames_back(a->arena, &up);
    gm_diff down;
    if (gm_schema_diff(a->arena, e->desired, e->current, &back, &down, &a->err) != GM_OK) {
        failed(a, "diff");
        return;
    }
    a->why = pg_place_carry(a->arena, a->applied, &up, e->after,
                            gm_str_printf(a->arena, "up%s", with).ptr, only);
    if (!a->why.len)
        a->why = pg_place_carry(a->arena, a->applied, &down, e->before,
                                gm_str_printf(a->arena, "down%s", with).ptr, only);
}

static void try_case(attempt *a, const schema_case *c)
{
    gm_renames none = {0};
    if (pg_place_empty(a->arena, a->applied, &a->err) != GM_OK ||
        pg_place_empty(a->arena, a->other, &a->err) != GM_OK ||
        pg_place_load(a->arena, a->applied, c->setup, &a->err) != GM_OK ||
        pg_place_load(a->arena, a->applied, c->current, &a->err) != GM_OK ||
        pg_place_load(a->arena, a->other, c->setup, &a->err) != GM_OK ||
        pg_place_load(a->arena, a->other, c->desired, &a->err) != GM_OK) {
        failed(a, "load");
        return;
    }
    ends e = {.current = read_schema(a, a->applied), .desired = read_schema(a, a->other)};
    if (!e.current || !e.desired)
        return;
    gm_diff plain = gm_schema_compare(a->arena, e.current, e.desired);
    if (c->same) {
        if (plain.changes.len)
            a->why = gm_str_printf(a->arena, "one schema, but:\n  %.*s",
                                   GM_ARG(pg_changes_shown(a->arena, &plain)));
        return;
    }
    e.before = pg_place_dump(a->arena, a->applied);
    e.after = pg_place_dump(a->arena, a->other);
    carry(a, &e, &none);
    gm_renames renames = gm_diff_likely_renames(a->arena, &plain);
    if (!a->why.len && renames.len)
        carry(a, &e, &renames);
}

/* ---- all cases ---- */

static bool judge(const gm_strs *known, const char *name, const attempt *a)
{
    bool listed = gm_strs_have(known, gm_str_from(name));
    if (a->why.len && !listed)
        printf("%s: %.*s\n", name, GM_ARG(a->why));
    if (!a->why.len && listed)
        printf("%s passes: take it off docs/schema-cases.md\n", name);
    fflush(stdout);
    return (a->why.len > 0) == listed;
}

static bool is_mine(int worker, size_t index)
{
    return only || (int)(index % WORKERS) == worker;
}

/* Every `WORKERS`th pair. */
static bool all_pairs_pass(int worker)
{
    gm_arena *program GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_strs known = known_failures(program, GM_STR("## PostgreSQL"));
    json_t *cases = read_cases("postgres.json");
    pg_place applied = pg_place_open(program, "case_applied");
    pg_place other = pg_place_open(program, "case_desired");
    size_t index;
    json_t *json;
    bool good = true;
    json_array_foreach(cases, index, json)
    {
        schema_case c = case_of(json);
        if ((only && strcmp(only, c.name) != 0) || !is_mine(worker, index))
            continue;
        gm_arena *arena = gm_arena_new();
        attempt a = {
            .arena = arena, .applied = &applied, .other = &other, .err = gm_err_new(arena)};
        try_case(&a, &c);
        good = judge(&known, c.name, &a) && good;
        gm_db_close(applied.db);
        gm_db_close(other.db);
        applied.db = other.db = NULL;
        gm_arena_free(arena);
    }
    json_decref(cases);
    return good;
}

static bool all_canonical_pass(int worker)
{
    gm_arena *program GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_strs known = known_failures(program, GM_STR("## PostgreSQL"));
    json_t *cases = read_cases("postgres_canonical.json");
    pg_place written = pg_place_open(program, "case_written");
    pg_place dumped = pg_place_open(program, "case_dumped");
    size_t index;
    json_t *json;
    bool good = true;
    json_array_foreach(cases, index, json)
    {
        gm_arena *arena = gm_arena_new();
        attempt a = {.arena = arena, .err = gm_err_new(arena)};
        char name[32];
        snprintf(name, sizeof(name), "canonical %zu", index);
        if ((only && strcmp(only, name) != 0) || !is_mine(worker, index)) {
            gm_arena_free(arena);
            continue;
        }
        if (pg_place_empty(arena, &written, &a.err) != GM_OK ||
            pg_place_empty(arena, &dumped, &a.err) != GM_OK ||
            pg_place_load(arena, &written, text_of(json, "setup"), &a.err) != GM_OK ||
            pg_place_load(arena, &written, text_of(json, "ddl"), &a.err) != GM_OK ||
            pg_place_load(arena, &dumped, text_of(json, "dump"), &a.err) != GM_OK) {
            failed(&a, "load");
        } else {
            const gm_schema *x = read_schema(&a, &written);
            const gm_schema *y = x ? read_schema(&a, &dumped) : NULL;
            gm_diff diff = {0};
            if (y)
                diff = gm_schema_compare(arena, x, y);
            if (diff.changes.len)
                a.why = pg_changes_shown(arena, &diff);
        }
        good = judge(&known, name, &a) && good;
        gm_db_close(written.db);
        gm_db_close(dumped.db);
        written.db = dumped.db = NULL;
        gm_arena_free(arena);
    }
    json_decref(cases);
    return good;
}

static void in_workers(bool (*all_pass)(int worker))
{
    pid_t workers[WORKERS];
    bool good = true;
    if (only) {
        assert_true(all_pass(0));
        return;
    }
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = fork();
        if (workers[i] == 0) {
            bool passes = all_pass(i);
            fflush(stdout);
            _exit(passes ? 0 : 1);
        }
    }
    for (int i = 0; i < WORKERS; i++) {
        int status = 0;
        waitpid(workers[i], &status, 0);
        good = good && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    }
    assert_true(good);
}

static void every_pair_is_carried_up_and_down(void **state)
{
    (void)state;
    in_workers(all_pairs_pass);
}

static void what_is_written_and_what_is_dumped_are_one_schema(void **state)
{
    (void)state;
    in_workers(all_canonical_pass);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_is_carried_up_and_down),
        cmocka_unit_test(what_is_written_and_what_is_dumped_are_one_schema),
    };
    if (!pg_fixture_ready())
        return pg_fixture_absent();
    if (!getenv("GMIG_CASES")) {
        puts("skipped: GMIG_CASES names no folder with cases");
        return 77;
    }
    only = argc > 1 ? argv[1] : NULL;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
