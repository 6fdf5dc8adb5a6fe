/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "graph_fixture.h"

#include "history/heads_file.h"

/* "ID LINEAGE", a "/" between lines. */
static gm_str lines_of(gm_arena *arena, const gm_heads_file *file)
{
    gm_strs parts = {0};
    GM_EACH (const gm_heads_line, line, &file->heads)
        gm_vec_push(arena, &parts,
                    gm_str_printf(arena, "%.*s %.*s", GM_ARG(line->id), GM_ARG(line->lineage)));
    return gm_str_join(arena, &parts, GM_STR("/"));
}

static gm_heads_file file_of(gm_arena *arena, const char *text)
{
    gm_heads_file file = {.marked = true};
    gm_str rest = gm_str_from(text);
    while (rest.len) {
        size_t end = gm_str_find(rest, '/', 0);
        gm_str line = gm_str_sub(rest, 0, end);
        gm_heads_line head = {.id = fixture_word(&line)};
        head.lineage = fixture_word(&line);
        gm_vec_push(arena, &file.heads, head);
        rest = gm_str_sub(rest, end + 1, rest.len);
    }
    return file;
}

static void heads_are_listed_by_lineage_then_id(void **state)
{
    gm_arena *arena = gm_arena_new();
    gm_graph *graph = fixture_graph(arena, "a\n"
                                           "z < a\n"
                                           "b < a\n"
                                           "r < a is reports\n"
                                           "q < a is audit\n");
    gm_heads_file file = gm_heads_file_of(arena, graph);
    assert_str(lines_of(arena, &file), "q audit/b default/z default/r reports");
    assert_str(gm_heads_file_text(arena, &file),
               "# gmig heads: where the migration history ends, one revision a line and its "
               "lineage.\n"
               "# gmig writes this file. `gmig merge` or `gmig rebase` mends a conflict in it.\n"
               "\n# audit\nq audit\n"
               "\n# default\nb default\nz default\n"
               "\n# reports\nr reports\n");
    gm_arena_free(arena);
    (void)state;
}

static void what_is_written_is_read_again(void **state)
{
    static const char *const ids[] = {"a",  "#a",       "<<<<<<< x", "a b",     "a%20",
                                      "=a", "\xc3\xa9", "a\tb\nc",   "%",       "a%",
                                      "||", "a#b",      ">",         "\x7f\r.", "default"};
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_heads_file file = {.marked = true};
        gm_heads_line line = {.id = gm_str_from(ids[i]), .lineage = gm_str_from(ids[i])};
        gm_vec_push(arena, &file.heads, line);
        gm_heads_file back = gm_heads_file_parse(arena, gm_heads_file_text(arena, &file));
        assert_true(gm_heads_file_sound(&back));
        assert_true(gm_heads_file_same(&file, &back));
        gm_arena_free(arena);
    }
    (void)state;
}

static void what_is_wrong_with_a_file_is_told_with_its_line(void **state)
{
    static const struct {
        const char *text;
        bool marked;
        size_t conflict;
        size_t strange;
        const char *heads;
    } cases[] = {
        {"", false, 0, 0, ""},
        {"a default\n", false, 0, 0, "a default"},
        {"# gmig heads: x\n\n# c\na default\n", true, 0, 0, "a default"},
        {"# gmig heads: x\r\na default\r\n", true, 0, 0, "a default"},
        {"# gmig heads:\na default", true, 0, 0, "a default"},
        {"# gmig heads:\na\n", true, 0, 2, ""},
        {"# gmig heads:\na b c\n", true, 0, 2, ""},
        {"# gmig heads:\na%2 b\n", true, 0, 2, ""},
        {"# gmig heads:\na%zz b\n", true, 0, 2, ""},
        {"# gmig heads:\n<<<<<<< HEAD\na b\n=======\n>>>>>>> x\n", true, 2, 0, "a b"},
        {"# gmig heads:\n<<<<<<<<<<<< HEAD\n", true, 2, 0, ""},
        {"# gmig heads:\na b\n=======\n", true, 3, 0, "a b"},
        {"# gmig heads:\n|||||||\n", true, 2, 0, ""},
        {"# gmig heads:\n<<<<<<x y\n", true, 0, 0, "<<<<<<x y"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_heads_file file = gm_heads_file_parse(arena, gm_str_from(cases[i].text));
        assert_int_equal(file.marked, cases[i].marked);
        assert_int_equal(file.conflict, cases[i].conflict);
        assert_int_equal(file.strange, cases[i].strange);
        assert_str(lines_of(arena, &file), cases[i].heads);
        gm_arena_free(arena);
    }
    (void)state;
}

static void files_merge_lineage_by_lineage(void **state)
{
    static const struct {
        const char *start;
        const char *one;
        const char *other;
        const char *merged; /* NULL: a conflict */
    } cases[] = {
        {"a default", "b default", "a default", "b default"},
        {"a default", "a default", "b default", "b default"},
        {"a default", "b default", "b default", "b default"},
        {"a default", "b default", "c default", NULL},
        {"", "a default", "b default", NULL},
        {"", "a default", "a default", "a default"},
        {"", "a default", "b reports", "a default/b reports"},
        {"a default/r reports", "b default/r reports", "a default/s reports",
         "b default/s reports"},
        {"r reports/a default", "s reports/a default", "b default/r reports",
         "b default/s reports"},
        {"a default", "b default", "r reports", NULL},
        {"a default/r reports", "m default,reports", "a default/r reports", "m default,reports"},
        {"a default/r reports", "m default,reports", "b default/r reports", NULL},
        /* One side has two heads already, or a label that another head has as well. */
        {"a default", "b default/c default", "a default", NULL},
        {"a x", "a x/m y,z", "a x/n z", NULL},
        {"a default", "", "a default", ""},
        {"a default", "", "b default", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_heads_file start = file_of(arena, cases[i].start);
        gm_heads_file one = file_of(arena, cases[i].one);
        gm_heads_file other = file_of(arena, cases[i].other);
        gm_heads_file merged = {0};
        bool clean = gm_heads_file_merge(arena, &start, &one, &other, &merged);
        assert_int_equal(clean, cases[i].merged != NULL);
        if (clean)
            assert_str(lines_of(arena, &merged), cases[i].merged);
        /* The sides are exchanged by a rebase. */
        assert_int_equal(gm_heads_file_merge(arena, &start, &other, &one, &merged), clean);
        if (clean)
            assert_str(lines_of(arena, &merged), cases[i].merged);
        gm_arena_free(arena);
    }
    (void)state;
}

static void a_conflict_has_all_of_both(void **state)
{
    static const struct {
        const char *one;
        const char *other;
        size_t size;
        const char *text;
    } cases[] = {
        {"a\n", "b\n", 7, "<<<<<<< one side\na\n=======\nb\n>>>>>>> the other side\n"},
        {"x\na\ny\n", "x\nb\ny\n", 3, "x\n<<< one side\na\n===\nb\n>>> the other side\ny\n"},
        {"x\na", "x\nb", 3, "x\n<<< one side\na\n===\nb\n>>> the other side\n"},
        {"", "b\n", 3, "<<< one side\n===\nb\n>>> the other side\n"},
        {"ay\n", "by\n", 3, "<<< one side\nay\n===\nby\n>>> the other side\n"},
        {"y\n", "by\n", 3, "<<< one side\ny\n===\nby\n>>> the other side\n"},
        {"x\nx\n", "x\n", 3, "x\n<<< one side\nx\n===\n>>> the other side\n"},
        {"x\n", "x\n", 3, "x\n<<< one side\n===\n>>> the other side\n"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gm_arena *arena = gm_arena_new();
        assert_str(gm_heads_file_conflict(arena, gm_str_from(cases[i].one),
                                          gm_str_from(cases[i].other), cases[i].size),
                   cases[i].text);
        gm_arena_free(arena);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads_are_listed_by_lineage_then_id),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(what_is_wrong_with_a_file_is_told_with_its_line),
        cmocka_unit_test(files_merge_lineage_by_lineage),
        cmocka_unit_test(a_conflict_has_all_of_both),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
