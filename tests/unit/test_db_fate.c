/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Connections that are cut or frozen at a chosen message: what became of the statement, and how
 * long it takes to know.
 */

#include "pg_fixture.h"

#include "base/clock.h"
#include "db_test.h"

static gm_arena *program;
static gm_str database;

typedef struct {
    gm_arena *arena;
    gm_err err;
    gm_db *direct;
    gm_db *db; /* through the proxy */
    pg_fixture_proxy proxy;
} scene;

static scene set_scene(const char *const *rules)
{
    gm_arena *arena = gm_arena_new();
    scene s = {.arena = arena, .err = gm_err_new(arena)};
    gm_db_options options = {
        .dialect = GM_POSTGRES,
        .location = pg_fixture_url(arena, "postgres", database),
        .shown = GM_STR("the test database"),
        /* a frozen session that a failing test left must not hold up the next */
        .lock_timeout_ms = 3000,
        .silence_ms = 500,
        .fate_timeout_ms = 3000};
    assert_ok(gm_db_open(arena, &options, &s.direct, &s.err), &s.err);
    do_sql(s.direct, "DROP TABLE IF EXISTS t");
    do_sql(s.direct, "CREATE TABLE t (a int)");
    s.proxy = pg_fixture_proxy_start(arena, rules);
    options.location = pg_fixture_proxy_url(arena, &s.proxy, database);
    assert_ok(gm_db_open(arena, &options, &s.db, &s.err), &s.err);
    return s;
}

static void insert_in_transaction(scene *s)
{
    assert_ok(gm_db_begin(s->db, &s->err), &s->err);
    do_sql(s->db, "INSERT INTO t VALUES (1)");
}

static void end_scene(scene *s, const char *rows)
{
    assert_str(ask_sql(s->arena, s->direct, "SELECT count(*) FROM t"), rows);
    gm_db_close(s->db);
    gm_db_close(s->direct);
    assert_true(pg_fixture_proxy_stop(s->arena, &s->proxy));
    gm_arena_free(s->arena);
}

static void a_commit_that_never_arrived_was_not_made(void **state)
{
    (void)state;
    static const char *const rules[] = {"--cut-before", "COMMIT", NULL};
    scene s = set_scene(rules);
    assert_ok(gm_db_lock(s.db, GM_STR("l"), 0, NULL, NULL, &s.err), &s.err);
    insert_in_transaction(&s);
    assert_int_equal(gm_db_commit(s.db, &s.err), GM_E_DATABASE);
    assert_has(s.err.hint, "rolled the transaction back");
    assert_str(ask_sql(s.arena, s.db, "SELECT 1"), "1"); /* a new connection, without the lock */
    assert_false(gm_db_lock_held(s.db));
    assert_str(ask_sql(s.arena, s.db, "SHOW statement_timeout"), "0");
    end_scene(&s, "0");
}

/* The fate of the transaction before must not be taken for this one's. */
static void a_transaction_that_a_statement_began_has_its_own_fate(void **state)
{
    (void)state;
    static const char *const rules[] = {"--nth", "2", "--cut-before", "COMMIT", NULL};
    scene s = set_scene(rules);
    insert_in_transaction(&s);
    do_sql(s.db, "COMMIT");
    do_sql(s.db, "BEGIN");
    do_sql(s.db, "INSERT INTO t VALUES (2)");
    assert_int_equal(gm_db_commit(s.db, &s.err), GM_E_DATABASE);
    assert_has(s.err.hint, "rolled the transaction back");
    end_scene(&s, "1");
}

static void a_commit_whose_answer_was_lost_was_made(void **state)
{
    (void)state;
    static const char *const rules[] = {"--cut-after", "COMMIT", NULL};
    scene s = set_scene(rules);
    insert_in_transaction(&s);
    assert_ok(gm_db_commit(s.db, &s.err), &s.err);
    assert_int_equal(gm_db_tx_state(s.db), GM_TX_NONE);
    end_scene(&s, "1");
}

static void a_commit_is_unknown_when_nobody_can_be_asked(void **state)
{
    (void)state;
    static const char *const refuse[] = {"--later", "refuse", "--cut-after", "COMMIT", NULL};
    static const char *const freeze[] = {"--later", "freeze", "--cut-after", "COMMIT", NULL};
    static const char *const *const rows[] = {refuse, freeze};
    for (size_t i = 0; i < 2; i++) {
        scene s = set_scene(rows[i]);
        insert_in_transaction(&s);
        int64_t start = gm_clock_ms();
        assert_int_equal(gm_db_commit(s.db, &s.err), GM_E_COMMIT_UNKNOWN);
        assert_in_range(gm_clock_ms() - start, 3000, 10000);
        assert_int_equal(gm_db_tx_state(s.db), GM_TX_LOST);
        end_scene(&s, "1");
    }
}

/* The server waits for a COMMIT that will never come, and keeps the transaction's locks. */
static void a_commit_frozen_on_its_way_is_ended_and_was_not_made(void **state)
{
    (void)state;
    static const char *const rules[] = {"--freeze-before", "COMMIT", NULL};
    scene s = set_scene(rules);
    insert_in_transaction(&s);
    assert_int_equal(gm_db_commit(s.db, &s.err), GM_E_DATABASE);
    do_sql(s.direct, "SET lock_timeout = '2s'");
    do_sql(s.direct, "ALTER TABLE t ADD COLUMN b int");
    end_scene(&s, "0");
}

static void a_commit_whose_answer_is_frozen_was_made(void **state)
{
    (void)state;
    static const char *const rules[] = {"--freeze-after", "COMMIT", NULL};
    scene s = set_scene(rules);
    insert_in_transaction(&s);
    assert_ok(gm_db_commit(s.db, &s.err), &s.err);
    end_scene(&s, "1");
}

static void an_answer_that_does_not_arrive_is_noticed(void **state)
{
    (void)state;
    static const char *const rules[] = {"--freeze-after", "INSERT", NULL};
    scene s = set_scene(rules);
    int64_t start = gm_clock_ms();
    fail_sql(s.db, "INSERT INTO t VALUES (1)", GM_E_DATABASE, &s.err);
    assert_has(s.err.text, "its answer does not arrive");
    assert_true(gm_clock_ms() - start < 10000);
    end_scene(&s, "1");
}

static void a_server_that_went_silent_for_all_is_noticed(void **state)
{
    (void)state;
    static const char *const rules[] = {"--later", "freeze", "--freeze-before", "INSERT", NULL};
    scene s = set_scene(rules);
    int64_t start = gm_clock_ms();
    fail_sql(s.db, "INSERT INTO t VALUES (1)", GM_E_DATABASE, &s.err);
    assert_has(s.err.text, "does not answer any more");
    assert_true(gm_clock_ms() - start < 20000);
    end_scene(&s, "0");
}

static void a_long_statement_is_not_mistaken_for_silence(void **state)
{
    (void)state;
    static const char *const rules[] = {"--cut-before", "the end", NULL};
    scene s = set_scene(rules);
    do_sql(s.db, "SELECT pg_sleep(4)");
    fail_sql(s.db, "SELECT 'the end'", GM_E_DATABASE, &s.err);
    end_scene(&s, "0");
}

static gm_db *interrupted;

static void on_alarm(int number)
{
    (void)number;
    /* NOLINTNEXTLINE(bugprone-signal-handler,cert-sig30-c): db/db.h promises that this is safe */
    gm_db_interrupt(interrupted);
}

static void an_interrupt_ends_in_time_when_no_answer_comes(void **state)
{
    (void)state;
    static const char *const rules[] = {"--later", "freeze", "--freeze-before", "INSERT", NULL};
    scene s = set_scene(rules);
    int64_t start = gm_clock_ms();
    interrupted = s.db;
    signal(SIGALRM, on_alarm);
    ualarm(100 * 1000, 0);
    fail_sql(s.db, "INSERT INTO t VALUES (1)", GM_E_INTERRUPTED, &s.err);
    assert_true(gm_clock_ms() - start < 20000);
    end_scene(&s, "0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_commit_that_never_arrived_was_not_made),
        cmocka_unit_test(a_transaction_that_a_statement_began_has_its_own_fate),
        cmocka_unit_test(a_commit_whose_answer_was_lost_was_made),
        cmocka_unit_test(a_commit_is_unknown_when_nobody_can_be_asked),
        cmocka_unit_test(a_commit_frozen_on_its_way_is_ended_and_was_not_made),
        cmocka_unit_test(a_commit_whose_answer_is_frozen_was_made),
        cmocka_unit_test(an_answer_that_does_not_arrive_is_noticed),
        cmocka_unit_test(a_server_that_went_silent_for_all_is_noticed),
        cmocka_unit_test(a_long_statement_is_not_mistaken_for_silence),
        cmocka_unit_test(an_interrupt_ends_in_time_when_no_answer_comes),
    };
    if (!pg_fixture_ready())
        return pg_fixture_absent();
    program = gm_arena_new();
    database = pg_fixture_database(program, "fate");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    gm_arena_free(program);
    return failed;
}
