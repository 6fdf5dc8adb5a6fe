/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>

#include <sha1.h>
#include <sha2.h>
#include <sys/random.h>

gm_str gm_sha256_hex(gm_arena *arena, gm_str bytes)
{
    char hex[SHA256_DIGEST_STRING_LENGTH];
    SHA256Data((const uint8_t *)(bytes.ptr ? bytes.ptr : ""), bytes.len, hex);
    return gm_str_dup(arena, gm_str_from(hex));
}

struct gm_sha256 {
    SHA2_CTX context;
};

gm_sha256 *gm_sha256_new(gm_arena *arena)
{
    gm_sha256 *sum = gm_new(arena, gm_sha256);
    SHA256Init(&sum->context);
    return sum;
}

void gm_sha256_add(gm_sha256 *sum, gm_str bytes)
{
    SHA256Update(&sum->context, (const uint8_t *)(bytes.ptr ? bytes.ptr : ""), bytes.len);
}

static gm_str base64(gm_arena *arena, const unsigned char *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t size = (len + 2) / 3 * 4;
    char *text = gm_arena_alloc(arena, size + 1);
    for (size_t i = 0, at = 0; i < len; i += 3, at += 4) {
        uint32_t word = (uint32_t)bytes[i] << 16;
        word |= i + 1 < len ? (uint32_t)bytes[i + 1] << 8 : 0;
        word |= i + 2 < len ? bytes[i + 2] : 0;
        text[at] = digits[word >> 18];
        text[at + 1] = digits[word >> 12 & 63];
        text[at + 2] = i + 1 < len ? digits[word >> 6 & 63] : '=';
        text[at + 3] = i + 2 < len ? digits[word & 63] : '=';
    }
    text[size] = '\0';
    return gm_str_of(text, size);
}

gm_str gm_sha256_base64(gm_arena *arena, const gm_sha256 *sum)
{
    unsigned char bytes[SHA256_DIGEST_LENGTH];
    SHA2_CTX context = sum->context;
    SHA256Final(bytes, &context);
    return base64(arena, bytes, sizeof(bytes));
}

gm_oid gm_sha1(gm_str bytes)
{
    gm_oid oid = {.len = 20};
    SHA1_CTX context;
    SHA1Init(&context);
    SHA1Update(&context, (const uint8_t *)(bytes.ptr ? bytes.ptr : ""), bytes.len);
    SHA1Final(oid.bytes, &context);
    return oid;
}

gm_oid gm_blob_oid(gm_str bytes)
{
    char header[40];
    int len = snprintf(header, sizeof(header), "blob %zu", bytes.len);
    gm_oid oid = {.len = 20};
    SHA1_CTX context;
    SHA1Init(&context);
    SHA1Update(&context, (const uint8_t *)header, (size_t)len + 1);
    SHA1Update(&context, (const uint8_t *)(bytes.ptr ? bytes.ptr : ""), bytes.len);
    SHA1Final(oid.bytes, &context);
    return oid;
}

gm_str gm_random_hex(gm_arena *arena, size_t digits)
{
    char *hex = gm_arena_alloc(arena, digits + 1);
    for (size_t i = 0; i < digits; i++) {
        unsigned char byte;
        /* One byte a digit is plenty for a handful of digits; up to 256 bytes a request never fails
         * once seeded. */
        if (getrandom(&byte, 1, 0) != 1)
            abort();
        hex[i] = "0123456789abcdef"[byte & 15];
    }
    return (gm_str){hex, digits};
}
