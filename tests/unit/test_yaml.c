/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "base/buf.h"
#include "lang/yaml.h"

/* A tree on one line, with the place of each node: {key@1:1: 'text'@1:6}. */
static void draw(gm_buf *buf, const gm_yaml *node)
{
    const char *between = "";
    switch (node->kind) {
    case GM_YAML_SCALAR:
        gm_buf_printf(buf, node->quoted ? "'%.*s'" : "%.*s", GM_ARG(node->text));
        break;
    case GM_YAML_LIST:
        gm_buf_char(buf, '[');
        for (size_t i = 0; i < node->items.len; i++) {
            gm_buf_z(buf, between);
            draw(buf, node->items.items[i]);
            between = ", ";
        }
        gm_buf_char(buf, ']');
        break;
    case GM_YAML_MAP:
        gm_buf_char(buf, '{');
        GM_EACH (const gm_yaml_pair, pair, &node->pairs) {
            gm_buf_printf(buf, "%s%.*s@%zu:%zu: ", between, GM_ARG(pair->key), pair->line,
                          pair->column);
            draw(buf, pair->value);
            between = ", ";
        }
        gm_buf_char(buf, '}');
    }
    gm_buf_printf(buf, "@%zu:%zu", node->line, node->column);
}

static void values_and_their_places_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *tree;
    } rows[] = {
        {"a: 1\n", "{a@1:1: 1@1:4}@1:1"},
        {"a: 1\r\nb: two words # comment\r\n", "{a@1:1: 1@1:4, b@2:1: two words@2:4}@1:1"},
        {"\xef\xbb\xbf"
         "a: b",
         "{a@1:1: b@1:4}@1:1"},
        {"a: [x, 'y', \"z\"]", "{a@1:1: [x@1:5, 'y'@1:8, 'z'@1:13]@1:4}@1:1"},
        {"a:\n  - b: {}\n  - []\n", "{a@1:1: [{b@2:5: {}@2:8}@2:5, []@3:5]@2:3}@1:1"},
        {"a:\nb: ~\n", "{a@1:1: @1:3, b@2:1: ~@2:4}@1:1"},
        {"a: |\n  x\n  y\n", "{a@1:1: 'x\ny\n'@1:4}@1:1"},
        {"a: !!str 12\nb: !!int 3", "{a@1:1: '12'@1:4, b@2:1: 3@2:4}@1:1"},
        {"%YAML 1.1\n---\na: b\n...\n", "{a@3:1: b@3:4}@3:1"},
        {"<<: {a: b}", "{<<@1:1: {a@1:6: b@1:9}@1:5}@1:1"},
        {"", "{}@1:1"},
        {"# only a comment\n", "{}@1:1"},
        {"---\n", "{}@1:1"},
        {"just a word", "just a word@1:1"},
        {"é: ü", "{é@1:1: ü@1:4}@1:1"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_yaml *root;
        assert_ok(gm_yaml_parse(arena, GM_STR("f.yml"), 1, gm_str_from(rows[i].text), &root, &err),
                  &err);
        gm_buf buf = gm_buf_new(arena, SIZE_MAX);
        draw(&buf, root);
        assert_str(gm_buf_str(&buf), rows[i].tree);
        gm_arena_free(arena);
    }
}

static void what_is_refused_says_where_and_why(void **state)
{
    (void)state;
    static const struct {
        gm_str text;
        const char *where;
        const char *message;
    } rows[] = {
        {GM_STR_INIT("a: 1\nb: 2\na: 3\n"), "f.yml:3:1", "the key 'a' is on line 1 already"},
        {GM_STR_INIT("a: &x 1"), "f.yml:1:4", "the anchor '&x' is not allowed"},
        {GM_STR_INIT("a: &x [1]"), "f.yml:1:4", "the anchor '&x' is not allowed"},
        {GM_STR_INIT("a: &x {}"), "f.yml:1:4", "the anchor '&x' is not allowed"},
        {GM_STR_INIT("a: *x"), "f.yml:1:4", "the alias '*x' is not allowed"},
        {GM_STR_INIT("a: !!python/object x"), "f.yml:1:4",
         "the tag 'tag:yaml.org,2002:python/object' is not known"},
        {GM_STR_INIT("a: !local [x]"), "f.yml:1:4", "the tag '!local' is not known"},
        {GM_STR_INIT("a: !!map x"), "f.yml:1:4", "the tag 'tag:yaml.org,2002:map' is not known"},
        {GM_STR_INIT("a: 1\n---\nb: 1\n"), "f.yml:2:1", "a second YAML document begins here"},
        {GM_STR_INIT("[a]: 1"), "f.yml:1:1", "a key is a list; keys are words"},
        {GM_STR_INIT("? {a: 1}\n: 1"), "f.yml:1:3", "a key is a mapping; keys are words"},
        {GM_STR_INIT("a: 1\nb: x\0y\n"), "f.yml:2:5", "a NUL byte in YAML text"},
        {GM_STR_INIT("a: \"x\\0y\"\n"), "f.yml:1:4", "a NUL character in a value"},
        {GM_STR_INIT("a: 1\nb: \xc3\xa9\xff\n"), "f.yml:2:6", "a byte that is not UTF-8"},
        {GM_STR_INIT("\xff\xfe"
                     "a\0:\0"),
         "f.yml:1:4", "a NUL byte in YAML text"},
        {GM_STR_INIT("a: 1\nb: \x01\n"), "f.yml:2:4",
         "not YAML: control characters are not allowed"},
        {GM_STR_INIT("a: 1\n b: 2\n"), "f.yml:2:3",
         "not YAML: mapping values are not allowed in this context"},
        {GM_STR_INIT("a: [1\nb: 2\n"), "f.yml:2:2",
         "not YAML: did not find expected ',' or ']' (while parsing a flow sequence)"},
        {GM_STR_INIT("a: \"x\n"), "f.yml:2:1",
         "not YAML: found unexpected end of stream (while scanning a quoted scalar)"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_yaml *root = NULL;
        assert_int_equal(gm_yaml_parse(arena, GM_STR("f.yml"), 1, rows[i].text, &root, &err),
                         GM_E_CONFIG);
        assert_null(root);
        assert_str(err.text, rows[i].message);
        assert_str(err.where, rows[i].where);
        gm_arena_free(arena);
    }
}

static void places_count_from_the_first_line_given(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_yaml *root;
    assert_ok(gm_yaml_parse(arena, GM_STR("f"), 7, GM_STR("a: 1\nb: 2\n"), &root, &err), &err);
    assert_str(gm_yaml_where(arena, GM_STR("f"), gm_yaml_get(root, "b")), "f:8:4");
    assert_int_equal(root->pairs.items[1].line, 8);
    assert_int_equal(gm_yaml_parse(arena, GM_STR("f"), 7, GM_STR("a: 1\na: 2\n"), &root, &err),
                     GM_E_CONFIG);
    assert_str(err.where, "f:8:1");
    assert_str(err.hint, "Keep one of the two lines, 7 or 8.");
    gm_err_clear(&err);
    assert_int_equal(gm_yaml_parse(arena, GM_STR("f"), 7, GM_STR("\na: \x02"), &root, &err),
                     GM_E_CONFIG);
    assert_str(err.where, "f:8:4");
    gm_arena_free(arena);
}

static gm_code parse_repeated(gm_arena *arena, const char *unit, size_t times, gm_yaml **root,
                              gm_err *err)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < times; i++) {
        if (unit[0] == '%')
            gm_buf_printf(&buf, "%zu", i);
        gm_buf_z(&buf, unit[0] == '%' ? unit + 1 : unit);
    }
    return gm_yaml_parse(arena, GM_STR("f"), 1, gm_buf_str(&buf), root, err);
}

static void depth_and_number_of_nodes_are_limited(void **state)
{
    (void)state;
    static const struct {
        const char *unit; /* "%x" stands for a number and x */
        size_t times;
        const char *message; /* NULL: it is read, as far as depth and number go */
    } rows[] = {
        {"[", 65, "YAML nested deeper than 64 levels"},
        {"- ", 65, "YAML nested deeper than 64 levels"},
        {"- ", 64, NULL},
        {"{a: ", 500000, "YAML nested deeper than 64 levels"},
        {"- a\n", 99999, NULL},
        {"- a\n", 100000, "more than 100000 values in one YAML text"},
        {"%: b\n", 49999, NULL},
        {"%: b\n", 50000, "more than 100000 values in one YAML text"},
        {"# aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", 110000, "the YAML text is larger than 4 MiB"},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_yaml *root;
        gm_code code = parse_repeated(arena, rows[i].unit, rows[i].times, &root, &err);
        if (!rows[i].message) {
            assert_ok(code, &err);
        } else {
            assert_int_equal(code, GM_E_CONFIG);
            assert_str(err.text, rows[i].message);
        }
        gm_arena_free(arena);
    }
}

static void a_duplicate_key_is_found_in_a_large_map_too(void **state)
{
    (void)state;
    gm_arena *arena = gm_arena_new();
    gm_err err = gm_err_new(arena);
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (int i = 0; i < 40; i++)
        gm_buf_printf(&buf, "key%d: %d\n", i, i);
    gm_yaml *root;
    assert_ok(gm_yaml_parse(arena, GM_STR("f"), 1, gm_buf_str(&buf), &root, &err), &err);
    assert_int_equal(root->pairs.len, 40);
    assert_str(gm_yaml_get(root, "key39")->text, "39");
    static const char *const twins[] = {"key3: x\n", "key39: x\n"};
    static const char *const messages[] = {"the key 'key3' is on line 4 already",
                                           "the key 'key39' is on line 40 already"};
    for (size_t i = 0; i < 2; i++) {
        gm_str text = gm_str_printf(arena, "%.*s%s", GM_ARG(gm_buf_str(&buf)), twins[i]);
        gm_err_clear(&err);
        assert_int_equal(gm_yaml_parse(arena, GM_STR("f"), 1, text, &root, &err), GM_E_CONFIG);
        assert_str(err.text, messages[i]);
    }
    gm_arena_free(arena);
}

static void quoting_makes_words_of_nulls_and_booleans(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool null;
        int boolean; /* -1: none */
    } rows[] = {
        {"", true, -1},
        {"~", true, -1},
        {"null", true, -1},
        {"NULL", true, -1},
        {"'null'", false, -1},
        {"''", false, -1},
        {"true", false, 1},
        {"True", false, 1},
        {"FALSE", false, 0},
        {"yes", false, -1},
        {"'true'", false, -1},
        {"[]", false, -1},
        {"!!str true", false, -1},
        {"tRUE", false, -1},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_yaml *root;
        gm_str text = gm_str_printf(arena, "a: %s", rows[i].text);
        assert_ok(gm_yaml_parse(arena, GM_STR("f"), 1, text, &root, &err), &err);
        const gm_yaml *node = gm_yaml_get(root, "a");
        bool value = false;
        assert_int_equal(gm_yaml_is_null(node), rows[i].null);
        assert_int_equal(gm_yaml_bool(node, &value) ? value : -1, rows[i].boolean);
        gm_arena_free(arena);
    }
    bool value;
    assert_true(gm_yaml_is_null(NULL));
    assert_false(gm_yaml_bool(NULL, &value));
    assert_null(gm_yaml_get(NULL, "a"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_and_their_places_are_read),
        cmocka_unit_test(what_is_refused_says_where_and_why),
        cmocka_unit_test(places_count_from_the_first_line_given),
        cmocka_unit_test(depth_and_number_of_nodes_are_limited),
        cmocka_unit_test(a_duplicate_key_is_found_in_a_large_map_too),
        cmocka_unit_test(quoting_makes_words_of_nulls_and_booleans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
