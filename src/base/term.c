/* SPDX-License-Identifier: Apache-2.0 */
#include "base/term.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"

bool gm_term_colour(gm_colour_mode mode, FILE *stream)
{
    if (mode != GM_COLOUR_AUTO)
        return mode == GM_COLOUR_ALWAYS;
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    if ((no_color && *no_color) || !term || strcmp(term, "dumb") == 0)
        return false;
    return isatty(fileno(stream)) == 1;
}

size_t gm_term_width(FILE *stream)
{
    struct winsize size = {0};
    if (ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col)
        return size.ws_col;
    return 80;
}

static bool stays(gm_str sequence, bool lines)
{
    unsigned char c = (unsigned char)sequence.ptr[0];
    if (sequence.len == 1)
        return (c >= 0x20 && c != 0x7f) || (lines && (c == '\n' || c == '\t'));
    /* C1 control characters, U+0080 to U+009F, steer terminals as ESC does. */
    return !(c == 0xc2 && (unsigned char)sequence.ptr[1] < 0xa0);
}

/* How many bytes at the start are printable ASCII: nearly all of nearly all texts. */
static size_t plain_length(gm_str s)
{
    size_t len = 0;
    while (len < s.len && s.ptr[len] >= ' ' && s.ptr[len] <= '~')
        len++;
    return len;
}

gm_str gm_term_visible(gm_arena *arena, gm_str s, bool lines)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    if (plain_length(s) == s.len)
        return gm_str_dup(arena, s);
    while (s.len) {
        size_t plain = plain_length(s);
        gm_buf_add(&buf, gm_str_sub(s, 0, plain));
        s = gm_str_sub(s, plain, s.len);
        if (!s.len)
            break;
        size_t len = 1;
        while (len <= 4 && len <= s.len && !gm_str_utf8_valid(gm_str_sub(s, 0, len)))
            len++;
        bool valid = len <= 4 && len <= s.len;
        if (!valid)
            len = 1;
        if (valid && stays(gm_str_sub(s, 0, len), lines))
            gm_buf_add(&buf, gm_str_sub(s, 0, len));
        else
            for (size_t i = 0; i < len; i++)
                gm_buf_printf(&buf, "\\x%02x", (unsigned char)s.ptr[i]);
        s = gm_str_sub(s, len, s.len);
    }
    return gm_buf_str(&buf);
}
