/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdio.h>

gm_buf gm_buf_new(gm_arena *arena, size_t max)
{
    return (gm_buf){.arena = arena, .max = max};
}

/* Room for `more` bytes and a NUL; false when that passes the maximum. */
static bool reserve(gm_buf *buf, size_t more)
{
    if (buf->overflow || more > buf->max || buf->len > buf->max - more) {
        buf->overflow = true;
        return false;
    }
    size_t needed = buf->len + more + 1;
    if (needed < more)
        gm_out_of_memory();
    if (needed <= buf->cap)
        return true;
    size_t cap = buf->cap ? buf->cap : 64;
    while (cap < needed)
        cap = cap > SIZE_MAX / 2 ? needed : cap * 2;
    char *grown = gm_arena_alloc(buf->arena, cap);
    if (buf->len)
        memcpy(grown, buf->ptr, buf->len);
    buf->ptr = grown;
    buf->cap = cap;
    return true;
}

void gm_buf_add(gm_buf *buf, gm_str s)
{
    if (!reserve(buf, s.len))
        return;
    if (s.len)
        memcpy(buf->ptr + buf->len, s.ptr, s.len);
    buf->len += s.len;
    buf->ptr[buf->len] = '\0';
}

void gm_buf_z(gm_buf *buf, const char *z)
{
    gm_buf_add(buf, gm_str_from(z));
}

void gm_buf_char(gm_buf *buf, char c)
{
    gm_buf_add(buf, (gm_str){&c, 1});
}

void gm_buf_vprintf(gm_buf *buf, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    /* Mostly it fits into the room that is there, and is formatted once. */
    size_t room = buf->cap - buf->len;
    int len = vsnprintf(room ? buf->ptr + buf->len : NULL, room, format, args);
    bool fits = len >= 0 && (size_t)len < room;
    if (len >= 0 && reserve(buf, (size_t)len)) {
        if (!fits)
            vsnprintf(buf->ptr + buf->len, (size_t)len + 1, format, again);
        buf->len += (size_t)len;
    } else if (room) {
        buf->ptr[buf->len] = '\0';
    }
    va_end(again);
}

void gm_buf_printf(gm_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    gm_buf_vprintf(buf, format, args);
    va_end(args);
}

gm_str gm_buf_str(gm_buf *buf)
{
    return (gm_str){buf->ptr ? buf->ptr : "", buf->len};
}
