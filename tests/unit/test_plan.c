/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "arena_fixture.h"
#include "base/buf.h"
#include "graph_fixture.h"
#include "history/plan.h"

/* The graph of Alembic's documentation on branches and dependencies. */
static const char docs[] = "1975\n27c6 < 1975 is shoppingcart\nae10 < 1975\n55af < ae10\n"
                           "3cac is networking\n109e < 3cac\n29f8 < 109e\n2a95 < 29f8 after 55af\n";

static const char diamond[] = "a\nb < a\nc < a\nm < b,c\ne < m\n";

static gm_str show_plan(gm_arena *arena, const gm_plan *plan)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < plan->steps.len; i++)
        gm_buf_printf(&buf, "%s%s%.*s", i ? " " : "",
                      plan->steps.items[i].direction == GM_UP ? "+" : "-",
                      GM_ARG(plan->steps.items[i].node->revision->id));
    gm_buf_printf(&buf, " | %.*s", GM_ARG(gm_str_join(arena, &plan->to, GM_STR(" "))));
    if (plan->late.len)
        gm_buf_printf(&buf, " | late %.*s", GM_ARG(fixture_ids(arena, &plan->late)));
    return gm_buf_str(&buf);
}

typedef struct {
    const char *graph;
    const char *applied; /* exactly these */
    const char *goal;
    const char *result; /* "steps | heads after | late", or "code: message [hint]" */
} row;

typedef gm_code planner(gm_arena *arena, const gm_graph *graph, const gm_node_set *applied,
                        gm_str goal, gm_plan *plan, gm_err *err);

static void check_rows(gm_arena *arena, planner *make, const row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const gm_graph *graph = fixture_graph(arena, rows[i].graph);
        gm_node_set applied = fixture_set(arena, graph, rows[i].applied);
        gm_err err = gm_err_new(arena);
        gm_plan plan = {0};
        gm_str actual;
        assert_int_equal(graph->problems.len, 0);
        if (make(arena, graph, &applied, gm_str_from(rows[i].goal), &plan, &err) == GM_OK)
            actual = show_plan(arena, &plan);
        else
            actual = gm_str_printf(arena, "%s: %.*s [%.*s]", gm_code_name(err.code),
                                   GM_ARG(err.text), GM_ARG(err.hint));
        if (!gm_str_is(actual, rows[i].result))
            fail_msg("%s from %s\n  gives    %.*s\n  and not  %s", rows[i].goal, rows[i].applied,
                     GM_ARG(actual), rows[i].result);
    }
}

static void up_applies_the_goal_and_what_it_needs(void **state)
{
    static const row rows[] = {
        {diamond, "", "", "+a +b +c +m +e | e"},
        {diamond, "", "b", "+a +b | b"},
        {diamond, "a b", "head", "+c +m +e | e"},
        {diamond, "a b c", "a", " | c b"},
        {diamond, "a b c m e", "", " | e"},
        {diamond, "a b", "+1", "+c +m | m"},
        {docs, "", "", "+1975 +27c6 +ae10 +55af +3cac +109e +29f8 +2a95 | 2a95 55af 27c6"},
        {docs, "", "networking@head", "+1975 +ae10 +55af +3cac +109e +29f8 +2a95 | 2a95 55af"},
        {docs, "", "shoppingcart@head", "+1975 +27c6 | 27c6"},
        {docs, "", "networking@+2", "+3cac +109e | 109e"},
        {"a\nb < a\nc < a\n", "a", "heads", "+b +c | c b"},
        {"a\nb after l\nc is l\n", "", "b", "+c +b | b c"},
        {"", "", "", " | "},
        {"", "", "head", " | "},
        /* b came in by a merge of branches after c was applied */
        {"a\nb < a\nc < b\n", "a c", "", "+b | c | late b"},
        {"a\nb < a\nx < b\nc < x\nd < c\n", "a c", "", "+b +x +d | d | late b x"},
        {"a\nb < a\nc < a after b\n", "a c", "heads", "+b | c b | late b"},
    };
    check_rows(*state, gm_plan_up, rows, sizeof(rows) / sizeof(rows[0]));
}

static void up_refuses_what_is_no_way_up(void **state)
{
    static const row rows[] = {
        {"a\nb < a\nc < a\n", "", "",
         "divergent: the history has 2 heads: c, b [`gmig merge` makes them one; `gmig upgrade "
         "heads` applies them all.]"},
        {"a\nb < a is l\nc < b\nd < b\n", "", "",
         "divergent: lineage 'l' has 2 heads: d, c [`gmig merge` makes them one; `gmig upgrade "
         "heads` applies them all.]"},
        {diamond, "a", "base",
         "refused: 'base' is before the first revision, and upgrade goes up "
         "[Use `gmig downgrade base`.]"},
        {diamond, "a b", "-1",
         "refused: '-1' leads down, and upgrade goes up "
         "[Use `gmig downgrade -1`.]"},
        {diamond, "a", "nope",
         "unknown-revision: there is no revision or label 'nope' "
         "[`gmig history` lists the revisions of this checkout.]"},
    };
    check_rows(*state, gm_plan_up, rows, sizeof(rows) / sizeof(rows[0]));
}

static void down_reverts_what_comes_after_the_goal(void **state)
{
#define ALL "1975 27c6 ae10 55af 3cac 109e 29f8 2a95"
    static const row rows[] = {
        {diamond, "a b c m e", "", "-e | m"},
        {diamond, "a b c m e", "-1", "-e | m"},
        {diamond, "a b c m e", "m", "-e | m"},
        {diamond, "a b c m e", "b", "-e -m | c b"},
        {diamond, "a b c m e", "a", "-e -m -c -b | a"},
        {diamond, "a b c m e", "base", "-e -m -c -b -a | "},
        {diamond, "a b c m e", "head-1", "-e | m"},
        {diamond, "a b", "-2", "-b -a | "},
        {diamond, "a b c", "c@-1", "-c | b"},
        {diamond, "", "base", " | "},
        {diamond, "a b", "current", " | b"},
        {diamond, "a b", "b", " | b"},
        {docs, ALL, "networking@-1", "-2a95 | 29f8 55af 27c6"},
        {docs, ALL, "1975", "-2a95 -55af -ae10 -27c6 | 29f8 1975"},
        {docs, ALL, "shoppingcart@1975", "-27c6 | 2a95 55af"},
        {docs, ALL, "shoppingcart@base", "-27c6 | 2a95 55af"},
        {docs, ALL, "networking@base", "-2a95 -29f8 -109e -3cac | 55af 27c6"},
        {docs, ALL, "networking@109e", "-2a95 -29f8 | 109e 55af 27c6"},
        {docs, ALL, "55af", "-2a95 | 29f8 55af 27c6"},
        {docs, ALL, "default@-1", "-2a95 -55af | 29f8 ae10 27c6"},
        {docs, ALL, "default@base", "-2a95 -55af -ae10 -27c6 -1975 | 29f8"},
        {docs, ALL, "base", "-2a95 -29f8 -109e -3cac -55af -ae10 -27c6 -1975 | "},
        {docs, ALL, "heads", " | 2a95 55af 27c6"},
        {docs, "1975 27c6 3cac", "3cac-1", "-3cac | 27c6"},
        /* one step off h leaves x alone, which needs p; going down to p does not */
        {"p is l\nh < p\nx after p\n", "p h x", "l@-1", "-h | x p"},
        {"p is l\nh < p\nx after p\n", "p h x", "p", "-x -h | p"},
        {"a\nb < a\nc < b\n", "a c", "c@-1", "-c | a"},
    };
    check_rows(*state, gm_plan_down, rows, sizeof(rows) / sizeof(rows[0]));
}

static void down_refuses_what_is_no_way_down(void **state)
{
    static const row rows[] = {
        {diamond, "a b", "c",
         "refused: revision 'c' is not applied, so no way down leads to it "
         "[The applied heads are b.]"},
        {diamond, "", "a",
         "refused: revision 'a' is not applied, so no way down leads to it "
         "[Nothing of this history is applied.]"},
        {diamond, "", "",
         "refused: '-1' leads past base: nothing is applied "
         "[There is nothing to go down from; `gmig current` shows what is applied.]"},
        {diamond, "a", "+1",
         "refused: '+1' leads up, and downgrade goes down "
         "[Use `gmig upgrade +1`.]"},
        {diamond, "a b c m", "-1",
         "ambiguous: '-1' leads across the merge m, below which are b, c "
         "[Name the one to go down to: b, c.]"},
        {docs, ALL, "-1",
         "ambiguous: '-1' could start at each of 3 applied heads: 2a95, 55af, 27c6 "
         "[Choose one of networking@-1, default@-1, shoppingcart@-1.]"},
    };
    check_rows(*state, gm_plan_down, rows, sizeof(rows) / sizeof(rows[0]));
#undef ALL
}

static void heads_of_the_documented_example_follow_each_step(void **state)
{
    gm_arena *arena = *state;
    /* Alembic prints its own order of the two lines; with ours only parents decide what a head is,
     * so 55af stays one when 2a95, which depends on it, comes. */
    static const char *const expected[] = {"1975",           "27c6",           "ae10 27c6",
                                           "55af 27c6",      "3cac 55af 27c6", "109e 55af 27c6",
                                           "29f8 55af 27c6", "2a95 55af 27c6"};
    const gm_graph *graph = fixture_graph(arena, docs);
    gm_node_set applied = gm_node_set_new(arena, graph);
    gm_err err = gm_err_new(arena);
    gm_plan plan;
    assert_ok(gm_plan_up(arena, graph, &applied, GM_STR(""), &plan, &err), &err);
    assert_int_equal(plan.steps.len, 8);
    for (size_t i = 0; i < plan.steps.len; i++) {
        gm_node_set_add(&applied, plan.steps.items[i].node);
        gm_nodes heads = gm_node_set_heads(arena, &applied);
        assert_str(fixture_ids(arena, &heads), expected[i]);
    }
}

static void an_applied_state_is_read_from_ids(void **state)
{
    gm_arena *arena = *state;
    static const char *const rows[][2] = {
        {"m", "a b c m"},      {"b,c", "a b c"},       {" b , c", "a b c"}, {"base", ""},
        {"head", "a b c m e"}, {"heads", "a b c m e"}, {"", NULL},          {"b,", NULL},
        {"x", NULL},           {"current", NULL},
    };
    const gm_graph *graph = fixture_graph(arena, diamond);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_err err = gm_err_new(arena);
        gm_node_set applied = {0};
        gm_code code = gm_applied_from(arena, graph, gm_str_from(rows[i][0]), &applied, &err);
        assert_int_equal(code == GM_OK, rows[i][1] != NULL);
        if (rows[i][1]) {
            gm_nodes members = gm_node_set_members(arena, &applied);
            assert_str(fixture_ids(arena, &members), rows[i][1]);
        }
    }
}

/* ---- properties over random histories ---- */

/* xorshift64: the same histories in every run. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void add_random_names(gm_arena *arena, uint64_t *random, gm_strs *list, size_t below,
                             size_t count)
{
    for (size_t i = 0; i < count && below; i++) {
        gm_str name =
            gm_str_printf(arena, "r%03llu", (unsigned long long)(next_random(random) % below));
        if (!gm_strs_have(list, name))
            gm_vec_push(arena, list, name);
    }
}

static gm_graph *random_graph(gm_arena *arena, uint64_t *random)
{
    gm_revisions revisions = {0};
    size_t count = 1 + next_random(random) % 24;
    for (size_t i = 0; i < count; i++) {
        gm_revision *revision = gm_new(arena, gm_revision);
        revision->id = gm_str_printf(arena, "r%03zu", i);
        revision->path = gm_str_printf(arena, "m/%03llu", (unsigned long long)next_random(random));
        revision->time = (int64_t)(next_random(random) % 5);
        add_random_names(arena, random, &revision->parents, i, next_random(random) % 3);
        add_random_names(arena, random, &revision->depends, i, next_random(random) % 4 == 0);
        if (next_random(random) % 6 == 0)
            gm_vec_push(arena, &revision->labels, gm_str_printf(arena, "l%zu", i));
        gm_vec_push(arena, &revisions, revision);
    }
    return gm_graph_build(arena, &revisions, NULL);
}

static bool has_edge(const gm_nodes *list, const gm_node *node)
{
    GM_EACH (gm_node *, other, list)
        if (*other == node)
            return true;
    return false;
}

/* By the definition, looking at every pair. */
static gm_str slow_heads(gm_arena *arena, const gm_graph *graph, const gm_node_set *set)
{
    gm_nodes heads = {0};
    for (size_t i = graph->order.len; i > 0; i--) {
        gm_node *node = graph->order.items[i - 1];
        bool head = gm_node_set_has(set, node);
        GM_EACH (gm_node *, other, &graph->order)
            if (gm_node_set_has(set, *other) && has_edge(&(*other)->parents, node))
                head = false;
        if (head)
            gm_vec_push(arena, &heads, node);
    }
    return fixture_ids(arena, &heads);
}

static void assert_heads(gm_arena *arena, const gm_graph *graph, const gm_node_set *set,
                         const gm_strs *told)
{
    gm_str slow = slow_heads(arena, graph, set);
    gm_nodes heads = gm_node_set_heads(arena, set);
    assert_str(fixture_ids(arena, &heads), gm_str_z(arena, slow));
    assert_str(gm_str_join(arena, told, GM_STR(" ")), gm_str_z(arena, slow));
}

/* No step before what it needs (up), or before what needs it (down). */
static void run_plan(gm_arena *arena, const gm_graph *graph, const gm_plan *plan, gm_node_set *set)
{
    assert_heads(arena, graph, set, &plan->from);
    for (size_t i = 0; i < plan->steps.len; i++) {
        const gm_node *node = plan->steps.items[i].node;
        bool up = plan->steps.items[i].direction == GM_UP;
        assert_int_equal(gm_node_set_has(set, node), !up);
        GM_EACH (gm_node *, other, up ? &node->parents : &node->children)
            assert_int_equal(gm_node_set_has(set, *other), up);
        GM_EACH (gm_node *, other, up ? &node->depends : &node->dependents)
            assert_int_equal(gm_node_set_has(set, *other), up);
        if (up)
            gm_node_set_add(set, node);
        else
            gm_node_set_remove(set, node);
    }
    assert_heads(arena, graph, set, &plan->to);
}

static bool same_set(const gm_node_set *a, const gm_node_set *b)
{
    GM_EACH (gm_node *, node, &a->graph->order)
        if (gm_node_set_has(a, *node) != gm_node_set_has(b, *node))
            return false;
    return true;
}

static void assert_order(const gm_graph *graph)
{
    for (size_t i = 0; i < graph->order.len; i++) {
        const gm_node *node = graph->order.items[i];
        assert_int_equal(node->index, i);
        GM_EACH (gm_node *, other, &node->parents)
            assert_true((*other)->index < i);
        GM_EACH (gm_node *, other, &node->depends)
            assert_true((*other)->index < i);
        /* No later node was ready and older: what stands between waits for something. */
        if (i == 0)
            continue;
        const gm_node *before = graph->order.items[i - 1];
        bool older = node->revision->time < before->revision->time ||
                     (node->revision->time == before->revision->time &&
                      gm_str_cmp(node->revision->id, before->revision->id) < 0);
        if (older)
            assert_true(has_edge(&node->parents, before) || has_edge(&node->depends, before));
    }
}

static void up_and_down_again_leads_back_on_random_histories(void **state)
{
    (void)state;
    uint64_t random = 20261123;
    for (size_t round = 0; round < 2000; round++) {
        gm_arena *arena = gm_arena_new();
        const gm_graph *graph = random_graph(arena, &random);
        gm_err err = gm_err_new(arena);
        gm_plan plan;
        assert_int_equal(graph->problems.len, 0);
        assert_order(graph);

        /* From the ancestors of one revision to all heads, and down to nothing by two roads. */
        const gm_node *some = graph->order.items[next_random(&random) % graph->order.len];
        gm_node_set start = gm_node_set_new(arena, graph);
        gm_node_set_add_ancestors(&start, some);
        gm_node_set now = gm_node_set_copy(arena, &start);
        assert_ok(gm_plan_up(arena, graph, &now, GM_STR("heads"), &plan, &err), &err);
        assert_int_equal(plan.late.len, 0);
        run_plan(arena, graph, &plan, &now);
        assert_int_equal(gm_node_set_count(&now), graph->order.len);

        /* Taking off everything that was put on, one revision of the goal after the other. */
        while (!same_set(&now, &start)) {
            gm_nodes members = gm_node_set_members(arena, &now);
            gm_node *newest = NULL;
            GM_EACH (gm_node *, node, &members)
                if (!gm_node_set_has(&start, *node))
                    newest = *node;
            gm_str goal = gm_str_printf(arena, "%.*s@-1", GM_ARG(newest->revision->id));
            if (newest->parents.len > 1) /* steps do not lead across a merge */
                goal = gm_str_printf(arena, "%.*s@%.*s", GM_ARG(newest->revision->id),
                                     GM_ARG(newest->parents.items[0]->revision->id));
            assert_ok(gm_plan_down(arena, graph, &now, goal, &plan, &err), &err);
            assert_int_equal(plan.steps.len, 1);
            run_plan(arena, graph, &plan, &now);
        }
        assert_ok(gm_plan_down(arena, graph, &now, GM_STR("base"), &plan, &err), &err);
        run_plan(arena, graph, &plan, &now);
        assert_int_equal(gm_node_set_count(&now), 0);
        gm_arena_free(arena);
    }
}

static void down_to_a_revision_keeps_it_and_drops_what_needs_it(void **state)
{
    (void)state;
    uint64_t random = 42;
    for (size_t round = 0; round < 1000; round++) {
        gm_arena *arena = gm_arena_new();
        const gm_graph *graph = random_graph(arena, &random);
        const gm_node *goal = graph->order.items[next_random(&random) % graph->order.len];
        gm_err err = gm_err_new(arena);
        gm_node_set now = gm_node_set_new(arena, graph);
        gm_node_set below = gm_node_set_new(arena, graph);
        gm_plan plan;
        gm_node_set_add_ancestors_of(&now, &graph->order);
        gm_node_set_add_descendants(&below, goal);
        assert_ok(gm_plan_down(arena, graph, &now, goal->revision->id, &plan, &err), &err);
        run_plan(arena, graph, &plan, &now);
        GM_EACH (gm_node *, node, &graph->order)
            assert_int_equal(gm_node_set_has(&now, *node),
                             *node == goal || !gm_node_set_has(&below, *node));
        assert_ok(gm_plan_up(arena, graph, &now, GM_STR("heads"), &plan, &err), &err);
        run_plan(arena, graph, &plan, &now);
        assert_int_equal(gm_node_set_count(&now), graph->order.len);
        gm_arena_free(arena);
    }
}

/* 100,000 revisions: a trunk of ten steps between merges, each merge joining a branch of ten. */
static void a_hundred_thousand_revisions_are_read_and_planned(void **state)
{
    needs_speed();
    gm_arena *arena = *state;
    enum { COUNT = 100000 };
    gm_revision_files files = {0};
    for (size_t i = 0; i < COUNT; i++) {
        size_t place = i % 10;
        gm_buf parents = gm_buf_new(arena, SIZE_MAX);
        if (place == 0 && i)
            gm_buf_printf(&parents, "r%06zu, r%06zu", i - 1, i - 6);
        else if (place == 5)
            gm_buf_printf(&parents, "r%06zu", i - 5);
        else if (i)
            gm_buf_printf(&parents, "r%06zu", i - 1);
        /* Files come newest first, and are named against the order. */
        gm_str bytes = gm_str_printf(arena,
                                     "-- revision: r%06zu\n-- parents: [%.*s]\n-- message: step\n"
                                     "-- created: 2026-11-23T10:42:07Z\n\n-- gmig:up\nSELECT 1;\n"
                                     "\n-- gmig:down\nSELECT 2;\n",
                                     i, GM_ARG(gm_buf_str(&parents)));
        gm_vec_push(arena, &files,
                    (gm_revision_file){.path = gm_str_printf(arena, "m/%06zu.sql", COUNT - i),
                                       .bytes = bytes});
    }
    const gm_graph *graph = gm_graph_load(arena, &gm_format_gmig, &files);
    assert_int_equal(graph->problems.len, 0);
    assert_int_equal(graph->order.len, COUNT);
    assert_int_equal(graph->heads.len, 2); /* the last branch is not merged */
    assert_str(graph->order.items[0]->revision->id, "r000000");

    gm_node_set applied = gm_node_set_new(arena, graph);
    gm_err err = gm_err_new(arena);
    gm_plan plan;
    assert_ok(gm_plan_up(arena, graph, &applied, GM_STR("heads"), &plan, &err), &err);
    assert_int_equal(plan.steps.len, COUNT);
    assert_str(gm_strs_list(arena, &plan.to), "r099999, r099994");
    GM_EACH (gm_step, step, &plan.steps)
        gm_node_set_add(&applied, step->node);
    assert_ok(gm_plan_down(arena, graph, &applied, GM_STR("r000000"), &plan, &err), &err);
    assert_int_equal(plan.steps.len, COUNT - 1);
    assert_str(
        gm_graph_fork_point(graph, graph->heads.items[0], graph->heads.items[1])->revision->id,
        "r099990");
    assert_int_equal(gm_plan_up(arena, graph, &applied, GM_STR(""), &plan, &err), GM_E_DIVERGENT);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(up_applies_the_goal_and_what_it_needs),
        TEST(up_refuses_what_is_no_way_up),
        TEST(down_reverts_what_comes_after_the_goal),
        TEST(down_refuses_what_is_no_way_down),
        TEST(heads_of_the_documented_example_follow_each_step),
        TEST(an_applied_state_is_read_from_ids),
        TEST(up_and_down_again_leads_back_on_random_histories),
        TEST(down_to_a_revision_keeps_it_and_drops_what_needs_it),
        TEST(a_hundred_thousand_revisions_are_read_and_planned),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
