/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "arena_fixture.h"
#include "base/buf.h"
#include "history/formats/format.h"

static gm_revision read_good(gm_arena *arena, gm_str text)
{
    gm_err err = gm_err_new(arena);
    gm_revision revision = {0};
    gm_revision_file file = {.path = GM_STR("m/a.sql"), .bytes = text};
    assert_ok(gm_format_read(arena, &gm_format_gmig, &file, &revision, &err), &err);
    return revision;
}

static gm_strs list_of(gm_arena *arena, const char *a, const char *b)
{
    gm_strs list = {0};
    if (a)
        gm_vec_push(arena, &list, gm_str_from(a));
    if (b)
        gm_vec_push(arena, &list, gm_str_from(b));
    return list;
}

static void a_file_is_written_in_its_described_look(void **state)
{
    gm_arena *arena = *state;
    gm_revision_draft draft = {.id = GM_STR("8c1f2a9d03be"),
                               .parents = list_of(arena, "5d0e77a1c2f4", NULL),
                               .message = GM_STR("add card difficulty"),
                               .time = 1795430527,
                               .models = GM_STR("{sqlite: 4f1c0d9be6a2117c}"),
                               .up = GM_STR("\n\n  SELECT 1;\n\n"),
                               .down = GM_STR("SELECT 2;")};
    assert_str(gm_format_gmig.write(arena, &draft),
               "-- revision: 8c1f2a9d03be\n-- parents: [5d0e77a1c2f4]\n"
               "-- message: add card difficulty\n-- created: 2026-11-23T10:42:07Z\n"
               "-- models: {sqlite: 4f1c0d9be6a2117c}\n\n"
               "-- gmig:up\n  SELECT 1;\n\n-- gmig:down\nSELECT 2;\n");
    draft = (gm_revision_draft){.id = GM_STR("a"),
                                .depends = list_of(arena, "b", "c"),
                                .labels = list_of(arena, "l", NULL),
                                .irreversible = true,
                                .reason = GM_STR("gone\nfor good")};
    assert_str(gm_format_gmig.write(arena, &draft),
               "-- revision: a\n-- parents: []\n-- depends: [b, c]\n-- labels: [l]\n"
               "-- message: \"\"\n-- created: 1970-01-01T00:00:00Z\n\n"
               "-- gmig:up\n\n-- gmig:irreversible gone for good\n");
}

static void what_is_written_is_read_back(gm_arena *arena, const gm_revision_draft *draft)
{
    gm_revision r = read_good(arena, gm_format_gmig.write(arena, draft));
    assert_str(r.id, gm_str_z(arena, draft->id));
    assert_str(gm_strs_list(arena, &r.parents),
               gm_str_z(arena, gm_strs_list(arena, &draft->parents)));
    assert_int_equal(r.message.len, draft->message.len);
    assert_str(r.message, gm_str_z(arena, draft->message));
    assert_int_equal(r.time, draft->time);
    assert_non_null(r.up[GM_SQLITE]);
    assert_non_null(r.down[GM_SQLITE]);
}

static void hostile_messages_come_back_as_they_were(void **state)
{
    gm_arena *arena = *state;
    static const char *const messages[] = {
        "",
        " ",
        "x",
        "a: b",
        "a #b",
        "#",
        "- a",
        "-",
        "---",
        "...",
        "? x",
        "a:",
        "'",
        "\"",
        "it's",
        "say \"hi\"",
        "back\\slash",
        "\\n",
        "two\nlines",
        "\n",
        "cr\rlf\r\n",
        "\ttab",
        "null",
        "NULL",
        "~",
        "true",
        "0x10",
        "1e3",
        "[a]",
        "{a: b}",
        "&a",
        "*a",
        "!t",
        "|",
        ">",
        "%x",
        "@x",
        "`x`",
        " lead",
        "trail ",
        "caf\xc3\xa9",
        "\xc3\xa9t\xc3\xa9: #1",
        "\xf0\x9f\x98\x80 grin",
        "\x01\x1b[31m\x7f",
        "nel\xc2\x85 ls\xe2\x80\xa8 ps\xe2\x80\xa9 bom\xef\xbb\xbf",
        "\xef\xbf\xbe",
        "-- gmig:up",
        "a\n-- gmig:up\nDROP",
        "nbsp\xc2\xa0",
        "\xe2\x80\xa8",
        "a , b ] } c",
        "x: \"y\" #z",
    };
    for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
        gm_revision_draft draft = {.id = GM_STR("a"), .message = gm_str_from(messages[i])};
        what_is_written_is_read_back(arena, &draft);
    }
}

/* xorshift64: the same texts in every run. */
static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void random_values_come_back_as_they_were(void **state)
{
    gm_arena *arena = *state;
    static const char *const pieces[] = {"a",
                                         ":",
                                         " ",
                                         "#",
                                         "-",
                                         "\n",
                                         "\"",
                                         "'",
                                         "\\",
                                         ",",
                                         "[",
                                         "]",
                                         "{",
                                         "}",
                                         "\t",
                                         "\r",
                                         "%",
                                         "@",
                                         "!",
                                         "|",
                                         ">",
                                         "&",
                                         "*",
                                         "?",
                                         "~",
                                         "null",
                                         "\x01",
                                         "\xc3\xa9",
                                         "\xc2\x85",
                                         "\xe2\x80\xa8",
                                         "\xef\xbb\xbf",
                                         "\xf0\x9f\x98\x80",
                                         "0"};
    uint64_t random = 20261123;
    for (size_t round = 0; round < 3000; round++) {
        gm_buf buf = gm_buf_new(arena, SIZE_MAX);
        size_t length = next_random(&random) % 8;
        for (size_t i = 0; i < length; i++)
            gm_buf_z(&buf, pieces[next_random(&random) % (sizeof(pieces) / sizeof(pieces[0]))]);
        gm_revision_draft draft = {.id = GM_STR("a"),
                                   .message = gm_buf_str(&buf),
                                   .time = (int64_t)(next_random(&random) % 4102444800)};
        what_is_written_is_read_back(arena, &draft);
    }
}

static void strange_ids_come_back_as_they_were(void **state)
{
    gm_arena *arena = *state;
    static const char *const ids[] = {"null", "NULL", "-",   "---",  "...", "-1",
                                      ".5",   "true", "1e3", "0777", "_",   "y"};
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        gm_revision_draft draft = {.id = gm_str_from(ids[i]),
                                   .parents = list_of(arena, ids[i], "z"),
                                   .message = GM_STR("m")};
        what_is_written_is_read_back(arena, &draft);
    }
}

static void bytes_that_no_header_can_say_are_replaced(void **state)
{
    gm_arena *arena = *state;
    gm_revision_draft draft = {.id = GM_STR("a"), .message = GM_STR("x\xff\0y")};
    gm_revision r = read_good(arena, gm_format_gmig.write(arena, &draft));
    assert_str(r.message, "x\xef\xbf\xbd\xef\xbf\xbdy");
}

static void names_come_from_a_template(void **state)
{
    gm_arena *arena = *state;
    gm_revision_draft draft = {.id = GM_STR("8c1f2a9d03be"),
                               .message = GM_STR("Add card-difficulty (really)!"),
                               .time = 1795430527};
    static const char *const rows[][2] = {
        {GM_FILE_TEMPLATE, "20261123104207_8c1f2a9d03be_add_card_difficulty_really.sql"},
        {"%(slug)-%(id).sql", "add_card_difficulty_really-8c1f2a9d03be.sql"},
        {"100%_%(id)", "100%_8c1f2a9d03be"},
        {"%(date).sql", NULL},
        {"%(id", NULL},
        {"a/%(id)", NULL},
        {"", NULL},
        {".%(id)", NULL},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_err err = gm_err_new(arena);
        gm_str name;
        gm_code code = gm_revision_file_name(arena, gm_str_from(rows[i][0]), &draft, &name, &err);
        if (rows[i][1]) {
            assert_ok(code, &err);
            assert_str(name, rows[i][1]);
        } else {
            assert_int_equal(code, GM_E_CONFIG);
        }
    }
}

static void slugs_are_short_ascii_words(void **state)
{
    gm_arena *arena = *state;
    static const char *const rows[][2] = {
        {"Add X", "add_x"},
        {"  a -- b  ", "a_b"},
        {"caf\xc3\xa9 noir", "caf_noir"},
        {"\xd0\xb4\xd0\xb0", "revision"},
        {"", "revision"},
        {"../../etc/passwd", "etc_passwd"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa bbb", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_str(gm_revision_slug(arena, gm_str_from(rows[i][0])), rows[i][1]);
}

static void a_merge_is_determined_by_its_heads(void **state)
{
    gm_arena *arena = *state;
    gm_revision left = {.id = GM_STR("b0463c373fd6"), .time = 1791995427};
    gm_revision right = {.id = GM_STR("3ea17053020f"), .time = 1791878951};
    const gm_revision *const heads[] = {&left, &right};
    const gm_revision *const turned[] = {&right, &left};
    gm_revision_draft one = gm_merge_draft(arena, heads, 2, GM_STR(""));
    gm_revision_draft other = gm_merge_draft(arena, turned, 2, GM_STR(""));
    /* printf 'gmig merge\n3ea17053020f\nb0463c373fd6\n' | sha256sum */
    assert_str(gm_format_gmig.write(arena, &one),
               "-- revision: 6610cf3189af\n-- parents: [3ea17053020f, b0463c373fd6]\n"
               "-- message: merge 3ea17053020f, b0463c373fd6\n-- created: 2026-10-14T16:30:27Z\n\n"
               "-- gmig:up\n\n-- gmig:down\n");
    assert_str(gm_format_gmig.write(arena, &other),
               gm_str_z(arena, gm_format_gmig.write(arena, &one)));
    assert_str(gm_merge_file_name(arena, &one),
               "20261014163027_6610cf3189af_merge_3ea17053020f_b0463c373fd6.sql");
    other = gm_merge_draft(arena, turned, 2, GM_STR("join the two"));
    assert_str(other.id, "6610cf3189af");
    assert_str(other.message, "join the two");
    assert_str(gm_merge_file_name(arena, &other),
               "20261014163027_6610cf3189af_merge_3ea17053020f_b0463c373fd6.sql");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_arena, free_arena)
    const struct CMUnitTest tests[] = {
        TEST(a_file_is_written_in_its_described_look),
        TEST(hostile_messages_come_back_as_they_were),
        TEST(random_values_come_back_as_they_were),
        TEST(strange_ids_come_back_as_they_were),
        TEST(bytes_that_no_header_can_say_are_replaced),
        TEST(names_come_from_a_template),
        TEST(slugs_are_short_ascii_words),
        TEST(a_merge_is_determined_by_its_heads),
    };
    return cmocka_run_group_tests_name("revision_write", tests, NULL, NULL);
}
