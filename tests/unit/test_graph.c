/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "arena_fixture.h"
#include "graph_fixture.h"

#include "base/buf.h"

/* The graph of Alembic's documentation on branches and dependencies. */
static const char docs[] = "1975 at 1\n"
                           "ae10 < 1975 at 2\n"
                           "27c6 < 1975 is shoppingcart at 3\n"
                           "55af < ae10 at 4\n"
                           "3cac is networking at 5\n"
                           "109e < 3cac at 6\n"
                           "29f8 < 109e at 7\n"
                           "2a95 < 29f8 after 55af at 8\n";

static void parents_and_depends_come_first_then_age_then_id(void **state)
{
    gm_arena *arena = *state;
    static const char *const rows[][2] = {
        {"c < b\nb < a\na\n", "a b c"},
        {"b at 1\na at 1\n", "a b"},
        {"a at 2\nb at 1\n", "b a"},
        /* a child that claims to be older than its parent */
        {"a at 9\nb < a at 1\nc at 5\n", "c a b"},
        {"a at 3\nb < a at 4\nx at 1\ny < x after b at 2\nz < x at 5\n", "x a b y z"},
        {"m < l,r at 1\nl at 2\nr at 3\n", "l r m"},
        {docs, "1975 ae10 27c6 55af 3cac 109e 29f8 2a95"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const gm_graph *graph = fixture_graph(arena, rows[i][0]);
        assert_str(fixture_ids(arena, &graph->order), rows[i][1]);
        assert_int_equal(graph->problems.len, 0);
    }
}

static void the_order_does_not_depend_on_that_of_the_files(void **state)
{
    gm_arena *arena = *state;
    const char *const turned = "2a95 < 29f8 after 55af at 8\n29f8 < 109e at 7\n109e < 3cac at 6\n"
                               "3cac is networking at 5\n55af < ae10 at 4\n"
                               "27c6 < 1975 is shoppingcart at 3\nae10 < 1975 at 2\n1975 at 1\n";
    const gm_graph *one = fixture_graph(arena, docs);
    const gm_graph *other = fixture_graph(arena, turned);
    assert_str(fixture_ids(arena, &other->order), gm_str_z(arena, fixture_ids(arena, &one->order)));
    assert_str(fixture_ids(arena, &other->heads), gm_str_z(arena, fixture_ids(arena, &one->heads)));
}

static void heads_and_bases_count_parents_and_not_depends(void **state)
{
    gm_arena *arena = *state;
    const gm_graph *graph = fixture_graph(arena, docs);
    assert_str(fixture_ids(arena, &graph->heads), "2a95 55af 27c6");
    assert_str(fixture_ids(arena, &graph->bases), "1975 3cac");
    const gm_node *fork = gm_graph_find(graph, GM_STR("1975"));
    assert_true(gm_node_is_branch_point(fork));
    assert_true(gm_node_is_base(fork));
    assert_str(fixture_ids(arena, &fork->children), "ae10 27c6");
    const gm_node *needed = gm_graph_find(graph, GM_STR("55af"));
    assert_true(gm_node_is_head(needed));
    assert_str(fixture_ids(arena, &needed->dependents), "2a95");
    assert_null(gm_graph_find(graph, GM_STR("networking")));
}

static void two_names_for_one_revision_are_one_edge(void **state)
{
    gm_arena *arena = *state;
    const gm_graph *graph =
        fixture_graph(arena, "a is l\nb < a after l\nc is m\nd < b after c,m\n");
    assert_int_equal(graph->problems.len, 0);
    assert_int_equal(gm_graph_find(graph, GM_STR("a"))->dependents.len, 0);
    assert_str(fixture_ids(arena, &gm_graph_find(graph, GM_STR("a"))->children), "b");
    assert_str(fixture_ids(arena, &gm_graph_find(graph, GM_STR("c"))->dependents), "d");
}

static void a_revision_whose_parent_is_missing_is_no_base(void **state)
{
    gm_arena *arena = *state;
    const gm_graph *graph = fixture_graph(arena, "a\nb < x\nc < b\n");
    assert_str(fixture_ids(arena, &graph->bases), "a");
    assert_str(fixture_ids(arena, &graph->order), "a b c");
    assert_int_equal(gm_graph_find(graph, GM_STR("b"))->parents.len, 0);
}

static void the_nearest_labels_upward_make_the_lineage(void **state)
{
    gm_arena *arena = *state;
    static const char *const text = "a\nb < a is left\nc < a is right,also\nd < b\ne < c\n"
                                    "m < d,e\nn < d is new\no < m,n\nplain < a\np < plain,d\n";
    static const char *const rows[][2] = {
        {"a", "default"},
        {"b", "left"},
        {"d", "left"},
        {"c", "also,right"},
        {"n", "new"},
        {"m", "also,left,right"},
        {"o", "also,left,new,right"},
        {"plain", "default"},
        {"p", "default,left"},
    };
    const gm_graph *graph = fixture_graph(arena, text);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const gm_node *node = gm_graph_find(graph, gm_str_from(rows[i][0]));
        assert_str(gm_lineage_name(arena, node->lineage), rows[i][1]);
    }
    assert_true(gm_lineage_has(gm_graph_find(graph, GM_STR("p"))->lineage, GM_STR("")));
    assert_false(gm_lineage_has(gm_graph_find(graph, GM_STR("p"))->lineage, GM_STR("right")));
}

static void heads_that_share_a_lineage_diverge(void **state)
{
    gm_arena *arena = *state;
    static const char *const rows[][2] = {
        {"a\nb < a\n", ""},
        {"a\nb < a\nc < a\n", "[c b]"},
        {"a\nb < a\nc < a is side\n", ""},
        {"a\nb < a is l\nc < b\nd < b\n", "[d c]"},
        {"a\nb\n", "[b a]"},
        {"a\nb < a\nc < a\nd is x\ne < d\nf < d\n", "[f e] [c b]"},
        /* l and r meet in m, so m diverges from each of them, and they are one group */
        {"l is l\nr is r\nm < l,r\nn < l\no < r\n", "[o n m]"},
        {docs, ""},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const gm_graph *graph = fixture_graph(arena, rows[i][0]);
        gm_node_groups groups = gm_graph_divergent(arena, graph);
        gm_buf buf = gm_buf_new(arena, SIZE_MAX);
        GM_EACH (gm_nodes, group, &groups)
            gm_buf_printf(&buf, "%s[%.*s]", buf.len ? " " : "", GM_ARG(fixture_ids(arena, group)));
        assert_str(gm_buf_str(&buf), rows[i][1]);
    }
}

static void each_problem_says_what_is_wrong_and_where(void **state)
{
    gm_arena *arena = *state;
    static const struct {
        const char *text;
        const char *problems;
    } rows[] = {
        {"a\nb < x\n", "3 m/0002_b.sql:2 the parent 'x' of 'b' is not in the history "
                       "[Bring the file of 'x' back, or name another parent.]\n"},
        {"abcdef12\nb < abcdef\n",
         "3 m/0002_b.sql:2 the parent 'abcdef' of 'b' is not in the history "
         "[Did you mean abcdef12?]\n"},
        {"a is one\nb < one\n", "3 m/0002_b.sql:2 the parent 'one' of 'b' is not in the history "
                                "['one' is a label; parents are ids: write a.]\n"},
        {"a < a\n", "2 m/0001_a.sql:2 'a' is its own parent "
                    "[Name the revision that comes before it.]\n"},
        {"a after a\n", "2 m/0001_a.sql:3 'a' depends on itself "
                        "[Name the revision that comes before it.]\n"},
        {"a\na\n", "1 m/0002_a.sql:1 revision 'a' is also in m/0001_a.sql "
                   "[Give one of the two files another id, or remove it.]\n"},
        {"a < c\nb < a\nc < b\nd < c\n",
         "4 m/0001_a.sql:2 revisions in a cycle: a → c → b → a "
         "[Each needs the next one to come first; correct 'parents' or 'depends' in one of "
         "them.]\n"},
        {"a after b\nb < a\n", "4 m/0001_a.sql:3 revisions in a cycle: a → b → a "
                               "[Each needs the next one to come first; correct 'parents' or "
                               "'depends' in one of them.]\n"},
        {"a after zz\n", "5 m/0001_a.sql:3 'a' depends on 'zz', which is neither a revision nor a "
                         "label ['depends' names revisions or labels of this history; correct "
                         "it.]\n"},
        {"a is l\nb is l\n",
         "6 m/0002_b.sql:4 the label 'l' is already that of 'a' in m/0001_a.sql [Choose another "
         "label; revisions below the one that has it belong to its lineage without naming it "
         "again.]\n"},
        {"a is b\nb\n", "6 m/0001_a.sql:4 the label 'b' is also the id of a revision in "
                        "m/0002_b.sql [Choose another label; revisions below the one that has it "
                        "belong to its lineage without naming it again.]\n"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const gm_graph *graph = fixture_graph(arena, rows[i].text);
        gm_buf buf = gm_buf_new(arena, SIZE_MAX);
        GM_EACH (const gm_problem, problem, &graph->problems)
            gm_buf_printf(&buf, "%d %.*s:%zu %.*s [%.*s]\n", (int)problem->kind,
                          GM_ARG(problem->path), problem->line, GM_ARG(problem->message),
                          GM_ARG(problem->fix));
        assert_str(gm_buf_str(&buf), rows[i].problems);
    }
}

static void every_cycle_is_one_problem_and_the_rest_keeps_its_order(void **state)
{
    gm_arena *arena = *state;
    const gm_graph *graph = fixture_graph(arena, "z\na < b\nb < a\nx < y,z\ny < x\nw < z\nv < a\n");
    assert_int_equal(graph->problems.len, 2);
    assert_int_equal(graph->problems.items[0].kind, GM_PROBLEM_CYCLE);
    assert_str(graph->problems.items[0].message, "revisions in a cycle: a → b → a");
    assert_str(graph->problems.items[1].message, "revisions in a cycle: x → y → x");
    assert_int_equal(graph->order.len, 7);
    assert_true(gm_graph_find(graph, GM_STR("z"))->index <
                gm_graph_find(graph, GM_STR("w"))->index);
    assert_true(gm_graph_find(graph, GM_STR("a"))->index <
                gm_graph_find(graph, GM_STR("v"))->index);
    gm_err err = gm_err_new(arena);
    assert_int_equal(gm_graph_sound(graph, &err), GM_E_HISTORY);
    assert_str(err.where, "m/0002_a.sql:2");
    assert_str(err.text, "revisions in a cycle: a → b → a (and 1 more problem)");
}

static void a_long_cycle_is_told_in_short(void **state)
{
    gm_arena *arena = *state;
    enum { LENGTH = 100000 };
    gm_revisions revisions = {0};
    for (size_t i = 0; i < LENGTH; i++) {
        gm_str line = gm_str_printf(arena, "r%06zu < r%06zu", i, (i + 1) % LENGTH);
        gm_vec_push(arena, &revisions, fixture_revision(arena, line, i + 100000));
    }
    const gm_graph *graph = gm_graph_build(arena, &revisions, NULL);
    assert_int_equal(graph->problems.len, 1);
    assert_true(gm_str_starts(graph->problems.items[0].message,
                              GM_STR("revisions in a cycle: r000000 → r000001 → ")));
    assert_true(gm_str_ends(graph->problems.items[0].message,
                            GM_STR("r000011 → … (99988 more) → r000000")));
}

static void the_fork_point_is_the_newest_common_ancestor(void **state)
{
    gm_arena *arena = *state;
    const gm_graph *graph = fixture_graph(arena, "a\nb < a\nc < b\nd < b\ne < c\nx\n"
                                                 "m < c,d\nn < m\no < d\ny after e\n");
    static const char *const rows[][3] = {
        {"c", "d", "b"}, {"e", "d", "b"},  {"n", "o", "d"}, {"n", "e", "c"},
        {"a", "n", "a"}, {"x", "a", NULL}, {"c", "c", "c"}, {"y", "e", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const gm_node *found =
            gm_graph_fork_point(graph, gm_graph_find(graph, gm_str_from(rows[i][0])),
                                gm_graph_find(graph, gm_str_from(rows[i][1])));
        if (rows[i][2]) {
            assert_non_null(found);
            assert_str(found->revision->id, rows[i][2]);
        } else {
            assert_null(found);
        }
    }
}

static void sets_spread_along_both_kinds_of_edges(void **state)
{
    gm_arena *arena = *state;
    const gm_graph *graph = fixture_graph(arena, docs);
    gm_node_set set = gm_node_set_new(arena, graph);
    gm_node_set_add_ancestors(&set, gm_graph_find(graph, GM_STR("2a95")));
    gm_nodes members = gm_node_set_members(arena, &set);
    assert_str(fixture_ids(arena, &members), "1975 ae10 55af 3cac 109e 29f8 2a95");
    gm_nodes heads = gm_node_set_heads(arena, &set);
    assert_str(fixture_ids(arena, &heads), "2a95 55af");

    set = gm_node_set_new(arena, graph);
    gm_node_set_add_descendants(&set, gm_graph_find(graph, GM_STR("ae10")));
    members = gm_node_set_members(arena, &set);
    assert_str(fixture_ids(arena, &members), "ae10 55af 2a95");

    /* a member does not stand for its ancestors, and what it stands on is no head all the same */
    set = fixture_set(arena, graph, "1975 55af");
    heads = gm_node_set_heads(arena, &set);
    assert_str(fixture_ids(arena, &heads), "55af");
    set = fixture_set(arena, graph, "55af");
    gm_node_set_add_ancestors(&set, gm_graph_find(graph, GM_STR("55af")));
    assert_int_equal(gm_node_set_count(&set), 3);
}

static void files_that_cannot_be_read_are_problems_with_their_line(void **state)
{
    gm_arena *arena = *state;
    gm_revision_files files = {0};
    gm_vec_push(arena, &files,
                (gm_revision_file){.path = GM_STR("m/b.sql"),
                                   .bytes = GM_STR("-- revision: b\n-- parents: [a]\n")});
    gm_vec_push(arena, &files,
                (gm_revision_file){.path = GM_STR("m/a.sql"),
                                   .bytes = GM_STR("-- revision: a\n-- parent: []\n")});
    const gm_graph *graph = gm_graph_load(arena, &gm_format_gmig, &files);
    assert_int_equal(graph->order.len, 1);
    assert_int_equal(graph->problems.len, 2);
    assert_int_equal(graph->problems.items[0].kind, GM_PROBLEM_UNREADABLE);
    assert_str(graph->problems.items[0].path, "m/a.sql");
    assert_int_equal(graph->problems.items[0].line, 2);
    assert_int_equal(graph->problems.items[1].kind, GM_PROBLEM_MISSING_PARENT);
    assert_str(graph->problems.items[1].fix,
               "Mend the files that cannot be read first: it may be in one of them.");
}

static void labels_that_multiply_meet_a_limit(void **state)
{
    gm_arena *arena = *state;
    gm_revisions revisions = {0};
    /* Each merge joins one more labelled branch, so lineages would take quadratic space. */
    gm_vec_push(arena, &revisions, fixture_revision(arena, GM_STR("m0"), 1));
    for (size_t i = 1; i <= 4000; i++) {
        gm_str side = gm_str_printf(arena, "s%zu is l%zu", i, i);
        gm_str merge = gm_str_printf(arena, "m%zu < m%zu,s%zu", i, i - 1, i);
        gm_vec_push(arena, &revisions, fixture_revision(arena, side, 2 * i));
        gm_vec_push(arena, &revisions, fixture_revision(arena, merge, 2 * i + 1));
    }
    const gm_graph *graph = gm_graph_build(arena, &revisions, NULL);
    assert_int_equal(graph->problems.len, 1);
    assert_int_equal(graph->problems.items[0].kind, GM_PROBLEM_UNREADABLE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(parents_and_depends_come_first_then_age_then_id),
        TEST(the_order_does_not_depend_on_that_of_the_files),
        TEST(heads_and_bases_count_parents_and_not_depends),
        TEST(two_names_for_one_revision_are_one_edge),
        TEST(a_revision_whose_parent_is_missing_is_no_base),
        TEST(the_nearest_labels_upward_make_the_lineage),
        TEST(heads_that_share_a_lineage_diverge),
        TEST(each_problem_says_what_is_wrong_and_where),
        TEST(every_cycle_is_one_problem_and_the_rest_keeps_its_order),
        TEST(a_long_cycle_is_told_in_short),
        TEST(the_fork_point_is_the_newest_common_ancestor),
        TEST(sets_spread_along_both_kinds_of_edges),
        TEST(files_that_cannot_be_read_are_problems_with_their_line),
        TEST(labels_that_multiply_meet_a_limit),
    };
    return cmocka_run_group_tests_name("graph", tests, NULL, NULL);
}
