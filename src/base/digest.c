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
