/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The header forms that gmig writes, read without libyaml. Each rule here is narrower than YAML's
 * own, so that what is accepted means the same there; at the first doubt the answer is false.
 */
#include "history/formats/gmig_header.h"

enum { MAX_ITEMS = 8 };

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_word_char(char c)
{
    return is_alnum(c) || c == '_' || c == '-' || c == '.';
}

/* A plain scalar made of the characters of ids, in block and in flow. */
static bool is_word(gm_str s)
{
    if (s.len == 0 || !is_alnum(s.ptr[0]))
        return false;
    for (size_t i = 1; i < s.len; i++)
        if (!is_word_char(s.ptr[i]))
            return false;
    return true;
}

static bool is_null_word(gm_str s)
{
    return s.len == 4 && gm_str_eq_nocase(s, GM_STR("null"));
}

/* A plain scalar of one line in block context: no ": ", no " #", nothing but printable ASCII. */
static bool is_plain_text(gm_str s)
{
    if (s.len == 0 || !is_alnum(s.ptr[0]) || s.ptr[s.len - 1] == ':' || is_null_word(s))
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < ' ' || s.ptr[i] > '~')
            return false;
        if (i > 0 &&
            ((s.ptr[i - 1] == ':' && s.ptr[i] == ' ') || (s.ptr[i - 1] == ' ' && s.ptr[i] == '#')))
            return false;
    }
    return true;
}

static gm_str trim_blanks(gm_str s)
{
    while (s.len && s.ptr[s.len - 1] == ' ')
        s.len--;
    while (s.len && s.ptr[0] == ' ')
        s = gm_str_sub(s, 1, s.len);
    return s;
}

/* "[a, b]" or "[]". */
static bool read_list(gm_arena *arena, gm_str value, size_t line, gm_header_field *field)
{
    gm_header_item items[MAX_ITEMS];
    size_t count = 0;
    if (value.len < 2 || value.ptr[value.len - 1] != ']')
        return false;
    gm_str rest = trim_blanks(gm_str_sub(value, 1, value.len - 1));
    while (rest.len) {
        size_t comma = gm_str_find(rest, ',', 0);
        gm_str item = trim_blanks(gm_str_sub(rest, 0, comma));
        if (count == MAX_ITEMS || !is_word(item) || is_null_word(item))
            return false;
        items[count++] = (gm_header_item){item, line};
        rest = comma < rest.len ? gm_str_sub(rest, comma + 1, rest.len) : GM_STR("");
    }
    gm_header_item *kept = gm_new_array(arena, count, gm_header_item);
    memcpy(kept, items, count * sizeof(items[0]));
    field->items = kept;
    field->count = count;
    return true;
}

static bool take_word(gm_str *rest, gm_str *word)
{
    size_t len = 0;
    while (len < rest->len && is_word_char(rest->ptr[len]))
        len++;
    *word = gm_str_sub(*rest, 0, len);
    *rest = gm_str_sub(*rest, len, rest->len);
    return is_word(*word) && !is_null_word(*word);
}

static bool take(gm_str *rest, gm_str text)
{
    if (!gm_str_starts(*rest, text))
        return false;
    *rest = gm_str_sub(*rest, text.len, rest->len);
    return true;
}

/* "{a: b}" or "{a: b, c: d}", written exactly so. */
static bool is_plain_models(gm_str value)
{
    gm_str first;
    gm_str second;
    gm_str word;
    if (!take(&value, GM_STR("{")) || !take_word(&value, &first) || !take(&value, GM_STR(": ")) ||
        !take_word(&value, &word))
        return false;
    if (take(&value, GM_STR(", ")) && (!take_word(&value, &second) || gm_str_eq(first, second) ||
                                       !take(&value, GM_STR(": ")) || !take_word(&value, &word)))
        return false;
    return gm_str_is(value, "}");
}

static bool read_value(gm_arena *arena, gm_header_key key, gm_str value, size_t line,
                       gm_header_field *field)
{
    bool list = key == GM_KEY_PARENTS || key == GM_KEY_DEPENDS || key == GM_KEY_LABELS;
    field->line = line;
    field->text = value;
    if (key == GM_KEY_MODELS)
        return is_plain_models(value);
    if (list && value.len && value.ptr[0] == '[') {
        field->text = GM_STR("");
        return read_list(arena, value, line, field);
    }
    if (list) {
        gm_header_item *item = gm_new(arena, gm_header_item);
        *item = (gm_header_item){value, line};
        field->items = item;
        field->count = 1;
    }
    return is_plain_text(value);
}

static bool key_of(gm_str line, gm_header_key *key, gm_str *value)
{
    static const gm_str starts[GM_KEY_COUNT] = {
        [GM_KEY_REVISION] = GM_STR_INIT("-- revision: "),
        [GM_KEY_PARENTS] = GM_STR_INIT("-- parents: "),
        [GM_KEY_DEPENDS] = GM_STR_INIT("-- depends: "),
        [GM_KEY_LABELS] = GM_STR_INIT("-- labels: "),
        [GM_KEY_MESSAGE] = GM_STR_INIT("-- message: "),
        [GM_KEY_CREATED] = GM_STR_INIT("-- created: "),
        [GM_KEY_MODELS] = GM_STR_INIT("-- models: "),
    };
    for (int i = 0; i < GM_KEY_COUNT; i++) {
        if (gm_str_starts(line, starts[i])) {
            *key = (gm_header_key)i;
            *value = trim_blanks(gm_str_sub(line, starts[i].len, line.len));
            return true;
        }
    }
    return false;
}

bool gm_header_read_plain(gm_arena *arena, const gm_header_block *block, gm_header *header)
{
    gm_header made = {0};
    gm_str rest = block->lines;
    gm_str text;
    for (size_t line = block->first_line; gm_str_line(&rest, &text); line++) {
        gm_header_key key;
        gm_str value;
        if (!key_of(text, &key, &value) || made.fields[key].line ||
            !read_value(arena, key, value, line, &made.fields[key]))
            return false;
    }
    *header = made;
    return true;
}
