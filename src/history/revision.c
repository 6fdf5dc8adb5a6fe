/* SPDX-License-Identifier: Apache-2.0 */
#include "history/revision.h"

enum { MAX_ID = 128 };

static bool is_id_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

bool gm_revision_id_valid(gm_str id)
{
    static const char *const reserved[] = {"head", "heads", "base", "current"};
    if (id.len == 0 || id.len > MAX_ID)
        return false;
    for (size_t i = 0; i < id.len; i++)
        if (!is_id_char(id.ptr[i]))
            return false;
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
        if (gm_str_is(id, reserved[i]))
            return false;
    return true;
}
