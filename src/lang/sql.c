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
