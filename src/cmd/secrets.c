/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/secrets.h"

/* Behind "scheme://"; the whole length when there is none. */
static size_t behind_scheme(gm_str word)
{
    static const gm_str mark = GM_STR_INIT("://");
    size_t at = gm_str_search(word, mark);
    return at < word.len ? at + mark.len : word.len;
}

static bool has_keyword(gm_str word)
{
    static const gm_str keyword = GM_STR_INIT("password");
    for (size_t i = 0; i + keyword.len <= word.len; i++) {
        size_t end = i + keyword.len;
        if (!gm_str_eq_nocase(gm_str_sub(word, i, end), keyword))
            continue;
        while (end < word.len && word.ptr[end] == ' ')
            end++;
        if (end < word.len && word.ptr[end] == '=')
            return true;
    }
    return false;
}

/* "USER:PASSWORD@HOST/DATABASE", with a scheme or without. */
bool gm_may_hold_password(gm_str word)
{
    return (gm_str_has(word, '@') && gm_str_has(word, '/')) || has_keyword(word);
}

/* A short option's letter or a long one's name stay, and so does the scheme. */
static size_t harmless_length(gm_str word)
{
    size_t scheme = behind_scheme(word);
    if (scheme < word.len)
        return scheme;
    if (gm_str_starts(word, GM_STR("--")))
        return gm_str_find(word, '=', 0);
    return gm_str_starts(word, GM_STR("-")) ? 2 : 0;
}

char **gm_take_words(gm_arena *arena, int count, char **words)
{
    char **taken = gm_new_array(arena, (size_t)count + 1, char *);
    for (int i = 0; i < count; i++) {
        gm_str word = gm_str_from(words[i]);
        taken[i] = gm_arena_alloc(arena, word.len + 1);
        memcpy(taken[i], words[i], word.len + 1);
        if (!gm_may_hold_password(word))
            continue;
        for (size_t at = harmless_length(word); at < word.len; at++)
            words[i][at] = '*';
    }
    return taken;
}
