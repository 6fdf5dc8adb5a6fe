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

enum { DIGIT = 16 };

/* The value of a hex digit, with DIGIT added, so that what is missing from the table is 0. */
static const unsigned char digits[256] = {
    ['0'] = 16, ['1'] = 17, ['2'] = 18, ['3'] = 19, ['4'] = 20, ['5'] = 21, ['6'] = 22, ['7'] = 23,
    ['8'] = 24, ['9'] = 25, ['a'] = 26, ['b'] = 27, ['c'] = 28, ['d'] = 29, ['e'] = 30, ['f'] = 31,
    ['A'] = 26, ['B'] = 27, ['C'] = 28, ['D'] = 29, ['E'] = 30, ['F'] = 31,
};

/* Thousands of refs are read at a time: what is no digit is looked for once, at the end. */
bool gm_oid_parse(gm_str hex, gm_oid *oid)
{
    if (hex.len != 40 && hex.len != 64)
        return false;
    gm_oid parsed = {.len = (unsigned char)(hex.len / 2)};
    unsigned all = DIGIT;
    for (size_t i = 0; i < parsed.len; i++) {
        unsigned high = digits[(unsigned char)hex.ptr[2 * i]];
        unsigned low = digits[(unsigned char)hex.ptr[2 * i + 1]];
        all &= high & low;
        parsed.bytes[i] = (unsigned char)(high << 4 | (low & 15));
    }
    if (!all)
        return false;
    *oid = parsed;
    return true;
}

gm_str gm_oid_hex(gm_arena *arena, const gm_oid *oid)
{
    static const char letters[] = "0123456789abcdef";
    char *hex = gm_arena_alloc(arena, (size_t)oid->len * 2 + 1);
    for (size_t i = 0; i < oid->len; i++) {
        hex[2 * i] = letters[oid->bytes[i] >> 4];
        hex[2 * i + 1] = letters[oid->bytes[i] & 15];
    }
    return (gm_str){hex, (size_t)oid->len * 2};
}
