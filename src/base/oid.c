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

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool gm_oid_parse(gm_str hex, gm_oid *oid)
{
    if (hex.len != 40 && hex.len != 64)
        return false;
    gm_oid parsed = {.len = (unsigned char)(hex.len / 2)};
    for (size_t i = 0; i < hex.len; i++) {
        int value = digit(hex.ptr[i]);
        if (value < 0)
            return false;
        parsed.bytes[i / 2] = (unsigned char)(parsed.bytes[i / 2] << 4 | value);
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
