/* SPDX-License-Identifier: Apache-2.0 */
#include "db_test.h"

#include <fcntl.h>
#include <stdio.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

/* ---- a folder of its own for each test ---- */

typedef struct {
    gm_arena *arena;
    gm_err err;
    gm_str folder;
    gm_str path;
} place;

static int make_place(void **state)
{
    gm_arena *arena = gm_arena_new();
    place *p = gm_new(arena, place);
    char folder[] = "/tmp/gmig-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    *p = (place){.arena = arena, .err = gm_err_new(arena)};
    p->folder = gm_str_dup(arena, gm_str_from(folder));
    p->path = gm_path_join(arena, p->folder, GM_STR("t.db"));
    *state = p;
    return 0;
}

static int remove_place(void **state)
{
    place *p = *state;
    pid_t child = fork();
    if (child == 0) {
        execlp("rm", "rm", "-rf", gm_str_z(p->arena, p->folder), (char *)NULL);
        _exit(127);
    }
    waitpid(child, NULL, 0);
    gm_arena_free(p->arena);
    return 0;
}

static gm_db_options options_for(const place *p)
{
    return (gm_db_options){.dialect = GM_SQLITE,
                           .location = p->path,
                           .shown = p->path,
                           .create = true,
                           .lock_timeout_ms = 200};
}

static gm_db *open_db(place *p)
{
    gm_db_options options = options_for(p);
    gm_db *db = NULL;
    assert_ok(gm_db_open(p->arena, &options, &db, &p->err), &p->err);
    return db;
}

static void write_file(place *p, gm_str path, gm_str bytes)
{
    assert_ok(gm_file_write(path, bytes, (gm_write_options){.replace = true}, &p->err), &p->err);
}

static gm_str beside(place *p, const char *suffix)
{
    return gm_str_printf(p->arena, "%.*s%s", GM_ARG(p->path), suffix);
}

/* ---- opening ---- */

static void a_missing_file_is_made_only_when_asked_for(void **state)
{
    place *p = *state;
    gm_db *db = NULL;
    gm_db_options options = options_for(p);
    options.create = false;
    assert_int_equal(gm_db_open(p->arena, &options, &db, &p->err), GM_E_CONNECT);
    options.create = true;
    options.read_only = true;
    assert_int_equal(gm_db_open(p->arena, &options, &db, &p->err), GM_E_CONNECT);
    assert_has(p->err.text, "there is no database at");
    assert_false(gm_file_exists(p->path));
    assert_null(db);
    db = open_db(p);
    do_sql(db, "CREATE TABLE t (a)");
    gm_db_close(db);
    assert_true(gm_file_exists(p->path));
}

static void what_cannot_be_opened_is_said_with_its_cure(void **state)
{
    place *p = *state;
    gm_db *db = NULL;
    gm_db_options options = options_for(p);
    options.location = p->folder;
    assert_int_equal(gm_db_open(p->arena, &options, &db, &p->err), GM_E_CONNECT);
    assert_has(p->err.text, "it is a folder");
    options.location = gm_path_join(p->arena, p->folder, GM_STR("none/t.db"));
    assert_int_equal(gm_db_open(p->arena, &options, &db, &p->err), GM_E_CONNECT);
    assert_has(p->err.hint, "mkdir -p");
    options.location = p->path;
    write_file(p, p->path, GM_STR("this is a letter to a friend, not a database at all\n"));
    assert_int_equal(gm_db_open(p->arena, &options, &db, &p->err), GM_E_CONNECT);
    assert_str(p->err.sqlstate, "SQLITE_NOTADB");
    assert_has(p->err.hint, "something else than an SQLite database");
}

/* Permissions do not bind the superuser. */
static void *as_nobody(void)
{
    static char yes;
    return geteuid() == 0 && seteuid(65534) == 0 ? &yes : NULL;
}

static void back_to_root(void *was)
{
    if (was)
        assert_int_equal(seteuid(0), 0);
}

static void a_file_that_may_not_be_written_is_refused_before_the_run(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    do_sql(db, "CREATE TABLE t (a)");
    gm_db_close(db);
    db = NULL;
    assert_int_equal(chmod(gm_str_z(p->arena, p->path), 0444), 0);
    assert_int_equal(chmod(gm_str_z(p->arena, p->folder), 0755), 0);
    void *root = as_nobody();
    gm_db_options options = options_for(p);
    gm_code code = gm_db_open(p->arena, &options, &db, &p->err);
    back_to_root(root);
    assert_int_equal(code, GM_E_CONNECT);
    assert_str(p->err.sqlstate, "SQLITE_READONLY");
}

static void a_folder_that_may_not_be_written_fails_the_write_with_its_cure(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    do_sql(db, "CREATE TABLE t (a)");
    gm_db_close(db);
    assert_int_equal(chmod(gm_str_z(p->arena, p->path), 0666), 0);
    assert_int_equal(chmod(gm_str_z(p->arena, p->folder), 0555), 0);
    void *root = as_nobody();
    db = open_db(p);
    gm_code write = gm_db_execute(db, GM_STR("INSERT INTO t VALUES (1)"), NULL, &p->err);
    gm_err lock_err = gm_err_new(p->arena);
    gm_code lock = gm_db_lock(db, GM_STR("l"), 0, NULL, NULL, &lock_err);
    gm_db_close(db);
    back_to_root(root);
    chmod(gm_str_z(p->arena, p->folder), 0755);
    assert_int_equal(write, GM_E_DATABASE);
    assert_true(p->err.hint.len > 0);
    assert_int_equal(lock, GM_E_DATABASE);
    assert_has(lock_err.text, "t.db-gmig-lock");
}

static void a_read_only_connection_writes_nothing(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    do_sql(db, "CREATE TABLE t (a)");
    gm_db_close(db);
    gm_db_options options = options_for(p);
    options.read_only = true;
    assert_ok(gm_db_open(p->arena, &options, &db, &p->err), &p->err);
    assert_str(ask_sql(p->arena, db, "SELECT count(*) FROM t"), "0");
    fail_sql(db, "INSERT INTO t VALUES (1)", GM_E_DATABASE, &p->err);
    assert_str(p->err.sqlstate, "SQLITE_READONLY");
    gm_db_close(db);
}

/* A child is killed in a transaction that has reached the file. */
static void leave_hot_journal(place *p)
{
    pid_t child = fork();
    if (child == 0) {
        gm_db *db = open_db(p);
        do_sql(db, "PRAGMA cache_size=1");
        do_sql(db, "PRAGMA cache_spill=1");
        do_sql(db, "BEGIN IMMEDIATE");
        do_sql(db, "INSERT INTO t SELECT randomblob(1000) FROM t");
        raise(SIGKILL);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
    struct stat journal;
    assert_int_equal(stat(gm_str_z(p->arena, beside(p, "-journal")), &journal), 0);
}

static void a_hot_journal_is_rolled_back_by_the_next_writer(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    do_sql(db, "CREATE TABLE t (a)");
    do_sql(db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
               "INSERT INTO t SELECT randomblob(1000) FROM n");
    gm_db_close(db);
    leave_hot_journal(p);
    db = open_db(p);
    assert_str(ask_sql(p->arena, db, "SELECT count(*) FROM t"), "500");
    assert_str(ask_sql(p->arena, db, "PRAGMA integrity_check"), "ok");
    gm_db_close(db);
}

static void a_hot_journal_stops_a_reader_who_may_not_write_with_its_cure(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    do_sql(db, "CREATE TABLE t (a)");
    do_sql(db, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
               "INSERT INTO t SELECT randomblob(1000) FROM n");
    gm_db_close(db);
    leave_hot_journal(p);
    gm_db_options options = options_for(p);
    options.read_only = true;
    assert_int_equal(gm_db_open(p->arena, &options, &db, &p->err), GM_E_CONNECT);
    assert_str(p->err.sqlstate, "SQLITE_READONLY_ROLLBACK");
    assert_has(p->err.hint, "once with write permission");
}

/* ---- statements ---- */

static void several_statements_in_one_text_are_refused(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    static const char *const rows[] = {
        "CREATE TABLE a (x); CREATE TABLE b (x)",
        "CREATE TABLE a (x);\n-- and\nINSERT INTO a VALUES (1);",
        "CREATE TABLE a (x); nonsense",
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fail_sql(db, rows[i], GM_E_SQL, &p->err);
        assert_str(ask_sql(p->arena, db, "SELECT count(*) FROM sqlite_schema"), "0");
    }
    do_sql(db, "CREATE TABLE a (x); -- the end\n ; /* really */ ");
    assert_int_equal(gm_db_execute(db, gm_str_of("SELECT 1\0; DROP TABLE a", 23), NULL, &p->err),
                     GM_E_SQL);
    assert_has(p->err.text, "NUL");
    do_sql(db, " -- nothing");
    gm_db_close(db);
}

static void errors_name_place_statement_and_extended_code(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    size_t position = 0;
    gm_str wrong = GM_STR("SELECT 'é', nope FROM sqlite_schema");
    assert_int_equal(gm_db_execute(db, wrong, &position, &p->err), GM_E_SQL);
    assert_int_equal(position, 13); /* characters, not bytes */
    assert_has(p->err.text, "no such column: nope");
    assert_str(p->err.statement, wrong.ptr);
    assert_str(p->err.sqlstate, "SQLITE_ERROR");
    do_sql(db, "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT NOT NULL UNIQUE CHECK (n <> ''))");
    do_sql(db, "CREATE TABLE c (p REFERENCES p)");
    do_sql(db, "PRAGMA foreign_keys=ON");
    do_sql(db, "INSERT INTO p VALUES (1, 'a')");
    static const char *const rows[][2] = {
        {"INSERT INTO p VALUES (2, 'a')", "SQLITE_CONSTRAINT_UNIQUE"},
        {"INSERT INTO p VALUES (1, 'b')", "SQLITE_CONSTRAINT_PRIMARYKEY"},
        {"INSERT INTO p VALUES (3, NULL)", "SQLITE_CONSTRAINT_NOTNULL"},
        {"INSERT INTO p VALUES (3, '')", "SQLITE_CONSTRAINT_CHECK"},
        {"INSERT INTO c VALUES (9)", "SQLITE_CONSTRAINT_FOREIGNKEY"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        fail_sql(db, rows[i][0], GM_E_SQL, &p->err);
        assert_str(p->err.sqlstate, rows[i][1]);
    }
    gm_db_close(db);
}

static void parameters_are_bound_by_their_number(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    gm_rows rows = {0};
    gm_value params[] = {{.text = GM_STR("o'ne")}, {.null = true}, {.text = GM_STR("")}};
    assert_ok(gm_db_query(p->arena, db, "SELECT $3 AS c, $1 AS a, $2 AS b, $1 || '!'", params, 3,
                          &rows, &p->err),
              &p->err);
    assert_int_equal(rows.rows.len, 1);
    assert_str(rows.columns.items[1], "a");
    assert_str(rows.rows.items[0][0].text, "");
    assert_false(rows.rows.items[0][0].null);
    assert_str(rows.rows.items[0][1].text, "o'ne");
    assert_true(rows.rows.items[0][2].null);
    assert_str(rows.rows.items[0][3].text, "o'ne!");
    do_sql(db, "CREATE TABLE t (a INTEGER)");
    do_sql(db, "INSERT INTO t VALUES (1), (2), (3)");
    assert_int_equal(gm_db_changed_rows(db), 3);
    gm_value two = {.text = GM_STR("2")};
    assert_ok(gm_db_query(p->arena, db, "DELETE FROM t WHERE a = $1", &two, 1, NULL, &p->err),
              &p->err);
    assert_int_equal(gm_db_changed_rows(db), 1);
    assert_ok(gm_db_query(p->arena, db, "DELETE FROM t WHERE a = $1", &two, 1, NULL, &p->err),
              &p->err);
    assert_int_equal(gm_db_changed_rows(db), 0);
    do_sql(db, "CREATE TABLE u (a)");
    assert_int_equal(gm_db_changed_rows(db), 0);
    gm_db_close(db);
}

static void extensions_cannot_be_loaded(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    fail_sql(db, "SELECT load_extension('/tmp/x.so')", GM_E_SQL, &p->err);
    gm_db_close(db);
}

static const char endless[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                              "SELECT count(*) FROM n";

static void a_statement_ends_at_its_limit(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    int64_t start = gm_clock_ms();
    assert_ok(gm_db_set_timeouts(db, 100, 150, &p->err), &p->err);
    fail_sql(db, endless, GM_E_SQL, &p->err);
    assert_has(p->err.text, "longer than its limit of 150 ms");
    assert_in_range(gm_clock_ms() - start, 150, 15000);
    do_sql(db, "CREATE TABLE t (a)");
    gm_db_close(db);
}

/* ---- interrupts ---- */

static void *interrupt_soon(void *db)
{
    usleep(100 * 1000);
    gm_db_interrupt(db);
    return NULL;
}

static void an_interrupt_ends_the_running_statement_once(void **state)
{
    place *p = *state;
    pthread_t thread;
    gm_db *db = open_db(p);
    do_sql(db, "CREATE TABLE t (a)");
    assert_ok(gm_db_begin(db, &p->err), &p->err);
    do_sql(db, "INSERT INTO t VALUES (1)");
    pthread_create(&thread, NULL, interrupt_soon, db);
    fail_sql(db, endless, GM_E_INTERRUPTED, &p->err);
    pthread_join(thread, NULL);
    assert_ok(gm_db_rollback(db, &p->err), &p->err);
    assert_str(ask_sql(p->arena, db, "SELECT count(*) FROM t"), "0");
    gm_db_close(db);
}

static void an_interrupt_between_statements_fails_the_next_but_no_commit(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    do_sql(db, "CREATE TABLE t (a)");
    assert_ok(gm_db_begin(db, &p->err), &p->err);
    do_sql(db, "INSERT INTO t VALUES (1)");
    gm_db_interrupt(db);
    assert_ok(gm_db_commit(db, &p->err), &p->err);
    fail_sql(db, "INSERT INTO t VALUES (2)", GM_E_INTERRUPTED, &p->err);
    assert_str(ask_sql(p->arena, db, "SELECT count(*) FROM t"), "1");
    gm_db_close(db);
}

static void an_interrupt_ends_the_wait_for_a_busy_file(void **state)
{
    place *p = *state;
    pthread_t thread;
    gm_db *one = open_db(p);
    gm_db *two = open_db(p);
    assert_ok(gm_db_begin(one, &p->err), &p->err);
    assert_ok(gm_db_set_timeouts(two, 20000, 0, &p->err), &p->err);
    int64_t start = gm_clock_ms();
    pthread_create(&thread, NULL, interrupt_soon, two);
    assert_int_equal(gm_db_begin(two, &p->err), GM_E_INTERRUPTED);
    pthread_join(thread, NULL);
    assert_true(gm_clock_ms() - start < 10000);
    gm_db_close(one);
    gm_db_close(two);
}

/* ---- transactions ---- */

static void a_busy_file_is_waited_for_and_then_reported_as_locked(void **state)
{
    place *p = *state;
    gm_db *one = open_db(p);
    gm_db *two = open_db(p);
    do_sql(one, "CREATE TABLE t (a)");
    assert_ok(gm_db_begin(one, &p->err), &p->err);
    assert_int_equal(gm_db_tx_state(one), GM_TX_OPEN);
    int64_t start = gm_clock_ms();
    assert_int_equal(gm_db_begin(two, &p->err), GM_E_LOCKED);
    assert_in_range(gm_clock_ms() - start, 200, 15000);
    assert_str(p->err.sqlstate, "SQLITE_BUSY");
    assert_int_equal(gm_db_tx_state(two), GM_TX_NONE);
    assert_ok(gm_db_rollback(one, &p->err), &p->err);
    assert_ok(gm_db_begin(two, &p->err), &p->err);
    gm_db_close(one);
    gm_db_close(two);
}

static void a_failed_commit_leaves_no_transaction(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    do_sql(db, "CREATE TABLE p (id INTEGER PRIMARY KEY)");
    do_sql(db, "CREATE TABLE c (p REFERENCES p DEFERRABLE INITIALLY DEFERRED)");
    assert_ok(gm_db_foreign_keys(db, true, NULL, &p->err), &p->err);
    assert_ok(gm_db_begin(db, &p->err), &p->err);
    do_sql(db, "INSERT INTO c VALUES (7)");
    assert_int_equal(gm_db_commit(db, &p->err), GM_E_SQL);
    assert_str(p->err.sqlstate, "SQLITE_CONSTRAINT_FOREIGNKEY");
    assert_int_equal(gm_db_tx_state(db), GM_TX_NONE);
    assert_ok(gm_db_rollback(db, &p->err), &p->err);
    assert_str(ask_sql(p->arena, db, "SELECT count(*) FROM c"), "0");
    assert_int_equal(gm_db_commit(db, &p->err), GM_E_SQL);
    gm_db_close(db);
}

static void a_full_disk_reports_itself_and_not_the_rollback(void **state)
{
    place *p = *state;
    struct rlimit before;
    gm_db *db = open_db(p);
    do_sql(db, "CREATE TABLE t (a)");
    do_sql(db, "INSERT INTO t VALUES (1)");
    getrlimit(RLIMIT_FSIZE, &before);
    struct rlimit small = {.rlim_cur = 40960, .rlim_max = before.rlim_max};
    assert_ok(gm_db_begin(db, &p->err), &p->err);
    do_sql(db, "PRAGMA cache_size=1");
    setrlimit(RLIMIT_FSIZE, &small);
    gm_code code = gm_db_execute(
        db,
        GM_STR("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
               "INSERT INTO t SELECT randomblob(1000) FROM n"),
        NULL, &p->err);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(code, GM_E_DATABASE);
    assert_has(p->err.detail, "SQLite has rolled the transaction back");
    assert_has(p->err.hint, "file size limit");
    assert_int_equal(gm_db_tx_state(db), GM_TX_NONE);
    assert_ok(gm_db_rollback(db, &p->err), &p->err);
    assert_str(ask_sql(p->arena, db, "SELECT count(*) FROM t"), "1");
    gm_db_close(db);
}

/* ---- lock ---- */

static void count_waiting(void *data, gm_str holder)
{
    (*(int *)data)++;
    assert_has(holder, "gmig, pid ");
}

static void the_lock_has_one_holder_and_names_it(void **state)
{
    place *p = *state;
    int told = 0;
    gm_db *one = open_db(p);
    gm_db *two = open_db(p);
    gm_str name = GM_STR("main.gmig_revisions");
    assert_false(gm_db_lock_held(one));
    assert_ok(gm_db_lock(one, name, 0, NULL, NULL, &p->err), &p->err);
    assert_true(gm_db_lock_held(one));
    assert_int_equal(gm_db_lock(two, name, 0, NULL, NULL, &p->err), GM_E_LOCKED);
    int64_t start = gm_clock_ms();
    assert_int_equal(gm_db_lock(two, name, 300, count_waiting, &told, &p->err), GM_E_LOCKED);
    assert_in_range(gm_clock_ms() - start, 300, 15000);
    assert_int_equal(told, 1);
    gm_str mine = gm_str_printf(p->arena, "pid %ld", (long)getpid());
    assert_true(gm_str_search(p->err.text, mine) < p->err.text.len);
    gm_db_unlock(one);
    assert_false(gm_file_exists(beside(p, "-gmig-lock")));
    assert_ok(gm_db_lock(two, name, 0, NULL, NULL, &p->err), &p->err);
    unlink(gm_str_z(p->arena, beside(p, "-gmig-lock")));
    assert_false(gm_db_lock_held(two)); /* somebody took the file away: others could lock */
    gm_db_close(one);
    gm_db_close(two);
}

static void the_lock_ends_with_its_process(void **state)
{
    place *p = *state;
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        gm_db *db = open_db(p);
        assert_ok(gm_db_lock(db, GM_STR("l"), 0, NULL, NULL, &p->err), &p->err);
        if (write(ready[1], "x", 1) == 1)
            pause();
        _exit(1);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    gm_db *db = open_db(p);
    assert_int_equal(gm_db_lock(db, GM_STR("l"), 0, NULL, NULL, &p->err), GM_E_LOCKED);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_ok(gm_db_lock(db, GM_STR("l"), 2000, NULL, NULL, &p->err), &p->err);
    gm_db_close(db);
    close(ready[0]);
    close(ready[1]);
}

static void an_interrupt_ends_the_wait_for_the_lock(void **state)
{
    place *p = *state;
    pthread_t thread;
    gm_db *one = open_db(p);
    gm_db *two = open_db(p);
    assert_ok(gm_db_lock(one, GM_STR("l"), 0, NULL, NULL, &p->err), &p->err);
    pthread_create(&thread, NULL, interrupt_soon, two);
    assert_int_equal(gm_db_lock(two, GM_STR("l"), 20000, NULL, NULL, &p->err), GM_E_INTERRUPTED);
    pthread_join(thread, NULL);
    gm_db_close(one);
    gm_db_close(two);
}

/* Every child adds its line, under the lock, with a look at the count before and after. */
static void many_runners_take_turns(void **state)
{
    place *p = *state;
    enum { CHILDREN = 8 };
    pid_t children[CHILDREN];
    gm_db *db = open_db(p);
    do_sql(db, "CREATE TABLE t (n)");
    do_sql(db, "INSERT INTO t VALUES (0)");
    gm_db_close(db);
    for (int i = 0; i < CHILDREN; i++) {
        children[i] = fork();
        if (children[i] != 0)
            continue;
        db = open_db(p);
        assert_ok(gm_db_lock(db, GM_STR("l"), 60000, NULL, NULL, &p->err), &p->err);
        gm_str n = ask_sql(p->arena, db, "SELECT n FROM t");
        usleep(5000);
        gm_str sql = gm_str_printf(p->arena, "UPDATE t SET n = %.*s + 1", GM_ARG(n));
        do_sql(db, sql.ptr);
        gm_db_close(db);
        _exit(0);
    }
    for (int i = 0; i < CHILDREN; i++) {
        int status;
        waitpid(children[i], &status, 0);
        assert_int_equal(status, 0);
    }
    db = open_db(p);
    assert_str(ask_sql(p->arena, db, "SELECT n FROM t"), "8");
    gm_db_close(db);
}

/* ---- session and catalogue ---- */

static void a_reset_takes_back_what_statements_left(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    gm_str before = ask_sql(p->arena, db, "PRAGMA foreign_keys");
    do_sql(db, "PRAGMA foreign_keys=ON");
    do_sql(db, "/* x */ PRAGMA legacy_alter_table=ON");
    do_sql(db, "PRAGMA busy_timeout=1");
    do_sql(db, "CREATE TABLE t (a)");
    do_sql(db, "CREATE TEMP TABLE \"a\"\"b\" (a)");
    do_sql(db, "CREATE TEMP VIEW v AS SELECT 1");
    gm_str attach = gm_str_printf(p->arena, "ATTACH '%.*s/o.db' AS other", GM_ARG(p->folder));
    do_sql(db, attach.ptr);
    assert_ok(gm_db_reset_session(db, &p->err), &p->err);
    assert_true(gm_str_eq(ask_sql(p->arena, db, "PRAGMA foreign_keys"), before));
    assert_str(ask_sql(p->arena, db, "PRAGMA legacy_alter_table"), "0");
    assert_str(ask_sql(p->arena, db, "SELECT count(*) FROM sqlite_temp_schema"), "0");
    assert_str(ask_sql(p->arena, db,
                       "SELECT count(*) FROM pragma_database_list "
                       "WHERE name = 'other'"),
               "0");
    assert_str(ask_sql(p->arena, db, "SELECT count(*) FROM t"), "0");
    gm_db *two = open_db(p); /* our wait for a busy file is back */
    assert_ok(gm_db_begin(two, &p->err), &p->err);
    int64_t start = gm_clock_ms();
    assert_int_equal(gm_db_begin(db, &p->err), GM_E_LOCKED);
    assert_in_range(gm_clock_ms() - start, 200, 15000);
    gm_db_close(two);
    gm_db_close(db);
}

static void foreign_keys_are_switched_and_read_back(void **state)
{
    place *p = *state;
    bool was;
    gm_violations found;
    gm_db *db = open_db(p);
    do_sql(db, "CREATE TABLE p (id INTEGER PRIMARY KEY)");
    do_sql(db, "CREATE TABLE c (p REFERENCES p)");
    assert_ok(gm_db_foreign_keys(db, true, &was, &p->err), &p->err);
    assert_ok(gm_db_foreign_keys(db, false, &was, &p->err), &p->err);
    assert_true(was);
    do_sql(db, "INSERT INTO c VALUES (5)");
    assert_ok(gm_db_foreign_key_violations(p->arena, db, &found, &p->err), &p->err);
    assert_int_equal(found.count, 1);
    assert_str(found.lines.items[0], "row 1 of c points to a row of p that is not there");
    do_sql(db, "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 299) "
               "INSERT INTO c SELECT 6 FROM n");
    assert_ok(gm_db_foreign_key_violations(p->arena, db, &found, &p->err), &p->err);
    assert_int_equal(found.count, 300);
    assert_int_equal(found.lines.len, 100);
    assert_ok(gm_db_begin(db, &p->err), &p->err);
    assert_int_equal(gm_db_foreign_keys(db, true, &was, &p->err), GM_E_BUG);
    gm_db_close(db);
}

static void tables_are_listed_without_those_of_sqlite(void **state)
{
    place *p = *state;
    bool exists;
    gm_strs tables;
    gm_str schema;
    gm_db *db = open_db(p);
    do_sql(db, "CREATE TABLE b (id INTEGER PRIMARY KEY AUTOINCREMENT)");
    do_sql(db, "CREATE TABLE \"sqliteXa\" (a)");
    do_sql(db, "CREATE TABLE B2 (a)");
    do_sql(db, "CREATE VIEW v AS SELECT 1");
    assert_ok(gm_db_tables(p->arena, db, &tables, &p->err), &p->err);
    assert_str(gm_strs_list(p->arena, &tables), "B2, b, sqliteXa");
    assert_ok(gm_db_table_exists(db, GM_STR(""), GM_STR("b2"), &exists, &p->err), &p->err);
    assert_true(exists);
    assert_ok(gm_db_table_exists(db, GM_STR("main"), GM_STR("c"), &exists, &p->err), &p->err);
    assert_false(exists);
    assert_ok(gm_db_current_schema(p->arena, db, &schema, &p->err), &p->err);
    assert_str(schema, "main");
    assert_has(gm_db_version(db), "SQLite 3.");
    gm_db_close(db);
}

static void quoting_gives_the_text_back(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    static const char *const rows[] = {"", "plain", "it's", "back\\slash", "a\"b"};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_str text = gm_str_from(rows[i]);
        gm_str quoted = gm_db_quote_text(p->arena, GM_SQLITE, text);
        gm_str name = gm_db_quote_name(p->arena, text);
        gm_str sql = gm_str_printf(p->arena, "SELECT x.%.*s FROM (SELECT %.*s AS %.*s) x",
                                   GM_ARG(name), GM_ARG(quoted), GM_ARG(name));
        assert_true(gm_str_eq(ask_sql(p->arena, db, sql.ptr), text));
    }
    gm_db_close(db);
}

/* ---- backup ---- */

static void a_backup_holds_what_is_in_the_log_and_replaces_nothing(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    gm_db *copy = NULL;
    gm_str target = gm_path_join(p->arena, p->folder, GM_STR("copy.db"));
    do_sql(db, "PRAGMA journal_mode=WAL");
    do_sql(db, "CREATE TABLE t (a)");
    do_sql(db, "INSERT INTO t VALUES (1), (2)");
    chmod(gm_str_z(p->arena, p->path), 0640);
    assert_ok(gm_db_backup(db, target, &p->err), &p->err);
    assert_int_equal(gm_db_backup(db, target, &p->err), GM_E_REFUSED);
    assert_int_equal(gm_db_tx_state(db), GM_TX_NONE);
    do_sql(db, "DELETE FROM t");
    struct stat status;
    assert_int_equal(stat(gm_str_z(p->arena, target), &status), 0);
    assert_int_equal(status.st_mode & 0777, 0640);
    gm_db_options options = options_for(p);
    options.location = target;
    options.read_only = true;
    assert_ok(gm_db_open(p->arena, &options, &copy, &p->err), &p->err);
    assert_str(ask_sql(p->arena, copy, "SELECT count(*) FROM t"), "2");
    assert_str(ask_sql(p->arena, copy, "PRAGMA journal_mode"), "delete");
    gm_db_close(copy);
    gm_db_close(db);
}

static void a_backup_of_a_damaged_database_is_not_kept(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    gm_str target = gm_path_join(p->arena, p->folder, GM_STR("copy.db"));
    do_sql(db, "CREATE TABLE t (a UNIQUE)");
    do_sql(db, "INSERT INTO t VALUES ('one'), ('two'), ('three')");
    gm_db_close(db);
    /* The last page is the index: one byte of a key becomes another. */
    int fd = open(gm_str_z(p->arena, p->path), O_RDWR);
    off_t end = lseek(fd, 0, SEEK_END);
    assert_int_equal(pwrite(fd, "X", 1, end - 2), 1);
    close(fd);
    db = open_db(p);
    assert_int_equal(gm_db_backup(db, target, &p->err), GM_E_DATABASE);
    assert_has(p->err.text, "the backup is damaged");
    gm_db_close(db);
    assert_false(gm_file_exists(target));
}

static void a_backup_that_cannot_be_written_leaves_nothing(void **state)
{
    place *p = *state;
    gm_db *db = open_db(p);
    struct rlimit before;
    gm_str nowhere = gm_path_join(p->arena, p->folder, GM_STR("none/copy.db"));
    gm_str target = gm_path_join(p->arena, p->folder, GM_STR("copy.db"));
    do_sql(db, "CREATE TABLE t (a)");
    do_sql(db, "INSERT INTO t VALUES (zeroblob(300000))");
    assert_int_equal(gm_db_backup(db, nowhere, &p->err), GM_E_IO);
    getrlimit(RLIMIT_FSIZE, &before);
    struct rlimit small = {.rlim_cur = 40960, .rlim_max = before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    gm_code full = gm_db_backup(db, target, &p->err);
    setrlimit(RLIMIT_FSIZE, &before);
    assert_int_equal(full, GM_E_DATABASE);
    gm_db_interrupt(db);
    assert_int_equal(gm_db_backup(db, target, &p->err), GM_E_INTERRUPTED);
    assert_ok(gm_db_begin(db, &p->err), &p->err);
    assert_int_equal(gm_db_backup(db, target, &p->err), GM_E_BUG);
    gm_db_close(db);
    unlink(gm_str_z(p->arena, p->path));
    assert_int_equal(rmdir(gm_str_z(p->arena, p->folder)), 0);
}

static void memory_needs_no_file_and_no_lock_file(void **state)
{
    place *p = *state;
    gm_db *db = NULL;
    gm_db_options options = options_for(p);
    options.location = GM_STR(":memory:");
    assert_ok(gm_db_open(p->arena, &options, &db, &p->err), &p->err);
    assert_ok(gm_db_lock(db, GM_STR("l"), 0, NULL, NULL, &p->err), &p->err);
    assert_true(gm_db_lock_held(db));
    do_sql(db, "CREATE TABLE t (a)");
    assert_ok(gm_db_backup(db, p->path, &p->err), &p->err);
    gm_db_close(db);
    db = open_db(p);
    assert_str(ask_sql(p->arena, db, "SELECT count(*) FROM t"), "0");
    gm_db_close(db);
}

#define test(name) cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        test(a_missing_file_is_made_only_when_asked_for),
        test(what_cannot_be_opened_is_said_with_its_cure),
        test(a_file_that_may_not_be_written_is_refused_before_the_run),
        test(a_folder_that_may_not_be_written_fails_the_write_with_its_cure),
        test(a_read_only_connection_writes_nothing),
        test(a_hot_journal_is_rolled_back_by_the_next_writer),
        test(a_hot_journal_stops_a_reader_who_may_not_write_with_its_cure),
        test(several_statements_in_one_text_are_refused),
        test(errors_name_place_statement_and_extended_code),
        test(parameters_are_bound_by_their_number),
        test(extensions_cannot_be_loaded),
        test(a_statement_ends_at_its_limit),
        test(an_interrupt_ends_the_running_statement_once),
        test(an_interrupt_between_statements_fails_the_next_but_no_commit),
        test(an_interrupt_ends_the_wait_for_a_busy_file),
        test(a_busy_file_is_waited_for_and_then_reported_as_locked),
        test(a_failed_commit_leaves_no_transaction),
        test(a_full_disk_reports_itself_and_not_the_rollback),
        test(the_lock_has_one_holder_and_names_it),
        test(the_lock_ends_with_its_process),
        test(an_interrupt_ends_the_wait_for_the_lock),
        test(many_runners_take_turns),
        test(a_reset_takes_back_what_statements_left),
        test(foreign_keys_are_switched_and_read_back),
        test(tables_are_listed_without_those_of_sqlite),
        test(quoting_gives_the_text_back),
        test(a_backup_holds_what_is_in_the_log_and_replaces_nothing),
        test(a_backup_of_a_damaged_database_is_not_kept),
        test(a_backup_that_cannot_be_written_leaves_nothing),
        test(memory_needs_no_file_and_no_lock_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
