/* SPDX-License-Identifier: Apache-2.0 */
#include "pg_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/clock.h"
#include "db_test.h"

/* ---- one database for the program, a clean schema for each test ---- */

static gm_arena *program;
static gm_str database;

typedef struct {
    gm_arena *arena;
    gm_err err;
    gm_db *db;
} session;

static gm_db_options options_for(gm_arena *arena, const char *user)
{
    return (gm_db_options){.dialect = GM_POSTGRES,
                           .location = pg_fixture_url(arena, user, database),
                           .shown = GM_STR("the test database"),
                           .lock_timeout_ms = 2000};
}

static gm_db *connect_as(session *s, const char *user)
{
    gm_db_options options = options_for(s->arena, user);
    gm_db *db = NULL;
    assert_ok(gm_db_open(s->arena, &options, &db, &s->err), &s->err);
    return db;
}

static int begin_session(void **state)
{
    gm_arena *arena = gm_arena_new();
    session *s = gm_new(arena, session);
    *s = (session){.arena = arena, .err = gm_err_new(arena)};
    s->db = connect_as(s, "postgres");
    do_sql(s->db, "DROP SCHEMA IF EXISTS public CASCADE");
    do_sql(s->db, "CREATE SCHEMA public");
    *state = s;
    return 0;
}

static int end_session(void **state)
{
    session *s = *state;
    gm_db_close(s->db);
    gm_arena_free(s->arena);
    return 0;
}

/* ---- connecting ---- */

static void the_session_is_named_and_set_up(void **state)
{
    session *s = *state;
    gm_str name = gm_str_printf(s->arena, "gmig, pid %ld on ", (long)getpid());
    assert_true(gm_str_starts(ask_sql(s->arena, s->db, "SHOW application_name"), name));
    assert_str(ask_sql(s->arena, s->db, "SHOW lock_timeout"), "2s");
    assert_str(ask_sql(s->arena, s->db, "SHOW statement_timeout"), "0");
    assert_str(ask_sql(s->arena, s->db, "SHOW client_encoding"), "UTF8");
    assert_has(gm_db_version(s->db), "PostgreSQL ");
    assert_ok(gm_db_refuse_pooler(s->db, &s->err), &s->err);
    if (strtol(ask_sql(s->arena, s->db, "SHOW server_version_num").ptr, NULL, 10) >= 140000)
        assert_str(ask_sql(s->arena, s->db, "SHOW client_connection_check_interval"), "500ms");
}

static void the_users_own_application_name_stays(void **state)
{
    session *s = *state;
    gm_db *db = NULL;
    gm_db_options options = options_for(s->arena, "postgres");
    options.location =
        gm_str_printf(s->arena, "%.*s&application_name=mine", GM_ARG(options.location));
    assert_ok(gm_db_open(s->arena, &options, &db, &s->err), &s->err);
    assert_str(ask_sql(s->arena, db, "SHOW application_name"), "mine");
    gm_db_close(db);
}

static void a_wrong_password_is_refused_and_never_shown(void **state)
{
    session *s = *state;
    gm_db *db = connect_as(s, "gmig_scram");
    assert_str(ask_sql(s->arena, db, "SELECT current_user"), "gmig_scram");
    gm_db_close(db);
    db = NULL;
    gm_db_options options = options_for(s->arena, "gmig_scram");
    /* The password is in the host too, which libpq's message quotes. */
    options.location = GM_STR("host=/nonexistent/s3cr#t password=s3cr#t dbname=x");
    assert_int_equal(gm_db_open(s->arena, &options, &db, &s->err), GM_E_CONNECT);
    assert_has(s->err.text, "/nonexistent/********");
    assert_true(gm_str_search(s->err.text, GM_STR("s3cr#t")) == s->err.text.len);
    assert_null(db);
}

static void an_unreadable_conninfo_is_not_echoed(void **state)
{
    session *s = *state;
    gm_db *db = NULL;
    static const char *const rows[] = {
        "postgresql://u:s3cret@host:port/db",
        "host=h s3cret",
        "postgresql://u@h/db?nosuch=s3cret",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_db_options options = options_for(s->arena, "postgres");
        options.location = gm_str_from(rows[i]);
        assert_int_equal(gm_db_open(s->arena, &options, &db, &s->err), GM_E_CONNECT);
        assert_true(gm_str_search(s->err.text, GM_STR("s3cret")) == s->err.text.len);
        assert_true(gm_str_search(s->err.hint, GM_STR("s3cret")) == s->err.hint.len);
    }
}

static void a_server_that_never_answers_is_given_up_in_time(void **state)
{
    session *s = *state;
    gm_db *db = NULL;
    gm_db_options options = options_for(s->arena, "postgres");
    /* 192.0.2.0/24 is for documentation (RFC 5737): nobody is there. Where the network says so at
     * once that is as good. */
    options.location = GM_STR("host=192.0.2.1 dbname=x");
    options.connect_timeout_ms = 300;
    int64_t start = gm_clock_ms();
    assert_int_equal(gm_db_open(s->arena, &options, &db, &s->err), GM_E_CONNECT);
    assert_true(gm_clock_ms() - start < 5000);
}

static void a_read_only_connection_writes_nothing(void **state)
{
    session *s = *state;
    gm_db *db = NULL;
    gm_db_options options = options_for(s->arena, "postgres");
    options.read_only = true;
    assert_ok(gm_db_open(s->arena, &options, &db, &s->err), &s->err);
    fail_sql(db, "CREATE TABLE t (a int)", GM_E_SQL, &s->err);
    assert_str(s->err.sqlstate, "25006");
    gm_db_close(db);
}

/* ---- statements ---- */

static void several_statements_in_one_text_are_refused(void **state)
{
    session *s = *state;
    fail_sql(s->db, "CREATE TABLE a (x int); CREATE TABLE b (x int)", GM_E_SQL, &s->err);
    assert_str(s->err.sqlstate, "42601");
    gm_str nul = gm_str_of("SELECT 1\0; SELECT 2", 19);
    assert_int_equal(gm_db_execute(s->db, nul, NULL, &s->err), GM_E_SQL);
    assert_has(s->err.text, "NUL");
    do_sql(s->db, "-- nothing");
}

static void errors_have_the_servers_own_words(void **state)
{
    session *s = *state;
    size_t position = 0;
    gm_str wrong = GM_STR("SELECT 'é', nope FROM pg_class");
    assert_int_equal(gm_db_execute(s->db, wrong, &position, &s->err), GM_E_SQL);
    assert_int_equal(position, 13);
    assert_str(s->err.text, "column \"nope\" does not exist");
    assert_str(s->err.sqlstate, "42703");
    assert_str(s->err.statement, wrong.ptr);
    do_sql(s->db, "CREATE TABLE t (a int PRIMARY KEY)");
    do_sql(s->db, "INSERT INTO t VALUES (1)");
    fail_sql(s->db, "INSERT INTO t VALUES (1)", GM_E_SQL, &s->err);
    assert_str(s->err.sqlstate, "23505");
    assert_str(s->err.detail, "DETAIL: Key (a)=(1) already exists.");
    fail_sql(s->db, "DO $$ BEGIN RAISE 'no' USING HINT = 'try this'; END $$", GM_E_SQL, &s->err);
    assert_has(s->err.detail, "HINT: try this");
    assert_has(s->err.detail, "CONTEXT: PL/pgSQL function");
}

static void statements_outside_transactions_work(void **state)
{
    session *s = *state;
    do_sql(s->db, "CREATE TABLE t (a int)");
    do_sql(s->db, "CREATE INDEX CONCURRENTLY t_a ON t (a)");
    do_sql(s->db, "VACUUM t");
    do_sql(s->db, "CREATE PROCEDURE two() LANGUAGE plpgsql AS "
                  "$$ BEGIN INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2); END $$");
    do_sql(s->db, "CALL two()");
    do_sql(s->db, "CREATE FUNCTION f(int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT $1; END");
    do_sql(s->db, "DO $$ BEGIN RAISE NOTICE 'not printed'; END $$");
    assert_str(ask_sql(s->arena, s->db, "SELECT count(*) FROM t"), "2");
}

static void parameters_rows_and_counts_come_through(void **state)
{
    session *s = *state;
    gm_rows rows = {0};
    gm_value params[] = {{.text = GM_STR("o'ne")}, {.null = true}, {.text = GM_STR("")}};
    assert_ok(gm_db_query(s->arena, s->db,
                          "SELECT $3::text AS c, $1::text AS a, $2::text AS b "
                          "UNION ALL SELECT 'x', 'y', 'z'",
                          params, 3, &rows, &s->err),
              &s->err);
    assert_int_equal(rows.rows.len, 2);
    assert_str(rows.columns.items[1], "a");
    assert_str(rows.rows.items[0][0].text, "");
    assert_false(rows.rows.items[0][0].null);
    assert_str(rows.rows.items[0][1].text, "o'ne");
    assert_true(rows.rows.items[0][2].null);
    assert_str(rows.rows.items[1][2].text, "z");
    do_sql(s->db, "CREATE TABLE t (a int)");
    assert_int_equal(gm_db_changed_rows(s->db), 0);
    do_sql(s->db, "INSERT INTO t SELECT generate_series(1, 5)");
    assert_int_equal(gm_db_changed_rows(s->db), 5);
    do_sql(s->db, "DELETE FROM t WHERE a = 9");
    assert_int_equal(gm_db_changed_rows(s->db), 0);
    do_sql(s->db, "SELECT * FROM t");
    assert_int_equal(gm_db_changed_rows(s->db), 0);
}

static void copy_takes_its_data_and_nothing_else_does(void **state)
{
    session *s = *state;
    do_sql(s->db, "CREATE TABLE t (a int, b text)");
    gm_str copy = GM_STR("COPY t FROM STDIN");
    assert_ok(gm_db_copy_in(s->db, copy, GM_STR("1\tone\n2\t\\N\n"), &s->err), &s->err);
    assert_str(ask_sql(s->arena, s->db, "SELECT string_agg(coalesce(b, '-'), ',') FROM t"),
               "one,-");
    assert_ok(gm_db_copy_in(s->db, copy, GM_STR(""), &s->err), &s->err);
    assert_int_equal(gm_db_copy_in(s->db, copy, GM_STR("x\ty\n"), &s->err), GM_E_SQL);
    assert_has(s->err.detail, "CONTEXT: COPY t, line 1, column a");
    assert_int_equal(gm_db_copy_in(s->db, GM_STR("SELECT 1"), GM_STR(""), &s->err), GM_E_SQL);
    fail_sql(s->db, copy.ptr, GM_E_SQL, &s->err);
    assert_has(s->err.text, "gmig has no data for this COPY");
    do_sql(s->db, "COPY t TO STDOUT");
    gm_buf lines = gm_buf_new(s->arena, SIZE_MAX); /* more than the socket takes at once */
    for (int i = 0; i < 200000; i++)
        gm_buf_printf(&lines, "%d\tsome words to fill the line\n", i);
    assert_ok(gm_db_copy_in(s->db, copy, gm_buf_str(&lines), &s->err), &s->err);
    assert_str(ask_sql(s->arena, s->db, "SELECT count(*) FROM t"), "200002");
}

/* ---- transactions ---- */

static void a_transaction_state_is_the_servers(void **state)
{
    session *s = *state;
    assert_int_equal(gm_db_tx_state(s->db), GM_TX_NONE);
    assert_ok(gm_db_begin(s->db, &s->err), &s->err);
    assert_int_equal(gm_db_tx_state(s->db), GM_TX_OPEN);
    do_sql(s->db, "CREATE TABLE t (a int)");
    fail_sql(s->db, "SELECT nope", GM_E_SQL, &s->err);
    assert_int_equal(gm_db_tx_state(s->db), GM_TX_FAILED);
    assert_int_equal(gm_db_commit(s->db, &s->err), GM_E_SQL);
    assert_has(s->err.text, "the server rolled back");
    assert_int_equal(gm_db_tx_state(s->db), GM_TX_NONE);
    assert_ok(gm_db_rollback(s->db, &s->err), &s->err);
    assert_int_equal(gm_db_commit(s->db, &s->err), GM_E_SQL);
    do_sql(s->db, "BEGIN");
    do_sql(s->db, "CREATE TABLE t (a int)");
    assert_ok(gm_db_commit(s->db, &s->err), &s->err);
}

static void a_deferred_key_fails_the_commit(void **state)
{
    session *s = *state;
    do_sql(s->db, "CREATE TABLE p (id int PRIMARY KEY)");
    do_sql(s->db, "CREATE TABLE c (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED)");
    assert_ok(gm_db_begin(s->db, &s->err), &s->err);
    do_sql(s->db, "INSERT INTO c VALUES (7)");
    assert_int_equal(gm_db_commit(s->db, &s->err), GM_E_SQL);
    assert_str(s->err.sqlstate, "23503");
    assert_int_equal(gm_db_tx_state(s->db), GM_TX_NONE);
}

static void a_lock_timeout_is_reported_as_locked(void **state)
{
    session *s = *state;
    gm_db *two = connect_as(s, "postgres");
    do_sql(s->db, "CREATE TABLE t (a int)");
    assert_ok(gm_db_begin(s->db, &s->err), &s->err);
    do_sql(s->db, "LOCK TABLE t");
    assert_ok(gm_db_set_timeouts(two, 100, 0, &s->err), &s->err);
    fail_sql(two, "ALTER TABLE t ADD COLUMN b int", GM_E_LOCKED, &s->err);
    assert_str(s->err.sqlstate, "55P03");
    assert_ok(gm_db_set_timeouts(two, 0, 100, &s->err), &s->err);
    fail_sql(two, "ALTER TABLE t ADD COLUMN b int", GM_E_SQL, &s->err);
    assert_str(s->err.sqlstate, "57014");
    gm_db_close(two);
}

static void a_session_that_was_ended_is_lost(void **state)
{
    session *s = *state;
    gm_db *two = connect_as(s, "postgres");
    assert_ok(gm_db_begin(two, &s->err), &s->err);
    gm_str pid = ask_sql(s->arena, two, "SELECT pg_backend_pid()");
    gm_str end = gm_str_printf(s->arena, "SELECT pg_terminate_backend(%.*s)", GM_ARG(pid));
    do_sql(s->db, end.ptr);
    fail_sql(two, "SELECT 1", GM_E_DATABASE, &s->err);
    assert_has(s->err.text, "the connection to the test database was lost");
    assert_int_equal(gm_db_tx_state(two), GM_TX_LOST);
    assert_ok(gm_db_rollback(two, &s->err), &s->err);
    assert_false(gm_db_lock_held(two));
    fail_sql(two, "SELECT 1", GM_E_DATABASE, &s->err);
    gm_db_close(two);
}

/* ---- interrupts ---- */

static void *interrupt_soon(void *db)
{
    usleep(200 * 1000);
    gm_db_interrupt(db);
    return NULL;
}

static void an_interrupt_cancels_the_running_statement_once(void **state)
{
    session *s = *state;
    pthread_t thread;
    assert_ok(gm_db_begin(s->db, &s->err), &s->err);
    do_sql(s->db, "CREATE TABLE t (a int)");
    int64_t start = gm_clock_ms();
    pthread_create(&thread, NULL, interrupt_soon, s->db);
    fail_sql(s->db, "SELECT pg_sleep(60)", GM_E_INTERRUPTED, &s->err);
    pthread_join(thread, NULL);
    assert_true(gm_clock_ms() - start < 10000);
    assert_ok(gm_db_rollback(s->db, &s->err), &s->err);
    assert_str(ask_sql(s->arena, s->db, "SELECT count(*) FROM pg_tables WHERE tablename = 't'"),
               "0");
}

static void an_interrupt_between_statements_fails_the_next_but_no_commit(void **state)
{
    session *s = *state;
    assert_ok(gm_db_begin(s->db, &s->err), &s->err);
    do_sql(s->db, "CREATE TABLE t (a int)");
    gm_db_interrupt(s->db);
    assert_ok(gm_db_commit(s->db, &s->err), &s->err);
    fail_sql(s->db, "SELECT 1", GM_E_INTERRUPTED, &s->err);
    do_sql(s->db, "INSERT INTO t VALUES (1)");
}

/* ---- lock ---- */

static void the_lock_has_one_holder_and_names_it(void **state)
{
    session *s = *state;
    gm_db *two = connect_as(s, "postgres");
    gm_str name = GM_STR("public.gmig_revisions");
    assert_false(gm_db_lock_held(s->db));
    assert_ok(gm_db_lock(s->db, name, 0, NULL, NULL, &s->err), &s->err);
    assert_true(gm_db_lock_held(s->db));
    assert_int_equal(gm_db_lock(two, name, 300, NULL, NULL, &s->err), GM_E_LOCKED);
    gm_str mine = gm_str_printf(s->arena, "gmig, pid %ld on ", (long)getpid());
    assert_true(gm_str_search(s->err.text, mine) < s->err.text.len);
    assert_has(s->err.text, "user postgres");
    assert_ok(gm_db_lock(two, GM_STR("tenant.gmig_revisions"), 0, NULL, NULL, &s->err), &s->err);
    do_sql(s->db, "SELECT pg_advisory_unlock_all()");
    assert_false(gm_db_lock_held(s->db));
    gm_db_unlock(two);
    assert_ok(gm_db_lock(two, name, 0, NULL, NULL, &s->err), &s->err);
    gm_db_close(two);
    assert_ok(gm_db_lock(s->db, name, 5000, NULL, NULL, &s->err), &s->err);
    gm_db_unlock(s->db);
    assert_false(gm_db_lock_held(s->db));
}

static void the_lock_of_a_killed_runner_comes_free(void **state)
{
    session *s = *state;
    gm_str name = GM_STR("l");
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        gm_db *db = connect_as(s, "postgres");
        assert_ok(gm_db_lock(db, name, 0, NULL, NULL, &s->err), &s->err);
        if (write(ready[1], "x", 1) == 1)
            do_sql(db, "SELECT pg_sleep(60)");
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    usleep(200 * 1000);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_ok(gm_db_lock(s->db, name, 10000, NULL, NULL, &s->err), &s->err);
    close(ready[0]);
    close(ready[1]);
}

/* ---- session and catalogue ---- */

static void a_reset_takes_back_what_statements_left_and_keeps_the_lock(void **state)
{
    session *s = *state;
    assert_ok(gm_db_lock(s->db, GM_STR("l"), 0, NULL, NULL, &s->err), &s->err);
    assert_ok(gm_db_set_timeouts(s->db, 77, 88, &s->err), &s->err);
    do_sql(s->db, "SELECT set_config('search_path', '', false)");
    do_sql(s->db, "SET client_connection_check_interval = 0");
    do_sql(s->db, "CREATE TEMP TABLE left_behind (a int)");
    do_sql(s->db, "PREPARE p AS SELECT 1");
    do_sql(s->db, "SET SESSION AUTHORIZATION gmig_scram");
    do_sql(s->db, "SET ROLE gmig_scram");
    assert_ok(gm_db_reset_session(s->db, &s->err), &s->err);
    assert_str(ask_sql(s->arena, s->db, "SELECT current_user || session_user"), "postgrespostgres");
    assert_str(ask_sql(s->arena, s->db, "SHOW search_path"), "\"$user\", public");
    assert_str(ask_sql(s->arena, s->db, "SHOW lock_timeout"), "2s");
    assert_str(ask_sql(s->arena, s->db, "SHOW statement_timeout"), "0");
    assert_str(ask_sql(s->arena, s->db, "SHOW client_connection_check_interval"), "500ms");
    assert_str(ask_sql(s->arena, s->db, "SELECT count(*) FROM pg_prepared_statements"), "0");
    assert_str(ask_sql(s->arena, s->db, "SELECT to_regclass('left_behind') IS NULL"), "t");
    assert_true(gm_db_lock_held(s->db));
}

static void tables_are_listed_without_those_of_the_system(void **state)
{
    session *s = *state;
    bool exists;
    gm_strs tables;
    gm_str schema;
    do_sql(s->db, "CREATE SCHEMA IF NOT EXISTS ops");
    do_sql(s->db, "CREATE TABLE ops.a (a int)");
    do_sql(s->db, "CREATE TABLE \"B\" (a int)");
    do_sql(s->db, "CREATE TEMP TABLE tmp (a int)");
    do_sql(s->db, "CREATE VIEW v AS SELECT 1");
    assert_ok(gm_db_tables(s->arena, s->db, &tables, &s->err), &s->err);
    assert_str(gm_strs_list(s->arena, &tables), "ops.a, public.B");
    assert_ok(gm_db_table_exists(s->db, GM_STR("ops"), GM_STR("a"), &exists, &s->err), &s->err);
    assert_true(exists);
    assert_ok(gm_db_table_exists(s->db, GM_STR(""), GM_STR("a"), &exists, &s->err), &s->err);
    assert_false(exists);
    assert_ok(gm_db_current_schema(s->arena, s->db, &schema, &s->err), &s->err);
    assert_str(schema, "public");
    do_sql(s->db, "SET search_path = nowhere");
    assert_int_equal(gm_db_current_schema(s->arena, s->db, &schema, &s->err), GM_E_REFUSED);
    do_sql(s->db, "DROP SCHEMA ops CASCADE");
}

static void quoting_gives_the_text_back(void **state)
{
    session *s = *state;
    static const char *const settings[] = {"on", "off"};
    static const char *const rows[] = {"plain", "it's", "back\\slash\\", "a\"b", "\\'"};
    for (size_t j = 0; j < 2; j++) {
        gm_str set = gm_str_printf(s->arena, "SET standard_conforming_strings = %s", settings[j]);
        do_sql(s->db, set.ptr);
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            gm_str text = gm_str_from(rows[i]);
            gm_str quoted = gm_db_quote_text(s->arena, GM_POSTGRES, text);
            gm_str name = gm_db_quote_name(s->arena, text);
            gm_str sql = gm_str_printf(s->arena, "SELECT x.%.*s FROM (SELECT %.*s AS %.*s) x",
                                       GM_ARG(name), GM_ARG(quoted), GM_ARG(name));
            assert_true(gm_str_eq(ask_sql(s->arena, s->db, sql.ptr), text));
        }
    }
}

/* ---- backup ---- */

static gm_str make_folder(session *s)
{
    char folder[] = "/tmp/gmig-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    return gm_str_dup(s->arena, gm_str_from(folder));
}

/* A program of this name that says `words` and ends with `status`, in a folder that goes before
 * PATH. */
static void fake_program(session *s, gm_str folder, const char *name, const char *words, int status)
{
    gm_str path = gm_path_join(s->arena, folder, gm_str_from(name));
    gm_str script = gm_str_printf(s->arena, "#!/bin/sh\necho '%s' >&2\nexit %d\n", words, status);
    gm_write_options executable = {.replace = true, .executable = true};
    assert_ok(gm_file_write(path, script, executable, &s->err), &s->err);
}

static void a_backup_can_be_listed_and_replaces_nothing(void **state)
{
    session *s = *state;
    struct stat status;
    gm_str folder = make_folder(s);
    gm_str target = gm_path_join(s->arena, folder, GM_STR("it's a copy.dump"));
    gm_db *db = connect_as(s, "gmig_scram"); /* pg_dump must get the password */
    do_sql(s->db, "CREATE TABLE kept (a int)");
    do_sql(s->db, "GRANT ALL ON ALL TABLES IN SCHEMA public TO gmig_scram");
    do_sql(s->db, "GRANT ALL ON SCHEMA public TO gmig_scram");
    assert_ok(gm_db_backup(db, target, &s->err), &s->err);
    assert_int_equal(stat(gm_str_z(s->arena, target), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_true(status.st_size > 0);
    assert_int_equal(gm_db_backup(db, target, &s->err), GM_E_REFUSED);
    gm_db_close(db);
    unlink(gm_str_z(s->arena, target));
    assert_int_equal(rmdir(gm_str_z(s->arena, folder)), 0); /* no temporary file is left */
}

static void a_backup_that_fails_says_why_and_leaves_nothing(void **state)
{
    session *s = *state;
    gm_str folder = make_folder(s);
    gm_str bin = make_folder(s);
    gm_str target = gm_path_join(s->arena, folder, GM_STR("copy.dump"));
    gm_str before = gm_str_dup(s->arena, gm_str_from(getenv("PATH")));
    setenv("PATH", gm_str_z(s->arena, bin), 1);
    assert_int_equal(gm_db_backup(s->db, target, &s->err), GM_E_DATABASE);
    assert_has(s->err.text, "cannot run pg_dump");
    assert_has(s->err.hint, "apt-get install postgresql-client");
    fake_program(s, bin, "pg_dump", "pg_dump (PostgreSQL) 9.6.1", 0);
    assert_int_equal(gm_db_backup(s->db, target, &s->err), GM_E_DATABASE);
    assert_has(s->err.text, "pg_dump 9 cannot back up a server of version");
    fake_program(s, bin, "pg_dump", "pg_dump: error: no luck", 1);
    assert_int_equal(gm_db_backup(s->db, target, &s->err), GM_E_DATABASE);
    assert_has(s->err.text, "failed: pg_dump: error: no luck");
    fake_program(s, bin, "pg_dump", "pg_dump (PostgreSQL) 99.1", 0);
    fake_program(s, bin, "pg_restore", "pg_restore: error: input file is too short", 1);
    assert_int_equal(gm_db_backup(s->db, target, &s->err), GM_E_DATABASE);
    assert_has(s->err.text, "input file is too short");
    setenv("PATH", gm_str_z(s->arena, before), 1);
    unlink(gm_str_z(s->arena, gm_path_join(s->arena, bin, GM_STR("pg_dump"))));
    unlink(gm_str_z(s->arena, gm_path_join(s->arena, bin, GM_STR("pg_restore"))));
    assert_int_equal(rmdir(gm_str_z(s->arena, bin)), 0);
    assert_int_equal(rmdir(gm_str_z(s->arena, folder)), 0);
}

static void a_backup_that_waits_for_a_lock_is_interrupted(void **state)
{
    session *s = *state;
    pthread_t thread;
    gm_str folder = make_folder(s);
    gm_str target = gm_path_join(s->arena, folder, GM_STR("copy.dump"));
    gm_db *two = connect_as(s, "postgres");
    do_sql(s->db, "CREATE TABLE t (a int)");
    assert_ok(gm_db_begin(s->db, &s->err), &s->err);
    do_sql(s->db, "LOCK TABLE t");
    assert_ok(gm_db_set_timeouts(two, 60000, 0, &s->err), &s->err);
    int64_t start = gm_clock_ms();
    pthread_create(&thread, NULL, interrupt_soon, two);
    assert_int_equal(gm_db_backup(two, target, &s->err), GM_E_INTERRUPTED);
    pthread_join(thread, NULL);
    assert_true(gm_clock_ms() - start < 20000);
    assert_int_equal(rmdir(gm_str_z(s->arena, folder)), 0);
    gm_db_close(two);
}

/* ---- pooler ---- */

static pid_t start_pooler(session *s, gm_str folder, const char *mode)
{
    gm_str url = pg_fixture_file(s->arena, "url");
    size_t host = gm_str_search(url, GM_STR("host=")) + 5;
    gm_str server = gm_str_sub(url, host, gm_str_find(url, '&', host));
    const char *source = getenv("GMIG_SOURCE");
    assert_non_null(source);
    const char *script = gm_str_printf(s->arena, "%s/tests/support/pgbouncer.sh", source).ptr;
    const char *socket = gm_str_printf(s->arena, "%.*s/.s.PGSQL.6432", GM_ARG(folder)).ptr;
    pid_t pid = fork();
    if (pid == 0) {
        execl("/bin/sh", "sh", script, gm_str_z(s->arena, server), gm_str_z(s->arena, folder), mode,
              (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < 200 && access(socket, F_OK) != 0; i++) {
        int status;
        if (waitpid(pid, &status, WNOHANG) == pid) {
            assert_int_equal(WEXITSTATUS(status), 77);
            return 0;
        }
        usleep(50 * 1000);
    }
    return pid;
}

static void a_pooler_is_seen_refused_and_not_left_with_settings(void **state)
{
    session *s = *state;
    gm_db *db = NULL;
    gm_str folder = make_folder(s);
    pid_t pid = start_pooler(s, folder, "transaction");
    if (!pid) {
        rmdir(gm_str_z(s->arena, folder));
        skip();
    }
    gm_db_options options = options_for(s->arena, "postgres");
    options.location = gm_str_printf(s->arena, "host=%.*s port=6432 user=postgres dbname=%.*s",
                                     GM_ARG(folder), GM_ARG(database));
    options.lock_timeout_ms = 4321;
    assert_ok(gm_db_open(s->arena, &options, &db, &s->err), &s->err);
    assert_int_equal(gm_db_refuse_pooler(db, &s->err), GM_E_REFUSED);
    assert_has(s->err.hint, "Connect to the server itself");
    assert_str(ask_sql(s->arena, db, "SHOW lock_timeout"), "0");
    assert_ok(gm_db_begin(db, &s->err), &s->err);
    assert_str(ask_sql(s->arena, db, "SHOW lock_timeout"), "4321ms");
    do_sql(db, "CREATE TABLE t (a int)");
    assert_ok(gm_db_commit(db, &s->err), &s->err);
    assert_str(ask_sql(s->arena, db, "SHOW lock_timeout"), "0");
    gm_db_close(db);
    db = NULL;
    options.location =
        gm_str_printf(s->arena, "%.*s options='-c search_path=x'", GM_ARG(options.location));
    assert_int_equal(gm_db_open(s->arena, &options, &db, &s->err), GM_E_CONNECT);
    assert_has(s->err.hint, "pooler");
    kill(pid, SIGINT);
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
    static const char *const files[] = {"pgbouncer.ini", "pgbouncer.log", "pgbouncer.pid",
                                        ".s.PGSQL.6432"};
    for (size_t i = 0; i < 4; i++)
        unlink(gm_str_z(s->arena, gm_path_join(s->arena, folder, gm_str_from(files[i]))));
    assert_int_equal(rmdir(gm_str_z(s->arena, folder)), 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin_session, end_session)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(the_session_is_named_and_set_up),
        test(the_users_own_application_name_stays),
        test(a_wrong_password_is_refused_and_never_shown),
        test(an_unreadable_conninfo_is_not_echoed),
        test(a_server_that_never_answers_is_given_up_in_time),
        test(a_read_only_connection_writes_nothing),
        test(several_statements_in_one_text_are_refused),
        test(errors_have_the_servers_own_words),
        test(statements_outside_transactions_work),
        test(parameters_rows_and_counts_come_through),
        test(copy_takes_its_data_and_nothing_else_does),
        test(a_transaction_state_is_the_servers),
        test(a_deferred_key_fails_the_commit),
        test(a_lock_timeout_is_reported_as_locked),
        test(a_session_that_was_ended_is_lost),
        test(an_interrupt_cancels_the_running_statement_once),
        test(an_interrupt_between_statements_fails_the_next_but_no_commit),
        test(the_lock_has_one_holder_and_names_it),
        test(the_lock_of_a_killed_runner_comes_free),
        test(a_reset_takes_back_what_statements_left_and_keeps_the_lock),
        test(tables_are_listed_without_those_of_the_system),
        test(quoting_gives_the_text_back),
        test(a_backup_can_be_listed_and_replaces_nothing),
        test(a_backup_that_fails_says_why_and_leaves_nothing),
        test(a_backup_that_waits_for_a_lock_is_interrupted),
        test(a_pooler_is_seen_refused_and_not_left_with_settings),
    };
    if (!pg_fixture_ready())
        return pg_fixture_absent();
    program = gm_arena_new();
    database = pg_fixture_database(program, "db");
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    gm_arena_free(program);
    return failed;
}
