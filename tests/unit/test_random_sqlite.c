/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Random pairs of schemas on SQLite: a database that holds the one, carried by what gmig renders,
 * is what a fresh database with the other is, and the way back likewise; rows go both ways.
 *
 *     GMIG_SEED=N test_random_sqlite     one pair, with its statements
 *     GMIG_SEEDS=N test_random_sqlite    as many pairs
 */

#include "random_schema.h"
#include "sqlite_place.h"

enum { PAIRS = 60, ROWS = 3 };

typedef struct {
    gm_arena *arena;
    uint64_t seed;
    gm_str current;
    gm_str desired;
    gm_str up;
    gm_str down;
} story;

static bool failed(const story *s, const char *what, gm_str why)
{
    printf("seed %llu, %s: %.*s\n---- current\n%.*s---- desired\n%.*s---- up\n%.*s---- "
           "down\n%.*s\n",
           (unsigned long long)s->seed, what, GM_ARG(why), GM_ARG(s->current), GM_ARG(s->desired),
           GM_ARG(s->up), GM_ARG(s->down));
    return false;
}

static bool holds(const story *s, sqlite_place *place, gm_str sql)
{
    *place = sqlite_place_open(s->arena);
    return sqlite_place_load(place, sql) == GM_OK || failed(s, "load", place->err.text);
}

static bool render(const story *s, const gm_schema *from, const gm_schema *to,
                   const gm_renames *renames, gm_diff *diff, gm_str *sql)
{
    gm_err err = gm_err_new(s->arena);
    gm_render made = {0};
    if (gm_schema_diff(s->arena, from, to, renames, diff, &err) != GM_OK ||
        gm_db_render(s->arena, diff, &made, &err) != GM_OK)
        return failed(s, "diff", err.text);
    *sql = sqlite_rendered(s->arena, &made);
    return true;
}

static bool go(const story *s, sqlite_place *place, const char *way, gm_str sql,
               const gm_diff *diff, gm_str expected)
{
    size_t tables;
    gm_str before = sqlite_place_kept(place, diff, false, &tables);
    if (sqlite_place_apply(place, sql) != GM_OK)
        return failed(s, way, place->err.text);
    gm_diff left = gm_schema_compare(s->arena, sqlite_place_schema(place), diff->to);
    if (left.changes.len)
        return failed(s, way, sqlite_changes(s->arena, &left));
    gm_str judged = sqlite_place_judge(place);
    if (!gm_str_eq(judged, expected))
        return failed(s, way,
                      gm_str_printf(s->arena, "judged\n%.*s\n---- not\n%.*s", GM_ARG(judged),
                                    GM_ARG(expected)));
    gm_str after = sqlite_place_kept(place, diff, true, &tables);
    return gm_str_eq(before, after) || failed(s, way,
                                              gm_str_printf(s->arena, "rows\n%.*s---- became\n%.*s",
                                                            GM_ARG(before), GM_ARG(after)));
}

static bool carry(story *s, const gm_renames *renames, sqlite_place *here, sqlite_place *there)
{
    gm_diff up;
    gm_diff down;
    const gm_schema *current = sqlite_place_schema(here);
    const gm_schema *desired = sqlite_place_schema(there);
    if (!render(s, current, desired, renames, &up, &s->up))
        return false;
    gm_renames back = gm_diff_renames_back(s->arena, &up);
    if (!render(s, desired, current, &back, &down, &s->down))
        return false;
    sqlite_place_fill(here, ROWS);
    gm_str before = sqlite_place_judge(here);
    return go(s, here, "up", s->up, &up, sqlite_place_judge(there)) &&
           go(s, here, "down", s->down, &down, before);
}

static bool try_seed(uint64_t seed)
{
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    random_pair pair = random_pair_of(arena, seed);
    story s = {.arena = arena,
               .seed = seed,
               .current = random_sql(arena, GM_SQLITE, &pair.from),
               .desired = random_sql(arena, GM_SQLITE, &pair.to)};
    sqlite_place here = {0};
    sqlite_place there = {0};
    bool good = holds(&s, &here, s.current) && holds(&s, &there, s.desired) &&
                carry(&s, &pair.renames, &here, &there);
    if (good && getenv("GMIG_SEED"))
        failed(&s, "passes", GM_STR(""));
    sqlite_place_drop(&here);
    sqlite_place_drop(&there);
    return good;
}

static void any_schema_is_carried_to_any_other_with_its_rows(void **state)
{
    random_seeds seeds = random_seeds_of(PAIRS);
    (void)state;
    for (uint64_t seed = seeds.first; seed <= seeds.last; seed++)
        if (!try_seed(seed))
            fail_msg("GMIG_SEED=%llu does it again", (unsigned long long)seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_schema_is_carried_to_any_other_with_its_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
