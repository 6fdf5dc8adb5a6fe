/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "graph_fixture.h"

#include "history/union.h"

/* A revision a line as in graph_fixture.h, after "CONTENT NAME ": "1 a.sql aaaa < bbbb". The
 * content becomes the blob id; the folder is "m". */
static gm_union_side side_of(gm_arena *arena, const char *text)
{
    gm_revisions revisions = {0};
    gm_str rest = gm_str_from(text);
    gm_str line;
    for (size_t number = 1; gm_str_line(&rest, &line); number++) {
        gm_str content = fixture_word(&line);
        gm_str name = fixture_word(&line);
        gm_revision *revision = fixture_revision(arena, line, number);
        revision->path = gm_str_printf(arena, "m/%.*s", GM_ARG(name));
        revision->blob.len = 20;
        memcpy(revision->blob.bytes, content.ptr, content.len);
        gm_vec_push(arena, &revisions, revision);
    }
    return gm_union_side_of(arena, gm_graph_build(arena, &revisions, NULL), GM_STR("m"));
}

static const char *const kinds[] = {
    [GM_UNION_SAME_ID] = "same id", [GM_UNION_TWICE] = "twice",     [GM_UNION_CHANGED] = "changed",
    [GM_UNION_RENAMED] = "renamed", [GM_UNION_DELETED] = "deleted",
};

/* "ID=CONTENT", in the order of the union, then its faults. */
static gm_str described(gm_arena *arena, const gm_union *made)
{
    gm_strs parts = {0};
    GM_EACH (const gm_map_entry, entry, &made->items.entries) {
        const gm_union_item *item = entry->value;
        gm_vec_push(arena, &parts,
                    gm_str_printf(arena, "%.*s=%s", GM_ARG(entry->key),
                                  (const char *)item->revision->blob.bytes));
    }
    GM_EACH (const gm_union_fault, fault, &made->faults)
        gm_vec_push(arena, &parts,
                    gm_str_printf(arena, "%s %.*s", kinds[fault->kind], GM_ARG(fault->id)));
    return gm_str_join(arena, &parts, GM_STR(", "));
}

static void the_union_is_three_way_by_id_and_content(void **state)
{
    static const struct {
        const char *start;
        const char *base;
        const char *ours;
        const char *expected;
    } cases[] = {
        {"1 a a", "1 a a", "1 a a", "a=1"},
        {"1 a a", "1 a a\n1 b b", "1 a a\n1 c c", "a=1, b=1, c=1"},
        {"", "1 a a", "1 a a", "a=1"},
        /* What one side left alone is as the other has it. */
        {"1 a a", "2 a a", "1 a a", "a=2"},
        {"1 a a", "1 a a", "2 a a", "a=2, changed a"},
        {"1 a a", "", "1 a a", ""},
        {"1 a a", "1 a a", "", "deleted a"},
        {"1 a a", "", "", ""},
        /* Conflicts. */
        {"", "1 a a", "2 a a", "a=1, same id a"},
        {"", "1 a a", "2 b a", "a=1, same id a"},
        {"", "1 a a", "1 b a", "a=1, twice a"},
        {"1 a a", "2 a a", "3 a a", "a=2, changed a"},
        {"1 a a", "2 a a", "3 a a < b", "a=3, changed a"},
        {"1 a a", "2 a a", "2 a a", "a=2"},
        {"1 a a", "2 a a", "", "a=2, deleted a"},
        {"1 a a", "", "2 a a", "a=2, changed a"},
        /* Names. */
        {"1 a a", "1 a a", "1 b a", "a=1, renamed a"},
        {"1 a a", "1 b a", "1 a a", "a=1"},
        {"1 a a", "1 b a", "1 b a", "a=1"},
        {"1 a a", "2 a a", "1 b a", "a=2"},
        /* Without a start nothing is deleted. */
        {NULL, "1 a a\n1 b b", "1 a a\n1 c c", "a=1, b=1, c=1"},
        {NULL, "1 a a", "2 a a", "a=1, same id a"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_union_side start = side_of(arena, cases[i].start ? cases[i].start : "");
        gm_union_side base = side_of(arena, cases[i].base);
        gm_union_side ours = side_of(arena, cases[i].ours);
        const gm_union *made =
            gm_union_make(arena, cases[i].start ? &start : NULL, &base, &ours, NULL);
        assert_str(described(arena, made), cases[i].expected);
        assert_int_equal(made->graph->order.len, made->items.entries.len);
        gm_arena_free(arena);
    }
    (void)state;
}

static void what_cannot_be_read_is_not_deleted(void **state)
{
    gm_arena *arena = gm_arena_new();
    gm_union_side base = side_of(arena, "1 a a\n1 b b");
    gm_union_side ours = side_of(arena, "");
    gm_problems problems = {0};
    gm_vec_push(arena, &problems, (gm_problem){.path = GM_STR("m/a")});
    const gm_union *made = gm_union_make(arena, &base, &base, &ours, &problems);
    assert_str(described(arena, made), "a=1, deleted b");
    gm_arena_free(arena);
    (void)state;
}

static void sides_say_where_a_revision_comes_from(void **state)
{
    gm_arena *arena = gm_arena_new();
    gm_union_side start = side_of(arena, "1 a a");
    gm_union_side base = side_of(arena, "1 a a\n1 b b < a");
    gm_union_side ours = side_of(arena, "1 a a\n1 c c < a");
    const gm_union *made = gm_union_make(arena, &start, &base, &ours, NULL);
    const gm_union_item *item = gm_map_get(&made->items, GM_STR("b"));
    assert_true(item->base && !item->ours);
    item = gm_map_get(&made->items, GM_STR("c"));
    assert_true(item->ours && !item->base);
    item = gm_map_get(&made->items, GM_STR("a"));
    assert_true(item->ours && item->base);
    assert_int_equal(made->graph->heads.len, 2);
    gm_arena_free(arena);
    (void)state;
}

/*
 * A deletion is told from all merge bases together. `x` was added by one of them, so that a tip
 * without it has deleted it, though the other merge base never had it; one that a merge base had
 * deleted is no deletion of the tip's.
 */
static void several_merge_bases_count_as_their_merge(void **state)
{
    static const struct {
        const char *start;
        const char *one;
        const char *other;
        const char *base;
        const char *ours;
        const char *expected;
    } cases[] = {
        {"", "1 x x", "", "1 x x", "", "deleted x"},
        {"1 x x", "", "1 x x", "1 x x", "", "x=1"},
        {"1 x x", "1 x x", "1 x x", "1 x x", "", "deleted x"},
        {"1 x x", "2 x x", "1 x x", "2 x x", "3 x x", "x=3, changed x"},
        {"1 x x", "1 x x", "2 x x", "2 x x", "2 x x", "x=2"},
        /* Both changed it: neither tip is as the start was. */
        {"1 x x", "2 x x", "3 x x", "2 x x", "2 x x", "x=2"},
        {"1 x x", "2 x x", "3 x x", "2 x x", "3 x x", "x=3, changed x"},
        {"", "2 x x", "3 x x", "2 x x", "", "x=2, deleted x"},
        /* Changed and deleted: the older version stays. */
        {"1 x x", "2 x x", "", "1 x x", "", "deleted x"},
        {NULL, "1 x x", "1 y y", "1 x x\n1 y y", "1 y y", "y=1, deleted x"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_union_side start = side_of(arena, cases[i].start ? cases[i].start : "");
        gm_union_side one = side_of(arena, cases[i].one);
        gm_union_side other = side_of(arena, cases[i].other);
        gm_union_side base = side_of(arena, cases[i].base);
        gm_union_side ours = side_of(arena, cases[i].ours);
        gm_union_side joined = gm_union_join(arena, cases[i].start ? &start : NULL, &one, &other);
        const gm_union *made = gm_union_make(arena, &joined, &base, &ours, NULL);
        assert_str(described(arena, made), cases[i].expected);
        gm_arena_free(arena);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_union_is_three_way_by_id_and_content),
        cmocka_unit_test(what_cannot_be_read_is_not_deleted),
        cmocka_unit_test(sides_say_where_a_revision_comes_from),
        cmocka_unit_test(several_merge_bases_count_as_their_merge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
