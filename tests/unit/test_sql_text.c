/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "lang/sql_text.h"

static void names_are_quoted_where_they_must_be(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *sql;
    } rows[] = {
        {"users", "users"},
        {"user", "\"user\""},
        {"order", "\"order\""},
        {"_a1", "_a1"},
        {"1a", "\"1a\""},
        {"Users", "\"Users\""},
        {"a b", "\"a b\""},
        {"a\"b", "\"a\"\"b\""},
        {"add", "\"add\""},
        {"with", "\"with\""},
        {"window", "\"window\""},
        {"autoincrement", "\"autoincrement\""},
        {"verbose", "\"verbose\""},
        {"name", "name"},
        {"", "\"\""},
    };
    gm_arena *arena = gm_arena_new();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_str(gm_sql_name(arena, gm_str_from(rows[i].name)), rows[i].sql);
    assert_str(gm_sql_string(arena, GM_STR("it's")), "'it''s'");
    gm_arena_free(arena);
}

static void one_normal_text_stands_for_all_layouts(void **state)
{
    (void)state;
    static const struct {
        gm_dialect dialect;
        const char *text;
        const char *normal;
    } rows[] = {
        {GM_POSTGRES, "CREATE  TABLE t(a INT); -- end", "create table t ( a int ) ;"},
        {GM_POSTGRES, "a /* b /* c */ */ b", "a b"},
        {GM_POSTGRES, "\"users\".\"Name\"", "users . \"Name\""},
        {GM_POSTGRES, "\"user\"", "\"user\""},
        {GM_POSTGRES, "'It''s' E'\\'A'", "'It''s' E'\\'A'"},
        {GM_POSTGRES, "$$ A  B $$", "$$ A  B $$"},
        {GM_SQLITE, "[Users] `a` \"b\"", "[Users] a b"},
        {GM_POSTGRES, "a 'b", "a 'b"},
        {GM_POSTGRES, "", ""},
    };
    gm_arena *arena = gm_arena_new();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_str(gm_sql_normal(arena, rows[i].dialect, gm_str_from(rows[i].text)),
                   rows[i].normal);
    gm_arena_free(arena);
}

static void a_semicolon_is_not_hidden_by_a_comment(void **state)
{
    static const struct {
        const char *text;
        const char *closed;
    } rows[] = {
        {"SELECT 1", "SELECT 1;"},
        {"SELECT 1 -- one", "SELECT 1 -- one\n;"},
        {"SELECT '--'", "SELECT '--';"},
        {"SELECT -- one\n1", "SELECT -- one\n1;"},
        {"SELECT 1 /* one */", "SELECT 1 /* one */;"},
        {"SELECT 1 /* one */ -- two", "SELECT 1 /* one */ -- two\n;"},
        {"SELECT 1 - -1", "SELECT 1 - -1;"},
        {"", ";"},
    };
    (void)state;
    gm_arena *arena = gm_arena_new();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_str(gm_sql_closed(arena, GM_SQLITE, gm_str_from(rows[i].text)), rows[i].closed);
    gm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_quoted_where_they_must_be),
        cmocka_unit_test(one_normal_text_stands_for_all_layouts),
        cmocka_unit_test(a_semicolon_is_not_hidden_by_a_comment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
