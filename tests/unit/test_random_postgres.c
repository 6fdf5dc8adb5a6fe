/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Random pairs of schemas on PostgreSQL: a database that holds the one, carried by what gmig
 * renders, is what a fresh database with the other is, for introspection (whether that sees all is
 * for unit.postgres_cases), and the way back likewise; rows go both ways.
 *
 *     GMIG_SEED=N test_random_postgres     one pair, with its statements
 *     GMIG_SEEDS=N test_random_postgres    as many pairs
 */

#include "pg_place.h"
#include "random_schema.h"

#include "db_test.h"

enum { PAIRS = 8, ROWS = 3 };

static pg_place here;
static pg_place there;

typedef struct {
    gm_arena *arena;
    uint64_t seed;
    gm_str current;
    gm_str desired;
    gm_err err;
} story;

static bool failed(const story *s, const char *what, gm_str why)
{
    printf("seed %llu, %s: %.*s\n%.*s\n---- current\n%.*s---- desired\n%.*s\n",
           (unsigned long long)s->seed, what, GM_ARG(why), GM_ARG(s->err.statement),
           GM_ARG(s->current), GM_ARG(s->desired));
    return false;
}

static gm_schema *holding(story *s, pg_place *place, gm_str sql)
{
    gm_schema *schema = NULL;
    if (pg_place_empty(s->arena, place, &s->err) != GM_OK ||
        pg_place_load(s->arena, place, gm_str_z(s->arena, sql), &s->err) != GM_OK ||
        gm_db_introspect(s->arena, place->db, &schema, &s->err) != GM_OK)
        failed(s, "load", s->err.text);
    return schema;
}

/* ---- rows ---- */

static bool belongs(const gm_object *column, const gm_object *table)
{
    return column->kind == GM_OBJECT_COLUMN && gm_str_eq(column->table, table->name);
}

/* Rows 1 to ROWS with their number in every column; keys that point to later tables wait. */
static bool fill(story *s, const gm_schema *schema)
{
    gm_buf sql = gm_buf_new(s->arena, SIZE_MAX);
    gm_buf_z(&sql, "SET session_replication_role = replica;\n");
    GM_EACH (gm_object *, table, &schema->objects) {
        gm_strs names = {0};
        if ((*table)->kind != GM_OBJECT_TABLE)
            continue;
        GM_EACH (gm_object *, column, &schema->objects)
            if (belongs(*column, *table) && !gm_object_has(*column, "generated"))
                gm_vec_push(s->arena, &names, gm_db_quote_name(s->arena, (*column)->name));
        for (int row = 1; row <= ROWS; row++) {
            gm_strs values = {0};
            for (size_t i = 0; i < names.len; i++)
                gm_vec_push(s->arena, &values, gm_str_printf(s->arena, "'%d'", row));
            gm_buf_printf(&sql, "INSERT INTO %.*s (%.*s) VALUES (%.*s);\n",
                          GM_ARG(gm_db_quote_name(s->arena, (*table)->name)),
                          GM_ARG(gm_str_join(s->arena, &names, GM_STR(", "))),
                          GM_ARG(gm_str_join(s->arena, &values, GM_STR(", "))));
        }
    }
    gm_buf_z(&sql, "RESET session_replication_role;\n");
    return pg_place_load(s->arena, &here, gm_buf_str(&sql).ptr, &s->err) == GM_OK ||
           failed(s, "fill", s->err.text);
}

static const gm_change *change_of(const gm_diff *diff, const gm_object *object)
{
    GM_EACH (gm_change, change, &diff->changes)
        if (change->from == object)
            return change;
    return NULL;
}

/* What is on both sides, by its names there. */
static gm_str kept(story *s, const gm_diff *diff, bool after)
{
    gm_buf buf = gm_buf_new(s->arena, SIZE_MAX);
    GM_EACH (gm_object *, table, &diff->from->objects) {
        const gm_change *own = change_of(diff, *table);
        gm_strs columns = {0};
        if ((*table)->kind != GM_OBJECT_TABLE || (own && own->kind == GM_CHANGE_DROP))
            continue;
        GM_EACH (gm_object *, column, &diff->from->objects) {
            const gm_change *change = change_of(diff, *column);
            bool goes = belongs(*column, *table) && !gm_object_has(*column, "generated") &&
                        (!change || (change->to && !gm_object_has(change->to, "generated")));
            gm_str name = after && change && change->to ? change->to->name : (*column)->name;
            if (goes)
                gm_vec_push(s->arena, &columns,
                            gm_str_printf(s->arena, "%.*s::text::numeric::integer",
                                          GM_ARG(gm_db_quote_name(s->arena, name))));
        }
        gm_str name = after && own ? own->to->name : (*table)->name;
        gm_str sql = gm_str_printf(
            s->arena, "SELECT string_agg(t::text, ' ' ORDER BY t) FROM (SELECT %.*s FROM %.*s) t",
            GM_ARG(gm_str_join(s->arena, &columns, GM_STR(", "))),
            GM_ARG(gm_db_quote_name(s->arena, name)));
        gm_buf_printf(&buf, "%.*s: %.*s\n", GM_ARG((*table)->name),
                      GM_ARG(ask_sql(s->arena, here.db, gm_str_z(s->arena, sql))));
    }
    return gm_buf_str(&buf);
}

/* ---- ways ---- */

static bool go(story *s, const char *way, const gm_diff *diff)
{
    gm_render render = {0};
    gm_schema *now = NULL;
    gm_str before = kept(s, diff, false);
    gm_code code = gm_db_render(s->arena, diff, &render, &s->err);
    if (getenv("GMIG_SEED"))
        pg_render_print(&render, way);
    if (code == GM_OK)
        code = pg_place_apply(&here, &render, &s->err);
    if (code == GM_OK)
        code = gm_db_introspect(s->arena, here.db, &now, &s->err);
    if (code != GM_OK)
        return failed(s, way, s->err.text);
    gm_diff left = gm_schema_compare(s->arena, now, diff->to);
    if (left.changes.len)
        return failed(s, way, pg_changes_shown(s->arena, &left));
    gm_str after = kept(s, diff, true);
    return gm_str_eq(before, after) ||
           failed(s, way,
                  gm_str_printf(s->arena, "rows\n%.*sbecame\n%.*s", GM_ARG(before), GM_ARG(after)));
}

static bool carry(story *s, const gm_renames *renames)
{
    gm_diff up;
    gm_diff down;
    const gm_schema *current = holding(s, &here, s->current);
    const gm_schema *desired = current ? holding(s, &there, s->desired) : NULL;
    if (!desired || !fill(s, current))
        return false;
    if (gm_schema_diff(s->arena, current, desired, renames, &up, &s->err) != GM_OK)
        return failed(s, "diff", s->err.text);
    gm_renames back = gm_diff_renames_back(s->arena, &up);
    if (gm_schema_diff(s->arena, desired, current, &back, &down, &s->err) != GM_OK)
        return failed(s, "diff back", s->err.text);
    return go(s, "up", &up) && go(s, "down", &down);
}

static bool try_seed(uint64_t seed)
{
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    random_pair pair = random_pair_of(arena, seed);
    story s = {.arena = arena,
               .seed = seed,
               .current = random_sql(arena, GM_POSTGRES, &pair.from),
               .desired = random_sql(arena, GM_POSTGRES, &pair.to),
               .err = gm_err_new(arena)};
    bool good = carry(&s, &pair.renames);
    gm_db_close(here.db);
    gm_db_close(there.db);
    here.db = there.db = NULL;
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
    if (!pg_fixture_ready())
        return pg_fixture_absent();
    gm_arena *program = gm_arena_new();
    here = pg_place_open(program, "random_here");
    there = pg_place_open(program, "random_there");
    int failures = cmocka_run_group_tests(tests, NULL, NULL);
    gm_arena_free(program);
    return failures;
}
