/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

gm_str gm_str_from(const char *z)
{
    return (gm_str){z, z ? strlen(z) : 0};
}

gm_str gm_str_of(const void *ptr, size_t len)
{
    return (gm_str){ptr, len};
}

bool gm_str_eq(gm_str a, gm_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool gm_str_is(gm_str a, const char *z)
{
    return gm_str_eq(a, gm_str_from(z));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool gm_str_eq_nocase(gm_str a, gm_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++)
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    return true;
}

int gm_str_cmp(gm_str a, gm_str b)
{
    size_t common = a.len < b.len ? a.len : b.len;
    int order = common ? memcmp(a.ptr, b.ptr, common) : 0;
    if (order)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

int gm_str_cmp_q(const void *a, const void *b)
{
    return gm_str_cmp(*(const gm_str *)a, *(const gm_str *)b);
}

bool gm_str_starts(gm_str s, gm_str prefix)
{
    return s.len >= prefix.len && gm_str_eq(gm_str_sub(s, 0, prefix.len), prefix);
}

bool gm_str_ends(gm_str s, gm_str suffix)
{
    return s.len >= suffix.len && gm_str_eq(gm_str_sub(s, s.len - suffix.len, s.len), suffix);
}

bool gm_str_has(gm_str s, char c)
{
    return gm_str_find(s, c, 0) < s.len;
}

size_t gm_str_find(gm_str s, char c, size_t from)
{
    if (from >= s.len)
        return s.len;
    const char *at = memchr(s.ptr + from, c, s.len - from);
    return at ? (size_t)(at - s.ptr) : s.len;
}

size_t gm_str_rfind(gm_str s, char c)
{
    for (size_t i = s.len; i > 0; i--)
        if (s.ptr[i - 1] == c)
            return i - 1;
    return s.len;
}

size_t gm_str_search(gm_str s, gm_str needle)
{
    if (needle.len == 0)
        return 0;
    if (needle.len > s.len)
        return s.len;
    const char *found = memmem(s.ptr, s.len, needle.ptr, needle.len);
    return found ? (size_t)(found - s.ptr) : s.len;
}

gm_str gm_str_sub(gm_str s, size_t from, size_t to)
{
    if (to > s.len)
        to = s.len;
    if (from >= to)
        return (gm_str){s.ptr ? s.ptr + to : NULL, 0};
    return (gm_str){s.ptr + from, to - from};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

gm_str gm_str_trim(gm_str s)
{
    while (s.len && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

bool gm_str_line(gm_str *rest, gm_str *line)
{
    if (rest->len == 0)
        return false;
    size_t end = gm_str_find(*rest, '\n', 0);
    *line = gm_str_sub(*rest, 0, end);
    *rest = gm_str_sub(*rest, end + 1, rest->len);
    if (line->len && line->ptr[line->len - 1] == '\r')
        line->len--;
    return true;
}

gm_str gm_str_dup(gm_arena *arena, gm_str s)
{
    char *copy = gm_arena_alloc(arena, s.len + 1);
    if (s.len)
        memcpy(copy, s.ptr, s.len);
    return (gm_str){copy, s.len};
}

const char *gm_str_z(gm_arena *arena, gm_str s)
{
    return gm_str_dup(arena, s).ptr;
}

gm_str gm_str_join(gm_arena *arena, const gm_strs *parts, gm_str between)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < parts->len; i++) {
        if (i)
            gm_buf_add(&buf, between);
        gm_buf_add(&buf, parts->items[i]);
    }
    return gm_buf_str(&buf);
}

gm_str gm_str_lower(gm_arena *arena, gm_str s)
{
    char *copy = gm_arena_alloc(arena, s.len + 1);
    for (size_t i = 0; i < s.len; i++)
        copy[i] = lower(s.ptr[i]);
    return (gm_str){copy, s.len};
}

gm_str gm_str_vprintf(gm_arena *arena, const char *format, va_list args)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_vprintf(&buf, format, args);
    return gm_buf_str(&buf);
}

gm_str gm_str_printf(gm_arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    gm_str s = gm_str_vprintf(arena, format, args);
    va_end(args);
    return s;
}

bool gm_str_u64(gm_str s, uint64_t *value)
{
    uint64_t sum = 0;
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(s.ptr[i] - '0');
        if (sum > (UINT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}

/* The bytes of the character that begins `p`; 0 if none does. RFC 3629: no overlong forms, no
 * surrogates, nothing above U+10FFFF; only the second byte depends on the first. */
static size_t utf8_length(const unsigned char *p, size_t len)
{
    unsigned char c = p[0];
    if (c < 0x80)
        return 1;
    if (c < 0xc2 || c > 0xf4)
        return 0;
    size_t length = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    unsigned char least = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
    unsigned char most = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
    if (length > len || p[1] < least || p[1] > most)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

bool gm_str_utf8_valid(gm_str s)
{
    for (size_t i = 0; i < s.len;) {
        size_t length = utf8_length((const unsigned char *)s.ptr + i, s.len - i);
        if (!length)
            return false;
        i += length;
    }
    return true;
}

gm_str gm_strs_list(gm_arena *arena, const gm_strs *list)
{
    return gm_str_join(arena, list, GM_STR(", "));
}

gm_str gm_strs_some(gm_arena *arena, const gm_strs *list, size_t max)
{
    gm_strs first = *list;
    if (list->len <= max)
        return gm_strs_list(arena, list);
    first.len = max;
    return gm_str_printf(arena, "%.*s and %zu more", GM_ARG(gm_strs_list(arena, &first)),
                         list->len - max);
}

bool gm_strs_have(const gm_strs *list, gm_str s)
{
    for (size_t i = 0; i < list->len; i++)
        if (gm_str_eq(list->items[i], s))
            return true;
    return false;
}

bool gm_strs_same(const gm_strs *a, const gm_strs *b)
{
    if (a->len != b->len)
        return false;
    GM_EACH (const gm_str, item, a)
        if (!gm_strs_have(b, *item))
            return false;
    return true;
}

void gm_strs_sort(gm_strs *list)
{
    gm_sort(list->items, list->len, sizeof(gm_str), gm_str_cmp_q);
}
