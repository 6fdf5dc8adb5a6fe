/* SPDX-License-Identifier: Apache-2.0 */
#include "base/oid.h"

bool gm_oid_eq(const gm_oid *a, const gm_oid *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

bool gm_oid_none(const gm_oid *oid)
{
    for (size_t i = 0; i < oid->len; i++)
        if (oid->bytes[i])
            return false;
    return true;
}

gm_str gm_oid_key(const gm_oid *oid)
{
    return (gm_str){(const char *)oid->bytes, oid->len};
}

/* The value of a hex digit, and one more; 0 for what is none. */
static const unsigned char digits_and_one[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

bool gm_oid_parse(gm_str hex, gm_oid *oid)
{
    if (hex.len != 40 && hex.len != 64)
        return false;
    gm_oid parsed = {.len = (unsigned char)(hex.len / 2)};
    for (size_t i = 0; i < parsed.len; i++) {
        unsigned high = digits_and_one[(unsigned char)hex.ptr[2 * i]];
        unsigned low = digits_and_one[(unsigned char)hex.ptr[2 * i + 1]];
        if (!high || !low)
            return false;
        parsed.bytes[i] = (unsigned char)((high - 1) << 4 | (low - 1));
    }
    *oid = parsed;
    return true;
}

gm_str gm_oid_hex(gm_arena *arena, const gm_oid *oid)
{
    static const char digits[] = "0123456789abcdef";
    char *hex = gm_arena_alloc(arena, (size_t)oid->len * 2 + 1);
    for (size_t i = 0; i < oid->len; i++) {
        hex[2 * i] = digits[oid->bytes[i] >> 4];
        hex[2 * i + 1] = digits[oid->bytes[i] & 15];
    }
    return (gm_str){hex, (size_t)oid->len * 2};
}
