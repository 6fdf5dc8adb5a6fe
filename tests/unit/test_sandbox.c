/* SPDX-License-Identifier: Apache-2.0 */
#include "db_test.h"

#include <dirent.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "db/sandbox.h"

/* Each test runs in an empty folder, where a file that SQL made would be seen. */
typedef struct {
    gm_arena *arena;
    gm_err err;
    gm_db *db;
    char folder[32];
} fixture;

static int open_with(fixture *f, int64_t deadline_ms)
{
    gm_db_close(f->db);
    return gm_db_open_sandbox(f->arena, deadline_ms, &f->db, &f->err) == GM_OK ? 0 : -1;
}

static int setup(void **state)
{
    fixture *f = test_calloc(1, sizeof(*f));
    f->arena = gm_arena_new();
    f->err = gm_err_new(f->arena);
    memcpy(f->folder, "/tmp/gmig-sandbox.XXXXXX", 25);
    *state = f;
    if (!mkdtemp(f->folder) || chdir(f->folder) != 0)
        return -1;
    return open_with(f, 60000);
}

static size_t files_in(const char *path)
{
    size_t count = 0;
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder));)
        count += entry->d_name[0] != '.';
    closedir(folder);
    return count;
}

static int teardown(void **state)
{
    fixture *f = *state;
    size_t left = files_in(f->folder);
    gm_db_close(f->db);
    gm_arena_free(f->arena);
    int failed = chdir("/") != 0 || rmdir(f->folder) != 0 || left != 0;
    test_free(f);
    return failed;
}

static void refused(fixture *f, const char *sql, const char *part)
{
    gm_err_clear(&f->err);
    if (gm_db_execute(f->db, gm_str_from(sql), NULL, &f->err) == GM_OK)
        fail_msg("not refused: %s", sql);
    if (gm_str_search(f->err.text, gm_str_from(part)) == f->err.text.len)
        fail_msg("%s: %.*s", sql, GM_ARG(f->err.text));
}

static void sql_reaches_no_file(void **state)
{
    static const struct {
        const char *sql, *part;
    } rows[] = {
        {"ATTACH 'other.db' AS other", "not authorized"},
        {"ATTACH 'file:other.db?mode=rwc' AS other", "not authorized"},
        {"ATTACH 'oth' || 'er.db' AS other", "not authorized"},
        {"VACUUM INTO 'copy.db'", "authorization denied"},
        {"VACUUM main INTO 'co' || 'py.db'", "authorization denied"},
        {"SELECT load_extension('./evil.so')", "not authorized"},
        {"SELECT fts3_tokenizer('simple')", "not authorized"},
        {"SELECT readfile('/etc/passwd')", "no such function"},
        {"SELECT writefile('out', 'x')", "no such function"},
        {"SELECT edit('x')", "no such function"},
        {"PRAGMA temp_store_directory = '.'", "not authorized"},
        {"PRAGMA data_store_directory = '.'", "not authorized"},
        {"PRAGMA temp_store = FILE", "not authorized"},
        {"PRAGMA writable_schema = ON", "not authorized"},
        {"PRAGMA trusted_schema = ON", "not authorized"},
        {"PRAGMA hard_heap_limit = 0", "not authorized"},
        {"PRAGMA max_page_count = 4294967294", "not authorized"},
        {"PRAGMA mmap_size = 1000000", "not authorized"},
        {"SELECT * FROM pragma_temp_store_directory('.')", "no such table"},
        {"UPDATE sqlite_schema SET sql = 'x'", "may not be modified"},
        {"CREATE VIRTUAL TABLE x USING csv(filename = '/etc/passwd')", "no such module"},
    };
    fixture *f = *state;
    do_sql(f->db, "CREATE TABLE kept (id INTEGER)");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        refused(f, rows[i].sql, rows[i].part);
    assert_int_equal(files_in("."), 0);
    assert_str(ask_sql(f->arena, f->db, "SELECT sql FROM sqlite_schema"),
               "CREATE TABLE kept (id INTEGER)");
}

/* Nor through what runs later on somebody else's behalf. */
static void triggers_and_views_reach_no_file(void **state)
{
    fixture *f = *state;
    do_sql(f->db, "CREATE TABLE t (id INTEGER)");
    refused(f,
            "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT load_extension('./evil.so'); END; "
            "INSERT INTO t VALUES (1)",
            "several statements");
    do_sql(f->db,
           "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT load_extension('./evil.so'); END");
    refused(f, "INSERT INTO t VALUES (1)", "not authorized");
    do_sql(f->db, "CREATE VIEW v AS SELECT load_extension('./evil.so') AS x");
    refused(f, "SELECT * FROM v", "unsafe use of load_extension");
}

static void what_honest_migrations_do_still_works(void **state)
{
    fixture *f = *state;
    do_sql(f->db, "PRAGMA journal_mode = WAL");
    do_sql(f->db, "PRAGMA foreign_keys = OFF");
    do_sql(f->db, "PRAGMA legacy_alter_table = ON");
    do_sql(f->db, "ATTACH ':memory:' AS more");
    do_sql(f->db, "CREATE TABLE more.t (id INTEGER)");
    do_sql(f->db, "DETACH more");
    do_sql(f->db, "CREATE TABLE t (id INTEGER)");
    do_sql(f->db, "VACUUM");
    do_sql(f->db, "CREATE VIRTUAL TABLE words USING fts5(text)");
    do_sql(f->db, "INSERT INTO t SELECT length(zeroblob(1000000))");
    assert_str(ask_sql(f->arena, f->db, "SELECT id FROM t"), "1000000");
}

#define ENDLESS "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "

static void an_endless_query_ends_at_the_deadline(void **state)
{
    fixture *f = *state;
    assert_int_equal(open_with(f, 100), 0);
    int64_t start = gm_clock_ms();
    refused(f, ENDLESS "SELECT count(*) FROM n", "longer than its limit of 100 ms");
    assert_str(f->err.sqlstate, "SQLITE_INTERRUPT");
    do_sql(f->db, "CREATE TABLE t (id INTEGER)");
    refused(f, ENDLESS "INSERT INTO t SELECT i FROM n WHERE i < 0", "longer than its limit");
    do_sql(f->db, "CREATE TRIGGER x AFTER INSERT ON t BEGIN INSERT INTO t " ENDLESS
                  "SELECT i FROM n WHERE i < 0; END");
    assert_true(gm_clock_ms() - start < 20000);
}

/* A gigabyte takes minutes under valgrind or a sanitizer, and says nothing more. */
static bool takes_minutes(void)
{
#ifdef __SANITIZE_ADDRESS__
    return true;
#else
    return getenv("GMIG_TEST_VALGRIND") != NULL;
#endif
}

static void memory_has_a_limit(void **state)
{
    fixture *f = *state;
    refused(f, "SELECT zeroblob(1000000000)", "too big");
    refused(f, "SELECT hex(zeroblob(3000000))", "too big");
    refused(f, "SELECT replace(hex(zeroblob(1000)), '0', hex(zeroblob(10000)))", "too big");
    if (takes_minutes())
        return;
    do_sql(f->db, "CREATE TABLE t (body BLOB)");
    refused(f, ENDLESS "INSERT INTO t SELECT zeroblob(4000000) FROM n", "is full");
    assert_str(f->err.sqlstate, "SQLITE_FULL");
    assert_str(ask_sql(f->arena, f->db, "SELECT count(*) FROM t"), "0");
    /* Temporary tables and sorting are in no page of the database. */
    refused(f, "CREATE TEMP TABLE x AS " ENDLESS "SELECT zeroblob(4000000) FROM n",
            "out of memory");
    refused(f, ENDLESS "SELECT i FROM n ORDER BY zeroblob(1000000) || i", "out of memory");
    assert_str(f->err.sqlstate, "SQLITE_NOMEM");
    /* Larger pages make no larger database. */
    assert_int_equal(open_with(f, 60000), 0);
    do_sql(f->db, "PRAGMA page_size = 65536");
    do_sql(f->db, "CREATE TABLE t (body BLOB)");
    refused(f, ENDLESS "INSERT INTO t SELECT zeroblob(4000000) FROM n", "");
    do_sql(f->db, "INSERT INTO t VALUES ('x')");
}

/* Each view doubles the one before: the last is a billion. */
static void views_of_views_have_a_limit(void **state)
{
    fixture *f = *state;
    do_sql(f->db, "CREATE VIEW v0 AS SELECT 1 AS x");
    for (int i = 1; i <= 30; i++) {
        gm_str sql = gm_str_printf(f->arena,
                                   "CREATE VIEW v%d AS SELECT a.x FROM v%d a LEFT JOIN v%d b "
                                   "UNION SELECT x FROM v%d",
                                   i, i - 1, i - 1, i - 1);
        do_sql(f->db, gm_str_z(f->arena, sql));
    }
    refused(f, "SELECT count(*) FROM v30", "");
}

static void an_image_is_the_same_database(void **state)
{
    fixture *f = *state;
    gm_str image;
    do_sql(f->db, "CREATE TABLE t (id INTEGER)");
    do_sql(f->db, "INSERT INTO t VALUES (7)");
    assert_ok(gm_db_image(f->arena, f->db, &image, &f->err), &f->err);
    assert_int_equal(open_with(f, 60000), 0);
    assert_ok(gm_db_load_image(f->db, image, &f->err), &f->err);
    assert_str(ask_sql(f->arena, f->db, "SELECT id FROM t"), "7");
    refused(f, "ATTACH 'other.db' AS other", "not authorized");
    if (!takes_minutes())
        refused(f, ENDLESS "INSERT INTO t SELECT zeroblob(4000000) FROM n", "is full");
    assert_int_equal(gm_db_load_image(f->db, GM_STR("not a database at all"), &f->err),
                     GM_E_DATABASE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sql_reaches_no_file, setup, teardown),
        cmocka_unit_test_setup_teardown(triggers_and_views_reach_no_file, setup, teardown),
        cmocka_unit_test_setup_teardown(what_honest_migrations_do_still_works, setup, teardown),
        cmocka_unit_test_setup_teardown(an_endless_query_ends_at_the_deadline, setup, teardown),
        cmocka_unit_test_setup_teardown(memory_has_a_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(views_of_views_have_a_limit, setup, teardown),
        cmocka_unit_test_setup_teardown(an_image_is_the_same_database, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
