/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "arena_fixture.h"
#include "base/buf.h"
#include "history/formats/format.h"
#include "history/formats/gmig_header.h"

static gm_code read_text(gm_arena *arena, gm_str text, gm_revision *revision, gm_err *err)
{
    gm_revision_file file = {.path = GM_STR("m/a.sql"), .bytes = text};
    return gm_format_read(arena, &gm_format_gmig, &file, revision, err);
}

static gm_revision read_good(gm_arena *arena, gm_str text)
{
    gm_err err = gm_err_new(arena);
    gm_revision revision = {0};
    assert_ok(read_text(arena, text, &revision, &err), &err);
    return revision;
}

/* ---- reading ---- */

static void a_file_is_read_as_its_description_says(void **state)
{
    gm_arena *arena = *state;
    gm_revision r = read_good(
        arena,
        GM_STR("-- revision: 8c1f2a9d03be\n-- parents: [5d0e77a1c2f4, 0a]\n-- depends: [auth]\n"
               "-- labels: [billing, b.2]\n-- message: add card difficulty\n"
               "-- created: 2026-11-23T10:42:07Z\n-- models: {sqlite: 4f1c0d9be6a2117c}\n\n"
               "-- gmig:up\nALTER TABLE cards ADD COLUMN difficulty REAL;\n\n"
               "-- gmig:down\nALTER TABLE cards DROP COLUMN difficulty;\n"));
    assert_str(r.id, "8c1f2a9d03be");
    assert_str(gm_strs_list(arena, &r.parents), "5d0e77a1c2f4, 0a");
    assert_str(gm_strs_list(arena, &r.depends), "auth");
    assert_str(gm_strs_list(arena, &r.labels), "billing, b.2");
    assert_str(r.message, "add card difficulty");
    assert_str(r.created, "2026-11-23T10:42:07Z");
    assert_int_equal(r.time, 1795430527);
    assert_str(r.models, "{sqlite: 4f1c0d9be6a2117c}");
    assert_str(r.path, "m/a.sql");
    assert_int_equal(r.revision_line, 1);
    assert_int_equal(r.parents_line, 2);
    assert_int_equal(r.depends_line, 3);
    assert_int_equal(r.labels_line, 4);
    assert_int_equal(r.created_line, 6);
    assert_ptr_equal(r.up[GM_SQLITE], r.up[GM_POSTGRES]);
    assert_str(r.up[GM_SQLITE]->sql, "ALTER TABLE cards ADD COLUMN difficulty REAL;\n\n");
    assert_int_equal(r.up[GM_SQLITE]->marker_line, 9);
    assert_int_equal(r.up[GM_SQLITE]->line, 10);
    assert_str(r.down[GM_SQLITE]->sql, "ALTER TABLE cards DROP COLUMN difficulty;\n");
    assert_false(r.down[GM_SQLITE]->transaction_off);
}

static void headers_may_have_any_form_of_yaml(void **state)
{
    gm_arena *arena = *state;
    static const struct {
        const char *header;
        const char *parents;
        const char *message;
    } rows[] = {
        {"-- revision: a\n", "", ""},
        {"-- revision: a\n-- parents: b\n-- message: hi\n", "b", "hi"},
        {"-- revision: a\n-- parents: null\n-- message: null\n", "", ""},
        {"-- revision: a\n-- parents: ~\n-- message:\n", "", ""},
        {"-- revision: a\n-- parents:\n--   - b\n--   - c\n", "b, c", ""},
        {"-- revision: a\n-- parents: [b,c,]\n", "b, c", ""},
        {"-- revision: 'a'\n-- parents: [\"b\"]\n-- message: \"x: \\\"y\\\"\"\n", "b", "x: \"y\""},
        {"-- revision: a\n-- message: >-\n--   two\n--   lines\n", "", "two lines"},
        {"-- revision: a\n-- message: |\n--   two\n--\n--   lines\n", "", "two\n\nlines\n"},
        {"-- # who knows\n-- revision: a # this\n--\n-- message: m\n", "", "m"},
        {"-- {revision: a, parents: [b], message: flow}\n", "b", "flow"},
        {"-- revision: a\n-- message: caf\xc3\xa9 #1\n", "", "caf\xc3\xa9"},
        {"-- revision: a\n-- message: a:b c#d [x] {y} 'z'\n", "", "a:b c#d [x] {y} 'z'"},
        {"-- revision: a\n-- message: one\n--   more\n", "", "one more"},
        {"-- revision: a\n-- parents: [null_1, 1e3, 007]\n", "null_1, 1e3, 007", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_revision r = read_good(arena, gm_str_from(rows[i].header));
        assert_str(r.id, "a");
        assert_str(gm_strs_list(arena, &r.parents), rows[i].parents);
        assert_str(r.message, rows[i].message);
    }
}

static gm_str describe(gm_arena *arena, const gm_header *header)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (int i = 0; i < GM_KEY_COUNT; i++) {
        const gm_header_field *field = &header->fields[i];
        gm_buf_printf(&buf, "%d %zu '%.*s'", i, field->line, GM_ARG(field->text));
        for (size_t k = 0; k < field->count; k++)
            gm_buf_printf(&buf, " [%.*s %zu]", GM_ARG(field->items[k].text), field->items[k].line);
        gm_buf_char(&buf, '\n');
    }
    return gm_buf_str(&buf);
}

static void the_plain_reader_agrees_with_yaml(void **state)
{
    gm_arena *arena = *state;
    static const struct {
        const char *header;
        bool plain;
    } rows[] = {
        {"-- revision: a\n-- parents: []\n-- message: add a table\n-- created: 2026-11-23\n", true},
        {"-- revision: a \n-- parents: [ b , c ]\n-- message: it's \"so\", isn't it? 100%\n", true},
        {"-- revision: a\n-- parents: [b,]\n-- labels: l\n", true},
        {"-- revision: a\n-- models: {sqlite: 4f1c, postgres: 11}\n", true},
        {"-- revision: 12\n-- created: 2026-11-23T10:42:07+01:00\n-- message: a:b http://c#d\n",
         true},
        {"-- revision: a\n-- models: {sqlite: 1, sqlite: 2}\n", false},
        {"-- revision: a\n-- models: {sqlite: 1 }\n", false},
        {"-- revision: a\n-- message: a #b\n", false},
        {"-- revision: a\n-- message: a: b\n", false},
        {"-- revision: a\n-- message: b:\n", false},
        {"-- revision: a\n-- message: null\n", false},
        {"-- revision: a\n-- message: &x y\n", false},
        {"-- revision: a\n-- message: b\n--  c\n", false},
        {"-- revision: a\n-- parents: [b, [c]]\n", false},
        {"-- revision: a\n-- parents: [b, null]\n", false},
        {"-- revision: a\n-- revision: b\n", false},
        {"-- revision: a\n-- message: tab\there\n", false},
        {"-- revision: a\n-- parents: [,]\n", false},
        {"-- revision:\ta\n", false},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_header_block block = {GM_STR("m"), gm_str_from(rows[i].header), 1};
        gm_header plain = {0};
        gm_header yaml = {0};
        gm_err err = gm_err_new(arena);
        assert_int_equal(gm_header_read_plain(arena, &block, &plain), rows[i].plain);
        if (!rows[i].plain)
            continue;
        assert_ok(gm_header_read_yaml(arena, &block, &yaml, &err), &err);
        assert_str(describe(arena, &plain), gm_str_z(arena, describe(arena, &yaml)));
    }
}

static void line_ends_marks_and_encodings_do_not_matter(void **state)
{
    gm_arena *arena = *state;
    gm_revision r = read_good(arena, GM_STR("\xef\xbb\xbf-- revision: a\r\n-- parents: [b]\r\n\r\n"
                                            "-- gmig:up\r\nSELECT 1;\r\n-- gmig:down"));
    assert_str(r.id, "a");
    assert_str(gm_strs_list(arena, &r.parents), "b");
    assert_str(r.up[GM_SQLITE]->sql, "SELECT 1;\r\n");
    assert_str(r.down[GM_SQLITE]->sql, "");
    assert_int_equal(r.down[GM_SQLITE]->line, 7);

    r = read_good(arena, GM_STR("\n  \n-- revision: a"));
    assert_int_equal(r.revision_line, 3);

    r = read_good(arena, GM_STR("-- revision: a\n-- gmig:up\nSELECT 'caf\xe9'"));
    assert_str(r.up[GM_SQLITE]->sql, "SELECT 'caf\xe9'");
    assert_null(r.down[GM_SQLITE]);
}

static void a_section_serves_the_dialects_that_have_none_of_their_own(void **state)
{
    gm_arena *arena = *state;
    gm_revision r = read_good(
        arena, GM_STR("-- revision: a\n\n/* by\n hand */ -- so\n"
                      "-- gmig:up dialect=postgres transaction=off lock-timeout=200ms\npg\n"
                      "-- gmig:up statement-timeout=1min transaction=on\nany\n"
                      "-- gmig:allow drop-table it is empty\n"
                      "-- gmig:irreversible dialect=postgres the data is gone\n\n-- why\n"
                      "-- gmig:down dialect=sqlite3\nlite\n"));
    assert_str(r.up[GM_POSTGRES]->sql, "pg\n");
    assert_true(r.up[GM_POSTGRES]->transaction_off);
    assert_str(r.up[GM_POSTGRES]->lock_timeout, "200ms");
    assert_str(r.up[GM_SQLITE]->sql, "any\n-- gmig:allow drop-table it is empty\n");
    assert_str(r.up[GM_SQLITE]->statement_timeout, "1min");
    assert_false(r.up[GM_SQLITE]->transaction_off);
    assert_true(r.down[GM_POSTGRES]->irreversible);
    assert_str(r.down[GM_POSTGRES]->reason, "the data is gone");
    assert_str(r.down[GM_POSTGRES]->sql, "");
    assert_str(r.down[GM_SQLITE]->sql, "lite\n");

    r = read_good(arena, GM_STR("-- revision: a\n-- gmig:up dialect=sqlite\n"));
    assert_non_null(r.up[GM_SQLITE]);
    assert_null(r.up[GM_POSTGRES]);
}

static void a_marker_counts_at_column_one_alone(void **state)
{
    gm_arena *arena = *state;
    gm_revision r = read_good(arena, GM_STR("-- revision: a\n-- gmig:up\nSELECT '\n"
                                            " -- gmig:down\n';\n-- gmig:down\nb"));
    assert_str(r.up[GM_SQLITE]->sql, "SELECT '\n -- gmig:down\n';\n");
    assert_str(r.down[GM_SQLITE]->sql, "b");
}

static void every_mistake_is_told_with_its_line(void **state)
{
    gm_arena *arena = *state;
#define HEAD "-- revision: a\n"
    static const struct {
        const char *text;
        const char *where;
        const char *message;
    } rows[] = {
        {"", "m/a.sql:1", "the file has no header"},
        {"SELECT 1;\n", "m/a.sql:1", "the file has no header"},
        {"\n\n-- gmig:up\n", "m/a.sql:3", "the file has no header"},
        {"-- message: x\n", "m/a.sql:1", "the header has no 'revision'"},
        {"-- just a comment\n", "m/a.sql:1", "the comment at the start is no header"},
        {"-- revision: [a]\n", "m/a.sql:1", "'revision' wants a text, not a list"},
        {"-- revision: {a: b}\n", "m/a.sql:1", "'revision' wants a text, not a mapping"},
        {"-- revision: a b\n", "m/a.sql:1", "'a b' under 'revision' is no revision id"},
        {"-- revision: head\n", "m/a.sql:1", "'head' under 'revision' is no revision id"},
        {"-- revision: a@b\n", "m/a.sql:1", "'a@b' under 'revision' is no revision id"},
        {HEAD "-- parents:\n-- - b\n-- - c d\n", "m/a.sql:4",
         "'c d' under 'parents' is no revision id"},
        {HEAD "-- parents: [[b]]\n", "m/a.sql:2", "'parents' wants a list of names"},
        {HEAD "-- parents: {b: c}\n", "m/a.sql:2", "'parents' wants a list of names"},
        {HEAD "-- parents: [b, ~]\n", "m/a.sql:2", "'parents' wants a list of names"},
        {HEAD "-- parents: [b, c, b]\n", "m/a.sql:2", "'parents' names 'b' twice"},
        {HEAD "-- labels: [x y]\n", "m/a.sql:2", "'x y' under 'labels' is no revision id"},
        {HEAD "-- parent: [b]\n", "m/a.sql:2", "the header has no key 'parent'"},
        {HEAD "-- created: yesterday\n", "m/a.sql:2", "'yesterday' is no time"},
        {HEAD "-- models: 4f1c\n", "m/a.sql:2", "'models' wants a fingerprint for each dialect"},
        {HEAD "-- revision: b\n", "m/a.sql:2", "the key 'revision' is on line 1 already"},
        {HEAD "--message: x\n", "m/a.sql:2", "a header line starts with '--' and a blank"},
        {HEAD "-- message: \xff\n", "m/a.sql:2", "the header has bytes that are not UTF-8"},
        {HEAD "-- message: *x\n", "m/a.sql:2", "the alias '*x' is not allowed"},
        {HEAD "-- message: 'x\n", "m/a.sql:3",
         "not YAML: found unexpected end of stream (while scanning a quoted scalar)"},
        {HEAD "SELECT 1;\n-- gmig:up\n", "m/a.sql:2",
         "text before the first marker would never run"},
        {HEAD "\n/* a */ SELECT 1;\n", "m/a.sql:3", "text before the first marker would never run"},
        {HEAD "-- gmig:upp\n", "m/a.sql:2", "there is no marker 'gmig:upp'"},
        {HEAD "-- gmig:\n", "m/a.sql:2", "there is no marker 'gmig:'"},
        {HEAD "\n--gmig:up\n", "m/a.sql:3",
         "a marker begins with '-- gmig:' at the start of the line"},
        {HEAD "-- gmig:up\n--  gmig:down\n", "m/a.sql:3",
         "a marker begins with '-- gmig:' at the start of the line"},
        {HEAD "-- gmig:up\n-- gmig:up\n", "m/a.sql:3", "a second up; the first is on line 2"},
        {HEAD "-- gmig:up dialect=sqlite\n-- gmig:up dialect=sqlite3\n", "m/a.sql:3",
         "a second up for sqlite; the first is on line 2"},
        {HEAD "-- gmig:down\n-- gmig:irreversible x\n", "m/a.sql:3",
         "a second down; the first is on line 2"},
        {HEAD "-- gmig:irreversible x\nDROP TABLE t;\n", "m/a.sql:3",
         "text below '-- gmig:irreversible' would never run"},
        {HEAD "-- gmig:up dialect=mysql\n", "m/a.sql:2", "there is no dialect 'mysql'"},
        {HEAD "-- gmig:up transaction=no\n", "m/a.sql:2", "transaction=no: it is on or off"},
        {HEAD "-- gmig:up lock-timeout=soon\n", "m/a.sql:2", "'soon' is no time for lock-timeout"},
        {HEAD "-- gmig:up lock-timeout=5000\n", "m/a.sql:2", "'5000' is no time for lock-timeout"},
        {HEAD "-- gmig:up colour=red\n", "m/a.sql:2", "the marker has no option 'colour'"},
        {HEAD "-- gmig:up sqlite\n", "m/a.sql:2", "'sqlite' after the marker is no option"},
        {HEAD "-- gmig:up transaction=off transaction=off\n", "m/a.sql:2",
         "the marker has the option 'transaction' twice"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_err err = gm_err_new(arena);
        gm_revision revision = {0};
        gm_code code = read_text(arena, gm_str_from(rows[i].text), &revision, &err);
        if (code == GM_OK)
            fail_msg("no error for:\n%s", rows[i].text);
        assert_int_equal(code, GM_E_HISTORY);
        assert_int_equal(err.code, GM_E_HISTORY);
        assert_str(err.text, rows[i].message);
        assert_str(err.where, rows[i].where);
        assert_int_equal(revision.id.len, 0);
    }
#undef HEAD
}

static void an_unknown_key_names_the_nearest(void **state)
{
    gm_arena *arena = *state;
    static const char *const rows[][2] = {
        {"-- revison: a\n", "Did you mean 'revision'? "},
        {"-- revision: a\n-- parent: b\n", "Did you mean 'parents'? "},
        {"-- revision: a\n-- dependson: b\n", "Did you mean 'depends'? "},
        {"-- revision: a\n-- Message: b\n", "Did you mean 'message'? "},
        {"-- revision: a\n-- copyright: b\n", "Known keys are revision, "},
        {"-- revision: a\n-- a-key-that-is-much-longer-than-all: b\n", "Known keys are revision, "},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_err err = gm_err_new(arena);
        gm_revision revision;
        assert_int_equal(read_text(arena, gm_str_from(rows[i][0]), &revision, &err), GM_E_HISTORY);
        assert_true(gm_str_starts(err.hint, gm_str_from(rows[i][1])));
    }
}

static void limits_and_nul_bytes_are_refused(void **state)
{
    gm_arena *arena = *state;
    gm_err err = gm_err_new(arena);
    gm_revision revision;
    assert_int_equal(read_text(arena, GM_STR("-- revision: a\n-- gmig:up\n\0"), &revision, &err),
                     GM_E_HISTORY);
    assert_str(err.where, "m/a.sql:3");
    assert_str(err.text, "the file has a NUL byte");

    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_z(&buf, "-- revision: a\n-- message: ");
    while (buf.len <= 65536)
        gm_buf_char(&buf, 'x');
    assert_int_equal(read_text(arena, gm_buf_str(&buf), &revision, &err), GM_E_HISTORY);
    assert_str(err.text, "the header is larger than 64 KiB");

    for (size_t count = 1000; count <= 1001; count++) {
        gm_str list = GM_STR("-- revision: a\n-- parents: [");
        buf = gm_buf_new(arena, SIZE_MAX);
        gm_buf_add(&buf, list);
        for (size_t i = 0; i < count; i++)
            gm_buf_printf(&buf, "p%zu, ", i);
        gm_buf_z(&buf, "]\n");
        gm_code code = read_text(arena, gm_buf_str(&buf), &revision, &err);
        if (count == 1000) {
            assert_int_equal(code, GM_OK);
            assert_int_equal(revision.parents.len, 1000);
        } else {
            assert_int_equal(code, GM_E_HISTORY);
            assert_str(err.text, "'parents' has more than 1000 entries");
        }
    }
}

static void ids_have_a_grammar(void **state)
{
    (void)state;
    static const char *const good[] = {"a", "8c1f2a9d03be", "rel-2024", "a.b_c", "-1", "HEAD", "0"};
    static const char *const bad[] = {"",    "head", "heads", "base", "current",    "a b",
                                      "a@b", "a:b",  "a+1",   "a/b",  "caf\xc3\xa9"};
    char longest[130];
    memset(longest, 'x', sizeof(longest));
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
        assert_true(gm_revision_id_valid(gm_str_from(good[i])));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(gm_revision_id_valid(gm_str_from(bad[i])));
    assert_true(gm_revision_id_valid(gm_str_of(longest, 128)));
    assert_false(gm_revision_id_valid(gm_str_of(longest, 129)));
    assert_true(gm_format_gmig.is_revision(GM_STR("a.sql")));
    assert_false(gm_format_gmig.is_revision(GM_STR(".a.sql")));
    assert_false(gm_format_gmig.is_revision(GM_STR("a.sql.orig")));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_read_as_its_description_says),
        TEST(headers_may_have_any_form_of_yaml),
        TEST(the_plain_reader_agrees_with_yaml),
        TEST(line_ends_marks_and_encodings_do_not_matter),
        TEST(a_section_serves_the_dialects_that_have_none_of_their_own),
        TEST(a_marker_counts_at_column_one_alone),
        TEST(every_mistake_is_told_with_its_line),
        TEST(an_unknown_key_names_the_nearest),
        TEST(limits_and_nul_bytes_are_refused),
        TEST(ids_have_a_grammar),
    };
    return cmocka_run_group_tests_name("revision_file", tests, NULL, NULL);
}
