/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "base/clock.h"
#include "base/digest.h"
#include "base/file.h"
#include "base/json.h"
#include "base/map.h"
#include "base/term.h"

static void relative_paths_go_up_and_down(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    static const char *const rows[][3] = {
        {"/a/b", "/a/b/c", "c"},
        {"/a/b", "/a/x", "../x"},
        {"/a/b", "/a/bc", "../bc"},
        {"/", "/a", "a"},
        {"/a", "/a", "."},
        {"/a/b/c", "/a", "../.."},
        {"/a/b", "/c/d", "../../c/d"},
        {"/a", "/", ".."},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_str(gm_path_relative(arena, gm_str_from(rows[i][0]), gm_str_from(rows[i][1])),
                   rows[i][2]);
    gm_arena_free(arena);
}

static void joined_paths_have_one_slash_between(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    static const char *const rows[][3] = {
        {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"},
        {"", "b", "b"},    {"a", "/b", "/b"},  {"a", "", "a/"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_str(gm_path_join(arena, gm_str_from(rows[i][0]), gm_str_from(rows[i][1])),
                   rows[i][2]);
    gm_arena_free(arena);
}

static void absolute_paths_are_cleaned(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    assert_str(gm_path_absolute(arena, GM_STR("/a//b/./c/../d/")), "/a/b/d");
    assert_str(gm_path_absolute(arena, GM_STR("/../..")), "/");
    gm_arena_free(arena);
}

static void times_are_read_in_the_forms_people_write(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    static const struct {
        const char *text;
        const char *iso; /* NULL: not a time */
    } rows[] = {
        {"2026-11-23T10:42:07Z", "2026-11-23T10:42:07Z"},
        {"2026-11-23 10:42:07.123456", "2026-11-23T10:42:07Z"},
        {"2026-11-23T10:42+01:00", "2026-11-23T09:42:00Z"},
        {"2026-11-23T10:42:07-0530", "2026-11-23T16:12:07Z"},
        {"2026-11-23", "2026-11-23T00:00:00Z"},
        {"2026-02-30", NULL},
        {"2026-13-01", NULL},
        {"yesterday", NULL},
        {"2026-11-23T10:42:07Zx", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int64_t seconds;
        assert_int_equal(gm_time_parse(gm_str_from(rows[i].text), &seconds), rows[i].iso != NULL);
        if (rows[i].iso)
            assert_str(gm_time_iso(arena, seconds), rows[i].iso);
    }
    gm_arena_free(arena);
}

static void digests_are_those_of_the_standard(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    assert_str(gm_sha256_hex(arena, GM_STR("abc")),
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    gm_oid sha1 = gm_sha1(GM_STR("abc"));
    assert_str(gm_oid_hex(arena, &sha1), "a9993e364706816aba3e25717850c26c9cd0d89d");
    gm_oid oid = gm_blob_oid(GM_STR("hello\n"));
    assert_str(gm_oid_hex(arena, &oid), "ce013625030ba8dba906f756967f9e9ca394464a");
    gm_arena_free(arena);
}

static void control_characters_are_made_visible(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    assert_str(gm_term_visible(arena, GM_STR("a\x1b[31mb\n\xff\xc2\x9b\xc3\xa9"), false),
               "a\\x1b[31mb\\x0a\\xff\\xc2\\x9b\xc3\xa9");
    assert_str(gm_term_visible(arena, GM_STR("a\n\tb"), true), "a\n\tb");
    gm_arena_free(arena);
}

static void what_lives_in_a_joined_arena_lives_on(void **state)
{
    (void)state;
    gm_arena *all = gm_arena_new();
    gm_str first = gm_str_dup(all, GM_STR("first"));
    for (int round = 0; round < 3; round++) {
        gm_arena *part = gm_arena_new();
        gm_str kept = gm_str_dup(part, GM_STR("kept"));
        gm_arena_alloc(part, 100000);
        gm_arena_join(all, part);
        assert_str(kept, "kept");
        assert_str(gm_str_dup(all, GM_STR("next")), "next");
    }
    gm_arena_join(all, gm_arena_new());
    assert_str(first, "first");
    gm_arena *empty = gm_arena_new();
    gm_arena *part = gm_arena_new();
    gm_str moved = gm_str_dup(part, GM_STR("moved"));
    gm_arena_join(empty, part);
    assert_str(moved, "moved");
    gm_arena_free(empty);
    gm_arena_free(all);
}

static void an_arena_begins_anew_with_zeroed_memory(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_arena_reset(arena);
    for (int round = 0; round < 3; round++) {
        unsigned char *bytes = gm_arena_alloc(arena, 900);
        for (size_t i = 0; i < 900; i++)
            assert_int_equal(bytes[i], 0);
        memset(bytes, 0xff, 900);
        memset(gm_arena_alloc(arena, round == 1 ? 3000000 : 2000), 0xff, 2000);
        gm_arena_reset(arena);
    }
    gm_arena_free(arena);
}

static void a_long_list_is_counted(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_strs list = {0};
    assert_str(gm_strs_some(arena, &list, 2), "");
    gm_vec_push(arena, &list, GM_STR("a"));
    gm_vec_push(arena, &list, GM_STR("b"));
    assert_str(gm_strs_some(arena, &list, 2), "a, b");
    gm_vec_push(arena, &list, GM_STR("c"));
    assert_str(gm_strs_some(arena, &list, 2), "a, b and 1 more");
    assert_int_equal(list.len, 3);
    gm_arena_free(arena);
}

static void a_map_keeps_the_order_of_insertion(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_map map = gm_map_new(arena);
    for (int i = 0; i < 1000; i++)
        assert_true(gm_map_add(&map, gm_str_printf(arena, "key%d", i), NULL));
    assert_false(gm_map_add(&map, GM_STR("key7"), arena));
    assert_null(gm_map_get(&map, GM_STR("key7")));
    gm_map_set(&map, GM_STR("key7"), arena);
    assert_ptr_equal(gm_map_get(&map, GM_STR("key7")), arena);
    assert_int_equal(map.entries.len, 1000);
    assert_str(map.entries.items[999].key, "key999");
    gm_arena_free(arena);
}

static void a_map_with_room_is_as_any_other(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    for (size_t room = 0; room < 40; room++) {
        gm_map map = gm_map_new(arena);
        gm_map_reserve(&map, room);
        for (size_t i = 0; i < 40; i++)
            assert_true(gm_map_add(&map, gm_str_printf(arena, "%zu", i), NULL));
        assert_false(gm_map_add(&map, GM_STR("39"), NULL));
        assert_false(gm_map_find(&map, GM_STR("40"), NULL));
    }
    gm_arena_free(arena);
}

static void strings_are_sorted_whatever_order_they_come_in(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    static const char *const rows[][2] = {
        {"", ""}, {"a", "a"}, {"abcd", "abcd"}, {"dcba", "abcd"}, {"abdc", "abcd"}, {"aab", "aab"},
    };
    gm_sort(NULL, 0, sizeof(gm_str), gm_str_cmp_q);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_strs list = {0};
        for (size_t j = 0; rows[i][0][j]; j++)
            gm_vec_push(arena, &list, gm_str_of(&rows[i][0][j], 1));
        gm_strs_sort(&list);
        assert_str(gm_str_join(arena, &list, GM_STR("")), rows[i][1]);
    }
    gm_arena_free(arena);
}

/* Small ones, some larger than a huge page, and what fits behind them. */
static void memory_of_every_size_is_zeroed_and_apart(void **state)
{
    (void)state;
    static const size_t sizes[] = {1,       100,     5000,    150000, 3000000, 17,
                                   2097152, 2097100, 4200000, 64,     600000,  600000};
    enum { COUNT = sizeof(sizes) / sizeof(sizes[0]), ALL = 3 * COUNT };
    gm_arena *arena = gm_arena_new();
    unsigned char *blocks[ALL];
    for (size_t i = 0; i < ALL; i++) {
        size_t size = sizes[i % COUNT];
        blocks[i] = gm_arena_alloc(arena, size);
        assert_int_equal((uintptr_t)blocks[i] % 16, 0);
        for (size_t j = 0; j < size; j++)
            if (blocks[i][j])
                fail_msg("byte %zu of block %zu", j, i);
        memset(blocks[i], (int)i + 1, size);
    }
    for (size_t i = 0; i < ALL; i++)
        for (size_t j = 0; j < sizes[i % COUNT]; j++)
            if (blocks[i][j] != i + 1)
                fail_msg("byte %zu of block %zu was overwritten", j, i);
    gm_arena_free(arena);
}

static void json_replaces_bytes_that_are_no_utf8(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_json *json = gm_json_object();
    gm_json_set_str(json, "a", GM_STR("x\xffy"));
    gm_json_set(json, "b", gm_json_array());
    assert_str(gm_json_text(arena, json), "{\n  \"a\": \"x\xef\xbf\xbdy\",\n  \"b\": []\n}\n");
    gm_json_free(json);
    gm_arena_free(arena);
}

static void lines_end_in_lf_crlf_or_the_end(void **state)
{
    (void)state;
    gm_str rest = GM_STR("a\r\nb\n\nc");
    gm_str line;
    const char *const expected[] = {"a", "b", "", "c"};
    for (size_t i = 0; i < 4; i++) {
        assert_true(gm_str_line(&rest, &line));
        assert_str(line, expected[i]);
    }
    assert_false(gm_str_line(&rest, &line));
}

static void a_file_is_not_replaced_unless_asked(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    char folder[] = "/tmp/gmig-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    gm_str path = gm_path_join(arena, gm_str_from(folder), GM_STR("file"));
    assert_ok(gm_file_write(path, GM_STR("one"), (gm_write_options){0}, &err), &err);
    assert_int_equal(gm_file_write(path, GM_STR("two"), (gm_write_options){0}, &err), GM_E_IO);
    gm_str bytes;
    assert_ok(gm_file_read(arena, path, 10, &bytes, &err), &err);
    assert_str(bytes, "one");
    gm_err_clear(&err);
    assert_ok(gm_file_write(path, GM_STR("two"), (gm_write_options){.replace = true}, &err), &err);
    assert_ok(gm_file_read(arena, path, 10, &bytes, &err), &err);
    assert_str(bytes, "two");
    assert_int_equal(gm_file_read(arena, path, 2, &bytes, &err), GM_E_IO);
    assert_int_equal(remove(gm_str_z(arena, path)), 0);
    assert_int_equal(remove(folder), 0);
    gm_arena_free(arena);
}

static void appending_makes_the_file_or_adds_to_it(void **state)
{
    (void)state;
    gm_arena *arena GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_err err = gm_err_new(arena);
    char folder[] = "/tmp/gmig-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    gm_str path = gm_path_join(arena, gm_str_from(folder), GM_STR("file"));
    gm_str bytes;
    assert_int_equal(gm_file_size(path), 0);
    assert_ok(gm_file_append(path, GM_STR("one"), &err), &err);
    assert_ok(gm_file_append(path, GM_STR(" and two"), &err), &err);
    assert_ok(gm_file_read(arena, path, 20, &bytes, &err), &err);
    assert_str(bytes, "one and two");
    assert_int_equal(gm_file_size(path), 11);
    assert_int_equal(gm_file_append(gm_str_from(folder), GM_STR("x"), &err), GM_E_IO);
    assert_int_equal(remove(gm_str_z(arena, path)), 0);
    assert_int_equal(remove(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(relative_paths_go_up_and_down),
        cmocka_unit_test(joined_paths_have_one_slash_between),
        cmocka_unit_test(absolute_paths_are_cleaned),
        cmocka_unit_test(times_are_read_in_the_forms_people_write),
        cmocka_unit_test(digests_are_those_of_the_standard),
        cmocka_unit_test(control_characters_are_made_visible),
        cmocka_unit_test(what_lives_in_a_joined_arena_lives_on),
        cmocka_unit_test(an_arena_begins_anew_with_zeroed_memory),
        cmocka_unit_test(a_long_list_is_counted),
        cmocka_unit_test(a_map_keeps_the_order_of_insertion),
        cmocka_unit_test(a_map_with_room_is_as_any_other),
        cmocka_unit_test(strings_are_sorted_whatever_order_they_come_in),
        cmocka_unit_test(memory_of_every_size_is_zeroed_and_apart),
        cmocka_unit_test(json_replaces_bytes_that_are_no_utf8),
        cmocka_unit_test(lines_end_in_lf_crlf_or_the_end),
        cmocka_unit_test(a_file_is_not_replaced_unless_asked),
        cmocka_unit_test(appending_makes_the_file_or_adds_to_it),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
