/* SPDX-License-Identifier: Apache-2.0 */
#include "lang/sql.h"

static const struct {
    const char *name;
    gm_dialect dialect;
} names[] = {
    /* The first name of a dialect is its own. */
    {"sqlite", GM_SQLITE},       {"sqlite3", GM_SQLITE}, {"postgres", GM_POSTGRES},
    {"postgresql", GM_POSTGRES}, {"pg", GM_POSTGRES},
};

enum { NAME_COUNT = sizeof(names) / sizeof(names[0]) };

const char *gm_dialect_name(gm_dialect dialect)
{
    for (size_t i = 0; i < NAME_COUNT; i++)
        if (names[i].dialect == dialect)
            return names[i].name;
    return "unknown";
}

bool gm_dialect_parse(gm_str name, gm_dialect *dialect)
{
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (gm_str_is(name, names[i].name)) {
            *dialect = names[i].dialect;
            return true;
        }
    }
    return false;
}

size_t gm_sql_line_at(gm_str text, size_t line, size_t position)
{
    size_t characters = 1;
    for (size_t i = 0; i < text.len && characters < position; i++) {
        if (text.ptr[i] == '\n')
            line++;
        if (((unsigned char)text.ptr[i] & 0xC0) != 0x80)
            characters++;
    }
    return line;
}
