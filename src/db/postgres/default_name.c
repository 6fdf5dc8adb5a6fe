/* SPDX-License-Identifier: Apache-2.0 */
#include "db/postgres/introspect.h"

enum { NAME_BYTES = 63 };

/* Cut where a character begins. */
static size_t clip(gm_str s, size_t len)
{
    while (len > 0 && len < s.len && ((unsigned char)s.ptr[len] & 0xc0) == 0x80)
        len--;
    return len;
}

gm_str gm_postgres_default_name(gm_arena *arena, gm_str table, gm_str column, const char *label)
{
    size_t overhead = strlen(label) + 1 + (column.len ? 1 : 0);
    size_t first = table.len;
    size_t second = column.len;
    while (first + second + overhead > NAME_BYTES) {
        if (first > second)
            first--;
        else
            second--;
    }
    first = clip(table, first);
    second = clip(column, second);
    return gm_str_printf(arena, "%.*s%s%.*s_%s", GM_ARG(gm_str_sub(table, 0, first)),
                         column.len ? "_" : "", GM_ARG(gm_str_sub(column, 0, second)), label);
}
