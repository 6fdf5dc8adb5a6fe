/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "models/models.h"

static bool parse_hex(gm_str text, uint64_t *value)
{
    *value = 0;
    if (text.len != 16)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        *value = *value << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    return true;
}

/* The reader of revision files has brought the mapping into one form: "{sqlite: …, postgres: …}".
 */
bool gm_fingerprint_parse(gm_str text, uint64_t values[GM_DIALECT_COUNT],
                          bool given[GM_DIALECT_COUNT])
{
    for (int dialect = 0; dialect < GM_DIALECT_COUNT; dialect++) {
        values[dialect] = 0;
        given[dialect] = false;
    }
    if (!gm_str_starts(text, GM_STR("{")) || !gm_str_ends(text, GM_STR("}")))
        return false;
    gm_str rest = gm_str_sub(text, 1, text.len - 1);
    while (rest.len) {
        size_t end = gm_str_find(rest, ',', 0);
        gm_str pair = gm_str_sub(rest, 0, end);
        size_t colon = gm_str_find(pair, ':', 0);
        gm_dialect dialect;
        if (!gm_dialect_parse(gm_str_trim(gm_str_sub(pair, 0, colon)), &dialect) ||
            !parse_hex(gm_str_trim(gm_str_sub(pair, colon + 1, pair.len)), &values[dialect]))
            return false;
        given[dialect] = true;
        rest = gm_str_sub(rest, end + 1, rest.len);
    }
    return true;
}

gm_str gm_fingerprint_text(gm_arena *arena, const uint64_t values[GM_DIALECT_COUNT],
                           const bool given[GM_DIALECT_COUNT])
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (int dialect = 0; dialect < GM_DIALECT_COUNT; dialect++) {
        if (given[dialect])
            gm_buf_printf(&buf, "%s%s: %016llx", buf.len ? ", " : "{",
                          gm_dialect_name((gm_dialect)dialect),
                          (unsigned long long)values[dialect]);
    }
    if (buf.len)
        gm_buf_char(&buf, '}');
    return gm_buf_str(&buf);
}
