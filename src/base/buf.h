/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_BASE_BUF_H
#define GM_BASE_BUF_H

/*
 * Buf: builds one string in an arena. It knows its maximum: what would pass it is dropped and
 * `overflow` is set, for the caller to turn into an error of its own (SIZE_MAX: no maximum).
 */

#include "base/str.h"

typedef struct {
    gm_arena *arena;
    char *ptr;
    size_t len;
    size_t cap;
    size_t max;
    bool overflow;
} gm_buf;

gm_buf gm_buf_new(gm_arena *arena, size_t max);

void gm_buf_add(gm_buf *buf, gm_str s);
void gm_buf_z(gm_buf *buf, const char *z);
void gm_buf_char(gm_buf *buf, char c);
void gm_buf_printf(gm_buf *buf, const char *format, ...) GM_PRINTF(2, 3);
void gm_buf_vprintf(gm_buf *buf, const char *format, va_list args) GM_PRINTF(2, 0);

/* What was built so far, NUL-terminated; valid until the next addition. */
gm_str gm_buf_str(gm_buf *buf);

#endif
