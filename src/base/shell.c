/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

gm_str gm_str_shell(gm_arena *arena, gm_str s)
{
    static const char plain_ones[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789-_./:@%+=,";
    bool plain = s.len > 0;
    for (size_t i = 0; i < s.len; i++)
        plain = plain && memchr(plain_ones, s.ptr[i], sizeof plain_ones - 1);
    if (plain)
        return s;
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_char(&buf, '\'');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '\'')
            gm_buf_z(&buf, "'\\'");
        gm_buf_char(&buf, s.ptr[i]);
    }
    gm_buf_char(&buf, '\'');
    return gm_buf_str(&buf);
}
