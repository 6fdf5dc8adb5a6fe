/* SPDX-License-Identifier: Apache-2.0 */
#include "pg_fixture.h"

#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "db_test.h"
#include "scratch/scratch_postgres.h"
#include "scratch/server.h"
#include "scratch/server_programs.h"
#include "scratch/trees.h"

/* ---- one scratch for tests that do not break it ---- */

typedef struct {
    gm_arena *arena;
    gm_err err;
    gm_scratch_postgres *scratch;
    gm_db *db;
} session;

static gm_scratch_options private_server(void)
{
    return (gm_scratch_options){.dialect = GM_POSTGRES};
}

static void open_with(session *s, const gm_scratch_options *options)
{
    s->arena = gm_arena_new();
    s->err = gm_err_new(s->arena);
    assert_ok(gm_scratch_postgres_open(s->arena, options, &s->scratch, &s->err), &s->err);
    assert_ok(gm_scratch_postgres_new(s->scratch, &s->db, &s->err), &s->err);
}

static void close_session(session *s)
{
    gm_scratch_postgres_close(s->scratch);
    gm_arena_free(s->arena);
}

static session shared;

static int open_shared(void **state)
{
    gm_scratch_options options = private_server();
    (void)state;
    open_with(&shared, &options);
    return 0;
}

static int close_shared(void **state)
{
    (void)state;
    close_session(&shared);
    return 0;
}

/* The user, the database and the folder of fixture's server. */
static gm_scratch_options named_server(gm_arena *arena, const char *user)
{
    return (gm_scratch_options){.dialect = GM_POSTGRES,
                                .postgres = pg_fixture_url(arena, user, GM_STR("postgres")),
                                .postgres_shown = GM_STR("the test server")};
}

/* ---- what SQL cannot do ---- */

static void expect_refusal(session *s, const char *sql)
{
    gm_err err = gm_err_new(s->arena);
    if (gm_db_execute(s->db, gm_str_from(sql), NULL, &err) == GM_OK)
        fail_msg("not refused: %s", sql);
    /* insufficient_privilege, or whatever says that there is no such thing */
    bool known = gm_str_is(err.sqlstate, "42501") || gm_str_is(err.sqlstate, "0A000") ||
                 gm_str_is(err.sqlstate, "42883") || gm_str_is(err.sqlstate, "58P01") ||
                 gm_str_is(err.sqlstate, "42704") || gm_str_is(err.sqlstate, "22023");
    if (!known)
        fail_msg("%s: %.*s %.*s", sql, GM_ARG(err.sqlstate), GM_ARG(err.text));
}

static const char *const escapes[] = {
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "COPY (SELECT 1) TO '/tmp/gmig-escape'",
    "COPY (SELECT 1) TO '/tmp/gmig-escape' WITH (FORMAT binary)",
    "DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch /tmp/gmig-escape'''; END $$",
    "DO $$ BEGIN EXECUTE 'ALTER ROLE ' || quote_ident(session_user) || ' SUPERUSER'; END $$",
    "SELECT set_config('session_authorization', 'gmig_owner', false)",
    "SELECT set_config('session_authorization', 'postgres', false)",
    "DO $$ BEGIN PERFORM set_config('role', 'gmig_owner', false); END $$",
    "DO $$ BEGIN PERFORM set_config('role', 'postgres', false); END $$",
    "UPDATE pg_catalog.pg_authid SET rolsuper = true",
    "SELECT pg_catalog.lo_export(pg_catalog.lo_from_bytea(0, 'x'), '/tmp/gmig-escape')",
    "SELECT pg_catalog.pg_reload_conf()",
    "SELECT rolpassword FROM pg_catalog.pg_authid",
    "CREATE EVENT TRIGGER escape ON ddl_command_end EXECUTE FUNCTION pg_catalog.suppress()",
    "SET log_statement = 'none'",
    "SET session_preload_libraries = 'libc.so.6'",
    "SET dynamic_library_path = '/tmp'",
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_read_binary_file('/etc/passwd')",
    "SELECT pg_ls_dir('/')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT lo_export(0, '/tmp/gmig-escape')",
    "CREATE EXTENSION plpython3u",
    "CREATE EXTENSION dblink",
    "CREATE EXTENSION postgres_fdw",
    "CREATE EXTENSION file_fdw",
    "SELECT dblink_connect('dbname=postgres')",
    "CREATE FUNCTION escape() RETURNS int LANGUAGE c AS 'libc.so.6', 'getpid'",
    "CREATE FUNCTION escape(text) RETURNS int LANGUAGE internal AS 'pg_read_file_all'",
    "LOAD '/usr/lib/x86_64-linux-gnu/libc.so.6'",
    "ALTER SYSTEM SET archive_command = 'id'",
    "SET SESSION AUTHORIZATION gmig_owner",
    "SET SESSION AUTHORIZATION postgres",
    "SET ROLE gmig_owner",
    "SET ROLE postgres",
    "SET ROLE pg_execute_server_program",
    "CREATE ROLE escape SUPERUSER",
    "GRANT pg_read_server_files TO CURRENT_USER",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "CREATE DATABASE escape",
    "DROP DATABASE postgres",
    "ALTER DATABASE postgres RENAME TO escape",
    "CREATE TABLESPACE escape LOCATION '/tmp'",
    "CREATE SUBSCRIPTION escape CONNECTION 'host=localhost' PUBLICATION p",
    "SET temp_file_limit = -1",
};

/* psql would run these; the server knows none of them. */
static const char *const client_words[] = {
    "\\! touch /tmp/gmig-escape", "\\copy pg_class TO '/tmp/gmig-escape'", "\\i /etc/passwd",
    "SELECT 1 \\gexec", "SELECT 1; SELECT 2"};

static void refuse_all(session *s)
{
    for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++)
        expect_refusal(s, escapes[i]);
    do_sql(s->db, "CREATE TABLE from_file (line text)");
    expect_refusal(s, "COPY from_file FROM '/etc/passwd'");
    expect_refusal(s, "COPY from_file FROM PROGRAM 'id'");
    for (size_t i = 0; i < sizeof(client_words) / sizeof(client_words[0]); i++) {
        gm_err err = gm_err_new(s->arena);
        fail_sql(s->db, client_words[i], GM_E_SQL, &err);
        assert_str(err.sqlstate, "42601");
    }
    assert_int_equal(access("/tmp/gmig-escape", F_OK), -1);
    /* A session that was never another's has nobody to go back to. */
    do_sql(s->db, "RESET ROLE");
    do_sql(s->db, "RESET SESSION AUTHORIZATION");
    assert_str(ask_sql(s->arena, s->db,
                       "SELECT rolsuper::text FROM pg_roles WHERE rolname = "
                       "session_user"),
               "false");
    expect_refusal(s, "COPY (SELECT 1) TO PROGRAM 'id'");
}

static void sql_cannot_leave_a_private_server(void **state)
{
    (void)state;
    refuse_all(&shared);
}

static void sql_cannot_leave_a_named_server(void **state)
{
    session s;
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_scratch_options options = named_server(arena, "postgres");
    open_with(&s, &options);
    refuse_all(&s);
    close_session(&s);
    gm_arena_free(arena);
}

static void an_endless_query_ends_at_the_deadline(void **state)
{
    session s;
    gm_scratch_options options = private_server();
    (void)state;
    options.deadline_ms = 300;
    open_with(&s, &options);
    int64_t start = gm_clock_ms();
    gm_err err = gm_err_new(s.arena);
    fail_sql(s.db, "SELECT count(*) FROM generate_series(1, 1000000000000)", GM_E_SQL, &err);
    assert_str(err.sqlstate, "57014");
    /* A statement cannot give itself more time. */
    gm_err_clear(&err);
    fail_sql(s.db, "DO $$ BEGIN SET LOCAL statement_timeout = 0; PERFORM pg_sleep(60); END $$",
             GM_E_SQL, &err);
    /* Nor the statements before it. */
    do_sql(s.db, "SET statement_timeout = 0");
    do_sql(s.db, "BEGIN");
    do_sql(s.db, "SET LOCAL statement_timeout = 0");
    gm_err_clear(&err);
    fail_sql(s.db,
             "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 - 1 FROM n) SELECT i FROM n",
             GM_E_SQL, &err);
    assert_has(err.text, "longer than its limit of 300 ms");
    do_sql(s.db, "ROLLBACK");
    gm_err_clear(&err);
    fail_sql(s.db, "COPY (SELECT generate_series(1, 1000000000000)) TO STDOUT", GM_E_SQL, &err);
    assert_has(err.text, "longer than its limit of 300 ms");
    assert_true(gm_clock_ms() - start < 20000);
    /* One that catches its end loses its session. */
    gm_err_clear(&err);
    fail_sql(s.db,
             "DO $$ BEGIN LOOP BEGIN PERFORM pg_sleep(1); EXCEPTION WHEN query_canceled THEN NULL; "
             "END; END LOOP; END $$",
             GM_E_SQL, &err);
    assert_has(err.text, "longer than its limit of 300 ms");
    assert_int_equal(gm_db_tx_state(s.db), GM_TX_LOST);
    assert_true(gm_clock_ms() - start < 40000);
    close_session(&s);
}

/* ---- databases ---- */

static void each_database_is_empty_and_its_owner_may_work(void **state)
{
    gm_db *other = NULL;
    (void)state;
    assert_ok(gm_scratch_postgres_new(shared.scratch, &other, &shared.err), &shared.err);
    do_sql(other, "CREATE SCHEMA app");
    do_sql(other, "CREATE TABLE app.t (id serial PRIMARY KEY)");
    do_sql(other, "CREATE TYPE mood AS ENUM ('sad')");
    do_sql(other, "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'");
    assert_str(ask_sql(shared.arena, shared.db, "SELECT to_regclass('app.t') IS NULL"), "t");
}

static void setup_runs_in_each_database(void **state)
{
    session s;
    gm_db *second = NULL;
    gm_scratch_options options = private_server();
    (void)state;
    options.setup = GM_STR("CREATE ROLE reporting;\nCREATE SCHEMA foo;\n"
                           "GRANT ALL ON SCHEMA foo TO reporting;\n"
                           "SET search_path TO foo, public;\n");
    options.setup_path = GM_STR("ci/setup.sql");
    open_with(&s, &options);
    assert_ok(gm_scratch_postgres_new(s.scratch, &second, &s.err), &s.err);
    do_sql(second, "CREATE TABLE t (id int)");
    do_sql(second, "ALTER TABLE t OWNER TO reporting");
    assert_str(ask_sql(s.arena, second, "SELECT to_regclass('foo.t') IS NOT NULL"), "t");
    assert_ok(gm_db_reset_session(second, &s.err), &s.err);
    assert_str(ask_sql(s.arena, second, "SELECT current_schema()"), "foo");
    close_session(&s);
}

static void a_setup_that_fails_names_its_line(void **state)
{
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_scratch_postgres *scratch = NULL;
    gm_scratch_options options = private_server();
    (void)state;
    options.setup = GM_STR("CREATE SCHEMA foo;\nCREATE NONSENSE;\n");
    options.setup_path = GM_STR("ci/setup.sql");
    assert_int_equal(gm_scratch_postgres_open(arena, &options, &scratch, &err), GM_E_SQL);
    assert_str(err.where, "ci/setup.sql:2");
    gm_arena_free(arena);
}

static void nothing_stays_on_a_named_server(void **state)
{
    session s;
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_db *db = NULL;
    gm_scratch_options options = named_server(arena, "postgres");
    gm_db_options direct = {
        .dialect = GM_POSTGRES, .location = options.postgres, .shown = options.postgres_shown};
    assert_ok(gm_db_open(arena, &direct, &db, &err), &err);
    open_with(&s, &options);
    assert_str(ask_sql(arena, db,
                       "SELECT count(*) > 0 FROM pg_database WHERE datname ~ "
                       "'^gmig_scratch_[0-9]'"),
               "t");
    /* What a killed one left: nobody's session has its name. */
    do_sql(db, "CREATE DATABASE gmig_scratch_1_abc_0");
    do_sql(db, "CREATE ROLE gmig_scratch_1_abc");
    close_session(&s);
    open_with(&s, &options);
    close_session(&s);
    assert_str(ask_sql(arena, db,
                       "SELECT (SELECT count(*) FROM pg_database WHERE datname ~ "
                       "'^gmig_scratch_[0-9]') + (SELECT count(*) FROM pg_roles WHERE "
                       "rolname ~ '^gmig_scratch_[0-9]')"),
               "0");
    gm_db_close(db);
    gm_arena_free(arena);
}

static void refused_user(const char *make, const char *part)
{
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_db *db = NULL;
    gm_scratch_postgres *scratch = NULL;
    gm_scratch_options admin = named_server(arena, "postgres");
    gm_scratch_options options = named_server(arena, "gmig_scratch_test");
    gm_db_options direct = {
        .dialect = GM_POSTGRES, .location = admin.postgres, .shown = admin.postgres_shown};
    assert_ok(gm_db_open(arena, &direct, &db, &err), &err);
    do_sql(db, "DROP DATABASE IF EXISTS owned_by_test");
    do_sql(db, "DROP ROLE IF EXISTS gmig_scratch_test");
    do_sql(db, make);
    if (strstr(part, "owns"))
        do_sql(db, "CREATE DATABASE owned_by_test OWNER gmig_scratch_test");
    gm_code code = gm_scratch_postgres_open(arena, &options, &scratch, &err);
    if (code == GM_OK)
        fail_msg("not refused: %s", make);
    assert_int_equal(code, GM_E_REFUSED);
    assert_true(gm_str_search(err.text, gm_str_from(part)) < err.text.len);
    do_sql(db, "DROP DATABASE IF EXISTS owned_by_test");
    do_sql(db, "DROP ROLE gmig_scratch_test");
    gm_db_close(db);
    gm_arena_free(arena);
}

static void a_user_that_may_too_much_or_too_little_is_refused(void **state)
{
    (void)state;
    refused_user("CREATE ROLE gmig_scratch_test LOGIN", "may not make databases");
    refused_user("CREATE ROLE gmig_scratch_test LOGIN CREATEDB", "owns the database");
    refused_user("CREATE ROLE gmig_scratch_test LOGIN CREATEDB REPLICATION", "may do more");
    refused_user("CREATE ROLE gmig_scratch_test LOGIN CREATEDB IN ROLE pg_read_server_files",
                 "may do more");
}

/* ---- the private server ---- */

static bool is_there(const char *folder)
{
    return access(folder, F_OK) == 0;
}

/* Waits for what happens in other processes. */
static bool goes(const char *folder)
{
    struct timespec moment = {.tv_nsec = 20000000};
    for (int i = 0; i < 500 && is_there(folder); i++)
        nanosleep(&moment, NULL);
    return !is_there(folder);
}

static gm_scratch_server *start_server(gm_arena *arena)
{
    gm_scratch_server *server = NULL;
    gm_err err = gm_err_new(arena);
    assert_ok(gm_server_start(arena, 0, &server, &err), &err);
    assert_true(is_there(gm_server_folder(server).ptr));
    return server;
}

static void its_folder_goes_with_it(void **state)
{
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_scratch_server *server = start_server(arena);
    gm_str folder = gm_str_dup(arena, gm_server_folder(server));
    (void)state;
    gm_server_stop(server);
    assert_false(is_there(folder.ptr));
}

static void it_ends_when_its_user_is_killed(void **state)
{
    int said[2];
    char folder[256] = "";
    (void)state;
    assert_int_equal(pipe(said), 0);
    pid_t child = fork();
    if (child == 0) {
        close(said[0]);
        gm_str name = gm_server_folder(start_server(gm_arena_new()));
        if (write(said[1], name.ptr, name.len) != (ssize_t)name.len)
            _exit(1);
        pause();
        _exit(0);
    }
    close(said[1]);
    assert_true(read(said[0], folder, sizeof(folder) - 1) > 0);
    /* Nobody else holds our pipe: a reader of gmig's output is not kept waiting by the server. */
    kill(child, SIGKILL);
    char end;
    assert_int_equal(read(said[0], &end, 1), 0);
    close(said[0]);
    waitpid(child, NULL, 0);
    assert_true(goes(folder));
}

static void what_a_killed_watcher_leaves_is_swept(void **state)
{
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_server_programs programs;
    gm_str left;
    gm_str next;
    int lock;
    int next_lock;
    (void)state;
    assert_ok(gm_server_find_programs(arena, &programs, &err), &err);
    assert_ok(gm_server_new_folder(arena, &programs, &left, &lock, &err), &err);
    close(lock);
    assert_ok(gm_server_new_folder(arena, &programs, &next, &next_lock, &err), &err);
    assert_false(gm_file_exists(left));
    assert_true(gm_file_exists(next));
    struct stat status;
    assert_int_equal(stat(next.ptr, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    close(next_lock);
    assert_ok(gm_server_new_folder(arena, &programs, &left, &lock, &err), &err);
    assert_false(gm_file_exists(next));
    close(lock);
    assert_int_equal(rmdir(left.ptr), -1); /* it has its lock */
    unlink(gm_path_join(arena, left, GM_STR("lock")).ptr);
    assert_int_equal(rmdir(left.ptr), 0);
    gm_arena_free(arena);
}

static void without_programs_there_is_a_cure(void **state)
{
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_scratch_postgres *scratch = NULL;
    gm_scratch_options options = private_server();
    (void)state;
    setenv("GMIG_PGBIN", "/nowhere", 1);
    assert_int_equal(gm_scratch_postgres_open(arena, &options, &scratch, &err), GM_E_NO_SCRATCH);
    unsetenv("GMIG_PGBIN");
    assert_has(err.hint, "apt-get install postgresql");
    assert_has(err.hint, "scratch: {postgres: URL}");
    gm_arena_free(arena);
}

static void what_initdb_made_is_kept_and_mended(void **state)
{
    session s;
    gm_scratch_options options = private_server();
    gm_server_programs programs;
    (void)state;
    open_with(&s, &options);
    assert_ok(gm_server_find_programs(s.arena, &programs, &s.err), &s.err);
    gm_str cache = gm_server_cache(s.arena, &programs);
    gm_str file = gm_path_join(s.arena, cache, GM_STR("global/pg_control"));
    assert_true(gm_file_exists(file));
    assert_int_equal(unlink(gm_str_z(s.arena, file)), 0);
    session again;
    open_with(&again, &options);
    assert_true(gm_file_exists(file));
    close_session(&again);
    close_session(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sql_cannot_leave_a_private_server),
        cmocka_unit_test(sql_cannot_leave_a_named_server),
        cmocka_unit_test(an_endless_query_ends_at_the_deadline),
        cmocka_unit_test(each_database_is_empty_and_its_owner_may_work),
        cmocka_unit_test(setup_runs_in_each_database),
        cmocka_unit_test(a_setup_that_fails_names_its_line),
        cmocka_unit_test(nothing_stays_on_a_named_server),
        cmocka_unit_test(a_user_that_may_too_much_or_too_little_is_refused),
        cmocka_unit_test(its_folder_goes_with_it),
        cmocka_unit_test(it_ends_when_its_user_is_killed),
        cmocka_unit_test(what_a_killed_watcher_leaves_is_swept),
        cmocka_unit_test(without_programs_there_is_a_cure),
        cmocka_unit_test(what_initdb_made_is_kept_and_mended),
    };
    char cache[] = "/tmp/gmig-cache.XXXXXX";
    if (!pg_fixture_ready())
        return pg_fixture_absent();
    if (!mkdtemp(cache))
        return 1;
    setenv("XDG_CACHE_HOME", cache, 1);
    int failed = cmocka_run_group_tests(tests, open_shared, close_shared);
    gm_tree_remove(cache);
    return failed;
}
