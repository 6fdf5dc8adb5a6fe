/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "history/formats/atlas_file.h"

static void a_name_is_a_version_and_a_description(void **state)
{
    static const struct {
        const char *path, *version, *description;
    } cases[] = {
        {"migrations/20240101_add_users.sql", "20240101", "add_users"},
        {"1.sql", "1", ""},
        {"1_.sql", "1", ""},
        {"db/2.5_a.b.sql", "2.5", "a.b"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        gm_str path = gm_str_from(cases[i].path);
        assert_true(gm_str_is(gm_atlas_file_version(path), cases[i].version));
        assert_true(gm_str_is(gm_atlas_file_description(path), cases[i].description));
    }
}

/* As Atlas's own tests of directives and of checkpoints have them, and its regular expression. */
static void directives_are_those_that_atlas_sees(void **state)
{
    static const struct {
        const char *text;
        bool ignored, delimited, checkpoint, archive;
        size_t txmodes;
    } cases[] = {
        {.text = "-- atlas:checkpoint\n\nCREATE TABLE t (a int);\n", .checkpoint = true},
        {.text = "-- atlas:checkpoint v1\n \t\nCREATE TABLE t (a int);\n", .checkpoint = true},
        {.text = "-- more\n# atlas:checkpoint\n\n", .checkpoint = true},
        {.text = "-- atlas:checkpoint\n", .checkpoint = true},
        /* It belongs to the statement. */
        {.text = "-- atlas:checkpoint\nCREATE TABLE t (a int);\n"},
        {.text = "-- atlas:checkpoint\r\n\r\nCREATE TABLE t (a int);\r\n"},
        {.text = "-- atlas:checkpoint"},
        {.text = "\n-- atlas:checkpoint\n\n"},
        {.text = "-- atlas: checkpoint\n\n"},
        {.text = "-- atlas:checkpoints\n\n"},
        {.text = "-- atlas:txmode none\n-- atlas:txmode file\n\nx", .txmodes = 2},
        {.text = "-- atlas:txtar\n\n-- a.sql --\n", .archive = true},
        {.text = "-- atlas:sum ignore\nx", .ignored = true},
        {.text = "atlas:sum ignore\nx", .ignored = true},
        {.text = "-- a\n-- atlas:sum ignore\n\nx"},
        {.text = "-- atlas:sum ignore it\nx"},
        {.text = "-- atlas:delimiter \\n\\n\nx", .delimited = true},
        {.text = "--atlas:delimiter ;;\nx"},
        {.text = "-- a\n-- atlas:delimiter ;;\n\nx"},
        {.text = "-- atlas:nolint atlas:checkpoint\n\nx", .checkpoint = true},
        {.text = "-- \xc3\xa9 atlas:checkpoint\n\nx"},
        {.text = ""},
    };
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        gm_atlas_file file = gm_atlas_file_read(arena, gm_str_from(cases[i].text));
        assert_int_equal(file.ignored, cases[i].ignored);
        assert_int_equal(file.delimited, cases[i].delimited);
        assert_int_equal(file.checkpoint, cases[i].checkpoint);
        assert_int_equal(file.archive, cases[i].archive);
        assert_int_equal(file.txmodes.len, cases[i].txmodes);
    }
}

static void a_mode_is_what_stands_behind_it(void **state)
{
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_atlas_file file = gm_atlas_file_read(arena, GM_STR("-- atlas:txmode   none  \n\nx"));
    (void)state;
    assert_int_equal(file.txmodes.len, 1);
    assert_true(gm_str_is(file.txmodes.items[0], "none"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_a_version_and_a_description),
        cmocka_unit_test(directives_are_those_that_atlas_sees),
        cmocka_unit_test(a_mode_is_what_stands_behind_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
