/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/words.h"

gm_words gm_words_of(gm_str statement)
{
    return (gm_words){statement};
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

/* The length of what a quote at the start opens; a doubled quote stays inside. */
static size_t quoted(gm_str s, char quote)
{
    for (size_t i = 1; i < s.len; i++)
        if (s.ptr[i] == quote) {
            if (i + 1 == s.len || s.ptr[i + 1] != quote)
                return i + 1;
            i++;
        }
    return s.len;
}

/* "$tag$ … $tag$": its length, or 0 when the dollar opens no such thing. */
static size_t dollar_quoted(gm_str s)
{
    size_t end = 1;
    while (end < s.len && s.ptr[end] != '$' && is_word_byte(s.ptr[end]))
        end++;
    if (end == s.len || s.ptr[end] != '$')
        return 0;
    gm_str tag = gm_str_sub(s, 0, end + 1);
    gm_str body = gm_str_sub(s, end + 1, s.len);
    size_t close = gm_str_search(body, tag);
    return close == body.len ? s.len : end + 1 + close + tag.len;
}

static size_t comment(gm_str s)
{
    if (gm_str_starts(s, GM_STR("--")))
        return gm_str_find(s, '\n', 0);
    if (!gm_str_starts(s, GM_STR("/*")))
        return 0;
    size_t end = gm_str_search(gm_str_sub(s, 2, s.len), GM_STR("*/")) + 4;
    return end > s.len ? s.len : end;
}

/* Bytes at the start of `s` that are no word: blanks, comments, strings. */
static size_t between(gm_str s)
{
    if (is_blank(s.ptr[0]))
        return 1;
    if (s.ptr[0] == '\'')
        return quoted(s, '\'');
    if (s.ptr[0] == '$')
        return dollar_quoted(s);
    return comment(s);
}

bool gm_words_next(gm_words *words, gm_str *word)
{
    gm_str s = words->rest;
    size_t skip;
    while (s.len > 0 && (skip = between(s)) > 0)
        s = gm_str_sub(s, skip, s.len);
    if (s.len == 0) {
        words->rest = s;
        return false;
    }
    size_t len = 1;
    if (s.ptr[0] == '"' || s.ptr[0] == '`')
        len = quoted(s, s.ptr[0]);
    else if (is_word_byte(s.ptr[0]))
        while (len < s.len && is_word_byte(s.ptr[len]))
            len++;
    *word = gm_str_sub(s, 0, len);
    words->rest = gm_str_sub(s, len, s.len);
    return true;
}

bool gm_word_is(gm_str word, const char *keyword)
{
    return gm_str_eq_nocase(word, gm_str_from(keyword));
}

bool gm_word_in(gm_str word, const char *const *keywords)
{
    for (; *keywords != NULL; keywords++)
        if (gm_word_is(word, *keywords))
            return true;
    return false;
}

bool gm_words_have(gm_str statement, const char *keyword)
{
    gm_words words = gm_words_of(statement);
    gm_str word;
    while (gm_words_next(&words, &word))
        if (gm_word_is(word, keyword))
            return true;
    return false;
}
