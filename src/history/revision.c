/* SPDX-License-Identifier: Apache-2.0 */
#include "history/revision.h"

enum { MAX_ID = 128 };

/* In ASCII: "-", ".", digits, letters and "_". */
static bool is_id_char(unsigned char c)
{
    static const uint64_t allowed[4] = {UINT64_C(0x03ff600000000000), UINT64_C(0x07fffffe87fffffe)};
    return (allowed[c >> 6] >> (c & 63) & 1) != 0;
}

static bool is_reserved(gm_str id)
{
    enum { LONGEST = 7 };
    static const gm_str words[] = {GM_STR_INIT("head"), GM_STR_INIT("heads"), GM_STR_INIT("base"),
                                   GM_STR_INIT("current")};
    for (size_t i = 0; id.len <= LONGEST && i < sizeof(words) / sizeof(words[0]); i++)
        if (gm_str_eq(id, words[i]))
            return true;
    return false;
}

bool gm_revision_id_valid(gm_str id)
{
    if (id.len == 0 || id.len > MAX_ID)
        return false;
    for (size_t i = 0; i < id.len; i++)
        if (!is_id_char((unsigned char)id.ptr[i]))
            return false;
    return !is_reserved(id);
}
