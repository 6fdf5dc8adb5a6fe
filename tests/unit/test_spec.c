/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "arena_fixture.h"
#include "base/buf.h"
#include "graph_fixture.h"
#include "history/spec.h"

/* The graph of Alembic's documentation on branches and dependencies. */
static const char docs[] = "1975\nae10 < 1975\n27c6 < 1975 is shoppingcart\n55af < ae10\n"
                           "3cac is networking\n109e < 3cac\n29f8 < 109e\n2a95 < 29f8 after 55af\n";

/* Hyphens everywhere: in ids, in a label, and in what looks like steps. */
static const char hyphens[] = "abc\nabc-1 < abc is rel-2024\n2024-01-05-init < abc-1\n"
                              "2024-02 < 2024-01-05-init\nzzzz-9 < 2024-02\n";

static const char diamond[] = "aaaa1\nbbbb1 < aaaa1\ncccc1 < aaaa1\ndddd1 < bbbb1,cccc1\n"
                              "eeee1 < dddd1\n";

static const char twins[] = "abcd1111\nabcd2222 < abcd1111\nabce3333 < abcd1111\n";

typedef struct {
    const char *graph;
    const char *applied; /* its heads; NULL: no database */
    const char *text;
    const char *result; /* ids, "base", or "code: message [hint]" */
} row;

static gm_str outcome(gm_arena *arena, const row *r, bool several)
{
    const gm_graph *graph = fixture_graph(arena, r->graph);
    gm_err err = gm_err_new(arena);
    gm_node_set applied;
    gm_spec_context context = {.graph = graph, .allow_several = several};
    gm_spec spec = {0};
    assert_int_equal(graph->problems.len, 0);
    if (r->applied) {
        applied = fixture_applied(arena, graph, r->applied);
        context.applied = &applied;
    }
    if (gm_spec_resolve(arena, &context, gm_str_from(r->text), &spec, &err) != GM_OK)
        return gm_str_printf(arena, "%s: %.*s [%.*s]", gm_code_name(err.code), GM_ARG(err.text),
                             GM_ARG(err.hint));
    if (spec.base)
        return GM_STR("base");
    return fixture_ids(arena, &spec.nodes);
}

static void check_rows(gm_arena *arena, const row *rows, size_t count, bool several)
{
    for (size_t i = 0; i < count; i++) {
        gm_str actual = outcome(arena, &rows[i], several);
        if (!gm_str_is(actual, rows[i].result))
            fail_msg("%s\n  gives    %.*s\n  and not  %s", rows[i].text, GM_ARG(actual),
                     rows[i].result);
    }
}

#define CHECK(rows, several) check_rows(*state, rows, sizeof(rows) / sizeof((rows)[0]), several)

static void points_name_revisions(void **state)
{
    static const row rows[] = {
        {diamond, NULL, "cccc1", "cccc1"},
        {diamond, NULL, "head", "eeee1"},
        {diamond, NULL, "heads", "eeee1"},
        {diamond, NULL, "base", "base"},
        {diamond, "dddd1", "current", "dddd1"},
        {diamond, "", "current", "base"},
        {diamond, NULL, "dddd", "dddd1"},
        {"", NULL, "head", "base"},
        {"", NULL, "heads", "base"},
        {docs, NULL, "shoppingcart", "27c6"},
        {docs, NULL, "networking@head", "2a95"},
        {docs, NULL, "shoppingcart@heads", "27c6"},
        {docs, NULL, "default@head", "55af"},
        {docs, NULL, "networking@base", "base"},
        {docs, NULL, "networking@109e", "109e"},
        {docs, NULL, "shoppingcart@1975", "1975"},
        {docs, NULL, "ae10@head", "55af"},
        {docs, "27c6 29f8", "networking@current", "29f8"},
        {docs, "27c6", "networking@current", "base"},
        {"a is default\nb < a\nc\n", NULL, "default@head", "b"},
    };
    CHECK(rows, false);
}

static void an_exact_id_or_label_wins_over_operators(void **state)
{
    static const row rows[] = {
        {hyphens, NULL, "abc-1", "abc-1"},
        {hyphens, NULL, "rel-2024", "abc-1"},
        {hyphens, NULL, "rel-2024@head", "zzzz-9"},
        {hyphens, NULL, "rel-2024@zzzz-9", "zzzz-9"},
        {hyphens, NULL, "rel-2024-1", "abc"},
        {hyphens, NULL, "2024-02", "2024-02"},
        {hyphens, NULL, "2024-02-1", "2024-01-05-init"},
        {hyphens, NULL, "2024-01-05-init-1", "abc-1"},
        {hyphens, NULL, "2024-01-05-in", "2024-01-05-init"},
        {hyphens, NULL, "zzzz-9-2", "2024-01-05-init"},
        {hyphens, NULL, "zzzz", "zzzz-9"},
        {"-1\nb < -1\n", NULL, "-1", "-1"},
        {hyphens, NULL, "2024-01",
         "ambiguous: '2024-01' is the beginning of 2024-01-05-init, and also 01 steps from '2024' "
         "[Write the whole id.]"},
    };
    CHECK(rows, false);
}

static void steps_are_counted_from_a_point(void **state)
{
    static const row rows[] = {
        {docs, NULL, "ae10+1", "55af"},
        {docs, NULL, "55af-2", "1975"},
        {docs, NULL, "55af-3", "base"},
        {docs, NULL, "55af-0", "55af"},
        {docs, NULL, "networking@head-1", "29f8"},
        {docs, NULL, "networking@base+2", "109e"},
        {docs, NULL, "networking@3cac+1", "109e"},
        {docs, NULL, "shoppingcart@1975+1", "27c6"},
        {docs, NULL, "networking+1", "109e"},
        {diamond, NULL, "base+1", "aaaa1"},
        {diamond, NULL, "head-1", "dddd1"},
        {diamond, NULL, "bbbb+2", "eeee1"},
        {diamond, "bbbb1", "current-1", "aaaa1"},
        {docs, NULL, "55af-4",
         "refused: '55af-4' leads past base: there are 3 revisions that far down "
         "[Count less, or write base.]"},
        {docs, NULL, "3cac+9",
         "refused: '3cac+9' leads past the head: 3 revisions come after 3cac "
         "[Count less, or write head.]"},
        {docs, NULL, "29f8+2",
         "refused: '29f8+2' leads past the head: 1 revision comes after 29f8 "
         "[Count less, or write head.]"},
        {diamond, NULL, "aaaa1+2",
         "ambiguous: 'aaaa1+2' comes to a fork: after aaaa1 come bbbb1, cccc1 "
         "[Name one of them, or a branch as LABEL@+N.]"},
        {docs, NULL, "base+1",
         "ambiguous: 'base+1' may begin at 1975, 3cac "
         "[Name one of them, or a branch as LABEL@+N.]"},
        {diamond, NULL, "head-2",
         "ambiguous: 'head-2' leads across the merge dddd1, below which are bbbb1, cccc1 "
         "[Name the one to go down to: bbbb1, cccc1.]"},
        {diamond, NULL, "base-1",
         "refused: 'base-1' leads past base: there are 0 revisions that far down "
         "[Count less, or write base.]"},
    };
    CHECK(rows, false);
}

static void bare_steps_are_counted_from_what_is_applied(void **state)
{
    static const row rows[] = {
        {diamond, "aaaa1 bbbb1", "-1", "aaaa1"},
        {diamond, "bbbb1", "-2", "base"},
        {diamond, "", "+1", "aaaa1"},
        {diamond, "bbbb1", "+1", "dddd1"},
        {diamond, "bbbb1", "+0", "bbbb1"},
        {diamond, "eeee1", "-1", "dddd1"},
        {docs, "27c6 55af 2a95", "networking@-1", "29f8"},
        {docs, "27c6 55af 2a95", "default@-1", "ae10"},
        {docs, "27c6 55af 2a95", "shoppingcart@-1", "base"},
        {docs, "55af", "networking@+2", "109e"},
        {docs, "55af", "shoppingcart@+1", "27c6"},
        {docs, "", "shoppingcart@+2", "27c6"},
        {docs, "3cac", "networking@+1", "109e"},
        {"a\nb < a\nc < a\n", "b c", "b@-1", "base"},
        {docs, "27c6 55af 2a95", "-1",
         "ambiguous: '-1' could start at each of 3 applied heads: 2a95, 55af, 27c6 "
         "[Choose one of networking@-1, default@-1, shoppingcart@-1.]"},
        {"a\nb < a\nc < a\n", "b c", "-2",
         "ambiguous: '-2' could start at each of 2 applied heads: c, b "
         "[Choose one of c@-2, b@-2.]"},
        {"a\nb < a\nc < a\n", "b c", "-0",
         "ambiguous: '-0' could start at each of 2 applied heads: c, b "
         "[Choose one of c@-0, b@-0.]"},
        {"a\nb < a\nc < a\n", "b c", "+1",
         "ambiguous: '+1' could start at each of 2 applied heads: c, b "
         "[Choose one of c@+1, b@+1.]"},
        {diamond, "eeee1", "-2",
         "ambiguous: '-2' leads across the merge dddd1, below which are bbbb1, cccc1 "
         "[Name the one to go down to: bbbb1, cccc1.]"},
        {diamond, "bbbb1", "-3",
         "refused: '-3' leads past base: there are 2 applied revisions that far down "
         "[Count less, or write base.]"},
        {docs, "2a95", "networking@-5",
         "refused: 'networking@-5' leads past base: there are 4 applied revisions of 'networking' "
         "that far down [Count less, or write networking@base.]"},
        {diamond, "", "-1",
         "refused: '-1' leads past base: nothing is applied "
         "[There is nothing to go down from; `gmig current` shows what is applied.]"},
        {docs, "1975", "networking@-1",
         "refused: 'networking@-1' leads past base: nothing of 'networking' is applied "
         "[There is nothing to go down from; `gmig current` shows what is applied.]"},
        {diamond, "eeee1", "+1",
         "refused: '+1' leads past the head: 0 revisions come after eeee1 "
         "[Count less, or write head.]"},
        {diamond, NULL, "-1",
         "usage: '-1' counts from what a database has, and there is none here "
         "[Name a revision: an ID, a label, head or base.]"},
        {diamond, NULL, "current",
         "usage: 'current' counts from what a database has, and there is none here "
         "[Name a revision: an ID, a label, head or base.]"},
    };
    CHECK(rows, false);
}

static void what_is_not_applied_does_not_count_downward(void **state)
{
    gm_arena *arena = *state;
    const gm_graph *graph = fixture_graph(arena, "a\nb < a\nc < b\nd < c\n");
    gm_node_set applied = fixture_set(arena, graph, "c d");
    gm_spec_context context = {.graph = graph, .applied = &applied};
    gm_spec spec;
    gm_err err = gm_err_new(arena);
    assert_ok(gm_spec_resolve(arena, &context, GM_STR("-2"), &spec, &err), &err);
    assert_str(spec.through->revision->id, "c");
    assert_int_equal(gm_spec_resolve(arena, &context, GM_STR("-3"), &spec, &err), GM_E_REFUSED);
    assert_str(err.text, "'-3' leads past base: there are 2 applied revisions that far down");
}

static void every_failure_has_its_own_message(void **state)
{
    static const row rows[] = {
        {diamond, NULL, "",
         "usage: a revision is named by an empty text "
         "[Name an ID, head, heads, base or current.]"},
        {diamond, NULL, "nope",
         "unknown-revision: there is no revision or label 'nope' "
         "[`gmig history` lists the revisions of this checkout.]"},
        {"", NULL, "nope",
         "unknown-revision: there is no revision or label 'nope' "
         "[This history has no revisions.]"},
        {diamond, NULL, "AAAA1",
         "unknown-revision: there is no revision or label 'AAAA1' "
         "[Ids are case-sensitive: did you mean aaaa1?]"},
        {diamond, NULL, "aaa",
         "unknown-revision: 'aaa' is too short: the beginning of an id has 4 "
         "characters or more [It could be aaaa1.]"},
        {twins, NULL, "abcd",
         "ambiguous: 'abcd' is the beginning of 2 ids: abcd1111, abcd2222 "
         "[Write more of the one you mean.]"},
        {"abcd1\nabcd2\nabcd3\nabcd4\nabcd5\nabcd6\nabcd7\n", NULL, "abcd",
         "ambiguous: 'abcd' is the beginning of 7 ids: abcd1, abcd2, abcd3, abcd4, abcd5 and 2 "
         "more [Write more of the one you mean.]"},
        {twins, NULL, "abcd@head",
         "ambiguous: 'abcd' is the beginning of 2 ids: abcd1111, abcd2222 "
         "[Write more of the one you mean.]"},
        {docs, NULL, "billing@head",
         "unknown-revision: there is no label 'billing' "
         "[Labels are shoppingcart, networking.]"},
        {diamond, NULL, "billing@head",
         "unknown-revision: there is no label 'billing' "
         "[No revision of this history has labels; name an ID "
         "instead.]"},
        {docs, NULL, "networking@ae10",
         "unknown-revision: revision 'ae10' is not in the branch 'networking' "
         "[It is in 'default'.]"},
        {docs, NULL, "networking@nope",
         "unknown-revision: there is no revision or label 'nope' "
         "[`gmig history` lists the revisions of this checkout.]"},
        {twins, NULL, "head",
         "divergent: 'head' is not one revision: the history has 2 heads, abce3333, abcd2222 "
         "[`gmig merge` makes them one; 'heads' means all of them.]"},
        /* the newest head is alone in its lineage, the two others are not */
        {"a\nb < a\nc < a\nd is l\n", NULL, "head",
         "divergent: 'head' is not one revision: the history has 3 heads, d, c, b "
         "[`gmig merge` makes them one; 'heads' means all of them.]"},
        {"a is l\nb < a\nc < a\n", NULL, "l@head",
         "divergent: 'l@head' is not one revision: the history has 2 heads, c, b "
         "[`gmig merge` makes them one; 'l@heads' means all of them.]"},
        {docs, NULL, "head",
         "ambiguous: 'head' is not one revision: each lineage has its own, 2a95, 55af, 27c6 "
         "[Use networking@head, default@head, shoppingcart@head, or heads for all of them.]"},
        {docs, NULL, "heads",
         "ambiguous: 'heads' is 3 revisions where one is wanted: 2a95, 55af, "
         "27c6 [Name one of them.]"},
        {"a is l\nb < a is m\n", NULL, "l@head",
         "unknown-revision: the branch 'l' has no head of its own; it goes on to b under other "
         "labels [Name the head, or its label.]"},
        {"a is l\n", NULL, "default@head",
         "unknown-revision: no revision is in the branch 'default' "
         "[`gmig heads --verbose` shows the lineage of each head.]"},
        {docs, NULL, "@head",
         "usage: '@head' has no label before the '@' "
         "[Write LABEL@head, LABEL@base, LABEL@ID or LABEL@-1.]"},
        {docs, NULL, "networking@",
         "usage: 'networking@' has nothing behind the '@' "
         "[Write LABEL@head, LABEL@base, LABEL@ID or LABEL@-1.]"},
        {docs, NULL, "a@b@c",
         "usage: 'a@b@c' has more than one '@' "
         "[Write LABEL@head, LABEL@base, LABEL@ID or LABEL@-1.]"},
        {docs, NULL, "1975:55af",
         "usage: '1975:55af' is a range, and one revision is wanted here "
         "[Ranges are for `history -r` and for --sql.]"},
        {docs, "1975", "--plan",
         "usage: '-plan' in '--plan' is no number of steps "
         "[Write a number behind the sign, as in -1 or head-2.]"},
        {docs, NULL, "head+",
         "usage: '' in 'head+' is no number of steps "
         "[Write a number behind the sign, as in -1 or head-2.]"},
        {docs, "1975", "+1junk",
         "usage: '1junk' in '+1junk' is no number of steps "
         "[Write a number behind the sign, as in -1 or head-2.]"},
        {docs, "1975", "-",
         "usage: '' in '-' is no number of steps "
         "[Write a number behind the sign, as in -1 or head-2.]"},
        {docs, NULL, "head-x",
         "usage: 'x' in 'head-x' is no number of steps "
         "[Write a number behind the sign, as in -1 or head-2.]"},
        {docs, NULL, "head-1-1",
         "usage: '1-1' in 'head-1-1' is no number of steps "
         "[Write a number behind the sign, as in -1 or head-2.]"},
        {docs, NULL, "55af+99999999999999999999999",
         "usage: '99999999999999999999999' in '55af+99999999999999999999999' is no number of "
         "steps [Write a number behind the sign, as in -1 or head-2.]"},
    };
    CHECK(rows, false);
}

static void a_database_is_needed_by_current_and_by_bare_steps_only(void **state)
{
    static const struct {
        const char *text;
        bool needs;
    } rows[] = {
        {"current", true},
        {"current-1", true},
        {"rel-2024@current", true},
        {"-1", true},
        {"+2", true},
        {"rel-2024@-1", true},
        {"abc:current", true},
        {"-3:", true},
        {":current+1", true},
        {"current-account", true}, /* not an id here, so it could only be steps */
        {"abc", false},
        {"abc-1", false},
        {"head-1", false},
        {"rel-2024@head", false},
        {"abc:head", false},
        {":", false},
        {"", false},
        {"currently", false},
        {"-x", false},
    };
    const gm_graph *graph = fixture_graph(*state, hyphens);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (gm_spec_needs_applied(graph, gm_str_from(rows[i].text)) != rows[i].needs)
            fail_msg("'%s'", rows[i].text);
    assert_true(gm_spec_needs_applied(NULL, GM_STR("-1:abc")));
    /* An id that only looks so is an id. */
    graph = fixture_graph(*state, "current-account\n");
    assert_false(gm_spec_needs_applied(graph, GM_STR("current-account")));
}

static void several_revisions_are_fine_where_they_are_allowed(void **state)
{
    static const row rows[] = {
        {docs, NULL, "heads", "2a95 55af 27c6"},
        {docs, "27c6 29f8", "current", "29f8 27c6"},
        {twins, NULL, "abcd1111@heads", "abce3333 abcd2222"},
        {docs, NULL, "heads-1",
         "ambiguous: 'heads-1' would start at several revisions: 2a95, 55af, 27c6 "
         "[Start at one of them.]"},
    };
    CHECK(rows, true);
}

static void one_revision_is_neither_base_nor_several(void **state)
{
    gm_arena *arena = *state;
    const gm_graph *graph = fixture_graph(arena, docs);
    gm_spec_context context = {.graph = graph, .allow_several = true};
    gm_err err = gm_err_new(arena);
    gm_node *node = NULL;
    assert_ok(gm_spec_resolve_one(arena, &context, GM_STR("networking@head"), &node, &err), &err);
    assert_str(node->revision->id, "2a95");
    assert_int_equal(gm_spec_resolve_one(arena, &context, GM_STR("heads"), &node, &err),
                     GM_E_AMBIGUOUS);
    assert_int_equal(gm_spec_resolve_one(arena, &context, GM_STR("base"), &node, &err),
                     GM_E_REFUSED);
    assert_str(err.text, "'base' is before every revision, and one is wanted");
}

static void ranges_hold_both_ends(void **state)
{
    gm_arena *arena = *state;
    static const row rows[] = {
        {docs, NULL, ":", "1975 ae10 27c6 55af 3cac 109e 29f8 2a95"},
        {docs, NULL, "ae10:55af", "ae10 55af"},
        {docs, NULL, "55af:55af", "55af"},
        {docs, NULL, ":29f8", "3cac 109e 29f8"},
        {docs, NULL, "29f8", "3cac 109e 29f8"},
        {docs, NULL, "109e:", "109e 29f8 2a95"},
        {docs, NULL, "ae10:2a95", "ae10 55af 2a95"},
        {docs, NULL, "networking@base:", "3cac 109e 29f8 2a95"},
        {docs, NULL, "shoppingcart:", "27c6"},
        {docs, "29f8", "-2:current", "3cac 109e 29f8"},
        {docs, NULL, "head:",
         "ambiguous: 'head' is not one revision: each lineage has its own, 2a95, 55af, 27c6 "
         "[Use networking@head, default@head, shoppingcart@head, or heads for all of them.]"},
        {docs, NULL, "heads:", "27c6 55af 2a95"},
        {docs, NULL, "base:base", ""},
        {"", NULL, ":", ""},
        {docs, NULL, "55af:ae10",
         "refused: the range '55af:ae10' is empty: 55af does not come before ae10 "
         "[Older revisions come first: turn the two sides round.]"},
        {docs, NULL, "27c6:55af",
         "refused: the range '27c6:55af' is empty: 27c6 does not come before 55af "
         "[They are on different branches; name two revisions of one.]"},
        {docs, NULL, "55af:base",
         "refused: the range '55af:base' is empty: 55af does not come before base "
         "[Older revisions come first: turn the two sides round.]"},
        {docs, NULL, "a:b:c",
         "usage: the range 'a:b:c' has more than one ':' [Write A:B, A:, :B or : for everything.]"},
        {docs, NULL, "",
         "usage: a range is named by an empty text [Write A:B, A:, :B or : for everything.]"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const gm_graph *graph = fixture_graph(arena, rows[i].graph);
        gm_err err = gm_err_new(arena);
        gm_node_set applied;
        gm_spec_context context = {.graph = graph};
        gm_range range;
        gm_str actual;
        if (rows[i].applied) {
            applied = fixture_applied(arena, graph, rows[i].applied);
            context.applied = &applied;
        }
        if (gm_range_resolve(arena, &context, gm_str_from(rows[i].text), &range, &err) != GM_OK) {
            actual = gm_str_printf(arena, "%s: %.*s [%.*s]", gm_code_name(err.code),
                                   GM_ARG(err.text), GM_ARG(err.hint));
        } else {
            gm_nodes members = gm_node_set_members(arena, &range.nodes);
            actual = fixture_ids(arena, &members);
        }
        if (!gm_str_is(actual, rows[i].result))
            fail_msg("%s\n  gives    %.*s\n  and not  %s", rows[i].text, GM_ARG(actual),
                     rows[i].result);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(points_name_revisions),
        TEST(an_exact_id_or_label_wins_over_operators),
        TEST(steps_are_counted_from_a_point),
        TEST(bare_steps_are_counted_from_what_is_applied),
        TEST(what_is_not_applied_does_not_count_downward),
        TEST(every_failure_has_its_own_message),
        TEST(a_database_is_needed_by_current_and_by_bare_steps_only),
        TEST(several_revisions_are_fine_where_they_are_allowed),
        TEST(one_revision_is_neither_base_nor_several),
        TEST(ranges_hold_both_ends),
    };
    return cmocka_run_group_tests_name("spec", tests, NULL, NULL);
}
