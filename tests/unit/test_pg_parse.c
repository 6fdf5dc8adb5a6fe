/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "base/buf.h"
#include "lang/sql.h"

static void statements_are_judged_by_postgresqls_grammar(void **state)
{
    (void)state;
    static const struct {
        gm_str text;
        const char *message; /* NULL: it parses */
        size_t column;
    } rows[] = {
        {GM_STR_INIT("create table t (a int primary key)"), NULL, 0},
        {GM_STR_INIT("create function f() returns int begin atomic select 1; select 2; end"), NULL,
         0},
        {GM_STR_INIT("select"), NULL, 0},
        {GM_STR_INIT("selec 1"), "syntax error at or near \"selec\"", 1},
        {GM_STR_INIT("select 'é' frm t x"), "syntax error at or near \"t\"", 16},
        {GM_STR_INIT("select 'x"), "unterminated quoted string at or near \"'x\"", 8},
        {GM_STR_INIT("select 1; select 2"), "it is not one statement", 1},
        {GM_STR_INIT(""), "it is not one statement", 1},
        {GM_STR_INIT("select 1\0"), "a NUL byte in the statement", 1},
        {GM_STR_INIT("select '\xff'"), "the statement is not UTF-8", 1},
        {GM_STR_INIT("select /*/*/*/*/*/*/*/*/* x */*/*/*/*/*/*/*/*/ 1"), NULL, 0},
        {GM_STR_INIT("select /*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*/*"),
         "too many comments open at one place", 1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_str message = {0};
        size_t column = 0;
        bool parses = gm_sql_parses(arena, rows[i].text, &message, &column);
        assert_int_equal(parses, rows[i].message == NULL);
        if (rows[i].message) {
            assert_str(message, rows[i].message);
            assert_int_equal(column, rows[i].column);
        }
        gm_arena_free(arena);
    }
}

/* Each row nests or chains one construct thousands of times. */
static void no_nesting_ends_the_process(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"select ", "(", ""},
        {"select ", "1+", "1"},
        {"select ", "- ", "1"},
        {"select ", "not ", "true"},
        {"select ", "case when ", ""},
        {"select ", "array[", ""},
        {"select a", ".b", ""},
        {"select a", "[1]", ""},
        {"select a", "::int", ""},
        {"select * from ", "(select * from ", ""},
        {"select 1 ", "union select 1 ", ""},
        {"select true ", "and true ", ""},
        {"select * from t ", "join t on true ", ""},
        {"select ", "f(", ""},
        {"create schema s ", "create table t (a int) ", ""},
        {"select 1 ", "/*", ""},
        {"select 1 in ", "(select 1 in ", ""},
        {"with a as ", "(with a as ", ""},
        {"explain ", "explain ", "select 1"},
        {"values (1) ", ", (1) ", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_buf buf = gm_buf_new(arena, SIZE_MAX);
        gm_buf_z(&buf, rows[i][0]);
        while (buf.len < (size_t)256 * 1024)
            gm_buf_z(&buf, rows[i][1]);
        gm_buf_z(&buf, rows[i][2]);
        gm_str message = {0};
        size_t column = 0;
        if (!gm_sql_parses(arena, gm_buf_str(&buf), &message, &column))
            assert_true(message.len > 0 && message.len < 400 && column > 0);
        gm_arena_free(arena);
    }
}

static void a_huge_statement_is_not_parsed(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    while (buf.len <= (size_t)4 * 1024 * 1024)
        gm_buf_z(&buf, "                                                                ");
    gm_str message = {0};
    size_t column = 0;
    assert_false(gm_sql_parses(arena, gm_buf_str(&buf), &message, &column));
    assert_str(message, "the statement is larger than 4 MiB");
    gm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(statements_are_judged_by_postgresqls_grammar),
        cmocka_unit_test(no_nesting_ends_the_process),
        cmocka_unit_test(a_huge_statement_is_not_parsed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
