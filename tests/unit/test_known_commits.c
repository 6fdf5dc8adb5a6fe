/* SPDX-License-Identifier: Apache-2.0 */
/* What a walk leaves of commits, as bytes. */
#include "gm_test.h"

#include "git/known_commits.h"

/* Ids that lie evenly, not in the order of the numbers. */
static gm_oid id_of(size_t number, size_t len)
{
    gm_oid oid = {.len = (unsigned char)len};
    for (size_t i = 0; i < len; i++)
        oid.bytes[i] = (unsigned char)(((number + 1) * 0x9e3779b1u + i * number) >> 8 * (i % 4));
    return oid;
}

enum { MARKS = 7 };

/* Each commit has the two before it as parents; every ninth is known by its id alone. */
static gm_str make(gm_arena *arena, size_t count, size_t id_len)
{
    gm_known_draft draft = {0};
    for (size_t i = 0; i < MARKS; i++)
        gm_vec_push(arena, &draft.marks, gm_str_printf(arena, "%.*s", (int)i, "abcdefgh"));
    for (size_t i = 0; i < count; i++) {
        gm_known_commit commit = {.oid = id_of(i, id_len),
                                  .read = i % 9 != 0,
                                  .mark = (uint32_t)(i % (MARKS + 1)),
                                  .first = (uint32_t)draft.links.len};
        for (size_t back = 1; commit.read && back <= 2 && back <= i; back++)
            gm_vec_push(arena, &draft.links, (uint32_t)(i - back));
        commit.parents = (uint32_t)draft.links.len - commit.first;
        gm_vec_push(arena, &draft.commits, commit);
    }
    return gm_known_write(arena, &draft);
}

static void check(const gm_known *known, size_t number, size_t id_len)
{
    size_t at, mark, first, parents, place;
    gm_oid oid = id_of(number, id_len);
    assert_true(gm_known_find(known, &oid, &at));
    gm_oid found = gm_known_id(known, at);
    assert_true(gm_oid_eq(&oid, &found));
    assert_int_equal(gm_known_read(known, at, &mark, &first, &parents), number % 9 != 0);
    if (number % 9 == 0)
        return;
    assert_int_equal(mark, number % (MARKS + 1));
    if (mark)
        assert_int_equal(gm_known_mark(known, mark).len, mark - 1);
    assert_int_equal(parents, number < 2 ? number : 2);
    for (size_t i = 0; i < parents; i++) {
        gm_oid parent = id_of(number - 1 - i, id_len);
        assert_true(gm_known_parent(known, first + i, &place));
        found = gm_known_id(known, place);
        assert_true(gm_oid_eq(&parent, &found));
    }
}

static void what_was_left_is_known_and_nothing_else(void **state)
{
    (void)state;
    static const size_t counts[] = {0, 1, 2, 3, 50, 3000};
    gm_arena *arena = gm_arena_new();
    for (size_t id_len = 20; id_len <= 32; id_len += 12)
        for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
            size_t at;
            gm_known known;
            gm_oid other = id_of(counts[i], id_len);
            gm_oid longer = id_of(0, 52 - id_len);
            assert_true(gm_known_open(make(arena, counts[i], id_len), &known));
            assert_int_equal(known.count, counts[i]);
            for (size_t j = 0; j < counts[i]; j++)
                check(&known, j, counts[i] ? id_len : 20);
            assert_false(gm_known_find(&known, &other, &at));
            assert_false(gm_known_find(&known, &longer, &at));
        }
    gm_arena_free(arena);
}

/* The same with one byte changed. */
static gm_str spoilt(gm_arena *arena, gm_str good, size_t at, unsigned char byte)
{
    char *bytes = gm_arena_alloc(arena, good.len);
    memcpy(bytes, good.ptr, good.len);
    bytes[at] = (char)byte;
    return gm_str_of(bytes, good.len);
}

static void parts_that_do_not_fill_the_bytes_are_refused(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_str good = make(arena, 30, 20);
    gm_known known = {.count = 99};
    for (size_t len = 0; len < good.len; len++)
        assert_false(gm_known_open(gm_str_dup(arena, gm_str_sub(good, 0, len)), &known));
    for (size_t at = 0; at < 20; at++) {
        gm_str bad = spoilt(arena, good, at, (unsigned char)(good.ptr[at] + 1));
        assert_false(gm_known_open(bad, &known));
    }
    assert_int_equal(known.count, 99);
    gm_arena_free(arena);
}

static void no_number_leads_out_of_the_bytes(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_str good = make(arena, 30, 20);
    for (size_t at = 20 + 30 * 20; at < good.len; at++) {
        gm_known known;
        size_t mark, first, parents, place;
        gm_str bad = spoilt(arena, good, at, 0xff);
        assert_true(gm_known_open(bad, &known));
        for (size_t i = 0; i < known.count; i++) {
            if (!gm_known_read(&known, i, &mark, &first, &parents))
                continue;
            assert_true(first + parents <= known.links && mark <= known.marks);
            for (size_t j = 0; j < parents; j++)
                assert_true(!gm_known_parent(&known, first + j, &place) || place < known.count);
            gm_str text = mark ? gm_known_mark(&known, mark) : (gm_str){0};
            assert_true(!text.len || text.ptr + text.len <= bad.ptr + bad.len);
        }
    }
    gm_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_left_is_known_and_nothing_else),
        cmocka_unit_test(parts_that_do_not_fill_the_bytes_are_refused),
        cmocka_unit_test(no_number_leads_out_of_the_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
