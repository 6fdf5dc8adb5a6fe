/* SPDX-License-Identifier: Apache-2.0 */
/* The ids are those that `sqitch plan --format format:%H` of sqitch 1.3.1 prints for the same plan.
 */
#include "gm_test.h"

#include "arena_fixture.h"
#include "history/formats/sqitch_plan.h"

static const char plan[] =
    "%syntax-version=1.0.0\n"
    "%project=flipr\n"
    "%uri=HTTP://Example.org:80/%7eflipr\n"
    "\n"
    "users 2013-12-31T19:26:59Z Ada <ada@example.org># Makes users.\n"
    "flips [users !gone other:base] 2012-12-31T19:26:59Z Ada  <ada@example.org> "
    "# Two\\nlines \\\\ and \\t tab\n"
    "@v1 2014-01-01T00:00:00Z Ada <ada@example.org> # Tag\n"
    "users [users@v1] 2014-02-01T00:00:00Z \xc3\x84"
    "da \xc3\x96 <ada@example.org> # 0\r\n"
    "+ app/x [@v1 flips flipr:users@v1] 2014-02-01T00:00:00Z Ada <ada@example.org>#   Again "
    "\xc3\xa4\xc3\xb6  \n"
    "@v2 2014-01-01T00:00:00Z Ada <ada@example.org>\n"
    "@v3 2014-01-01T00:00:00Z Ada <ada@example.org> # zwei\n";

static gm_str only_id(gm_arena *arena, const char *text)
{
    gm_sqitch_changes changes = {0};
    gm_sqitch_plan_read(arena, gm_str_from(text), &changes);
    assert_int_equal(changes.len, 1);
    return changes.items[0]->id;
}

static void changes_have_the_ids_that_sqitch_gives_them(void **state)
{
    static const char *const ids[][2] = {{"users", "b124fb8e2b7abb205992df21864ada332e4af883"},
                                         {"flips", "03a2f5a41a27662abf9d23895043f462b94f8882"},
                                         {"users", "1db942af6b0d2aef84f9d59223426796ca204d04"},
                                         {"app/x", "a312107d703147a33c072daa58595c9584b83bb0"}};
    gm_sqitch_changes changes = {0};
    gm_sqitch_plan_read(*state, gm_str_from(plan), &changes);
    assert_int_equal(changes.len, 4);
    for (size_t i = 0; i < changes.len; i++) {
        assert_str(changes.items[i]->name, ids[i][0]);
        assert_str(changes.items[i]->id, ids[i][1]);
    }
    assert_str(changes.items[1]->note, "Two\nlines \\ and \\t tab");
    assert_int_equal(changes.items[1]->tags.len, 1);
    assert_int_equal(changes.items[3]->tags.len, 2);
    assert_str(changes.items[3]->tags.items[1].note, "zwei");
}

static void needs_name_the_change_that_they_mean(void **state)
{
    gm_sqitch_changes changes = {0};
    gm_sqitch_plan_read(*state, gm_str_from(plan), &changes);
    const gm_sqitch_change *flips = changes.items[1];
    const gm_sqitch_change *app = changes.items[3];
    assert_int_equal(flips->needs.len, 3);
    assert_str(flips->needs.items[0].id, "b124fb8e2b7abb205992df21864ada332e4af883");
    assert_true(flips->needs.items[1].conflict);
    assert_int_equal(flips->needs.items[1].id.len, 0);
    assert_str(flips->needs.items[2].project, "other");
    assert_str(app->needs.items[0].id, "03a2f5a41a27662abf9d23895043f462b94f8882");
    /* As of the tag, not the one that was reworked behind it. */
    assert_str(app->needs.items[2].text, "users@v1");
    assert_str(app->needs.items[2].id, "b124fb8e2b7abb205992df21864ada332e4af883");
}

static void lines_that_sqitch_refuses_are_refused(void **state)
{
    static const char *const wrong[] = {
        "users 2013-12-31 Ada <a@b>",
        "users 2013-12-31T19:26:59+01:00 Ada <a@b>",
        "users 2013-13-31T19:26:59Z Ada <a@b>",
        "users 2013-12-31T19:26:59Z",
        "users 2013-12-31T19:26:59Z <a@b>",
        "users 2013-12-31T19:26:59Z Ada<a@b>",
        "users 2013-12-31T19:26:59Z Ada <>",
        "users [a 2013-12-31T19:26:59Z Ada <a@b>",
        "@tag [a] 2013-12-31T19:26:59Z Ada <a@b>",
        "%",
        "+",
    };
    gm_sqitch_line line;
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        if (gm_sqitch_line_read(gm_str_from(wrong[i]), &line))
            fail_msg("%s", wrong[i]);
    assert_true(gm_sqitch_line_read(GM_STR("  # only a comment"), &line));
    assert_int_equal(line.kind, GM_SQITCH_NOTHING);
}

/* What a plan says, as sqitch's library makes an id of it with Perl's URI. */
static void a_uri_counts_in_its_canonical_form(void **state)
{
    static const char *const same[][2] = {
        {"https://X.org", "https://x.org/"},        {"https://U@X.org:443?a", "https://U@x.org?a"},
        {"git://Ab.C/%2f x", "git://Ab.C/%2F%20x"}, {"ftp://A:21/\xc3\xa9", "ftp://a/%C3%A9"},
        {"http://X:8080#a", "http://x:8080/"},      {"mailto:A@B", "mailto:A@B"},
    };
    for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
        gm_str ids[2];
        for (size_t j = 0; j < 2; j++) {
            const char *text = gm_str_printf(*state,
                                             "%%project=x\n%%uri=%s\na 2014-02-01T00:00:00Z A "
                                             "<a@b>\n",
                                             same[i][j])
                                   .ptr;
            ids[j] = only_id(*state, text);
        }
        if (!gm_str_eq(ids[0], ids[1]))
            fail_msg("%s", same[i][0]);
    }
    gm_str without = only_id(*state, "%project=x\na 2014-02-01T00:00:00Z A <a@b>\n");
    gm_str with = only_id(*state, "%project=x\n%uri=urn:a\na 2014-02-01T00:00:00Z A <a@b>\n");
    assert_false(gm_str_eq(without, with));
}

static void without_a_project_there_is_no_id(void **state)
{
    assert_int_equal(only_id(*state, "a 2014-02-01T00:00:00Z A <a@b>\n").len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(changes_have_the_ids_that_sqitch_gives_them),
        cmocka_unit_test(needs_name_the_change_that_they_mean),
        cmocka_unit_test(lines_that_sqitch_refuses_are_refused),
        cmocka_unit_test(a_uri_counts_in_its_canonical_form),
        cmocka_unit_test(without_a_project_there_is_no_id),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
