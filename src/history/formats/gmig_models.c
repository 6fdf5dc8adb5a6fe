/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "history/formats/format.h"

/* Does the line stand in the header? It ends at the first line that is no comment, or a marker. */
static bool in_header(gm_str line)
{
    return gm_str_starts(line, GM_STR("--")) && !gm_str_starts(line, GM_STR("-- gmig:"));
}

static bool is_models(gm_str line)
{
    return gm_str_starts(line, GM_STR("-- models:"));
}

gm_str gm_revision_with_models(gm_arena *arena, const gm_revision *revision, gm_str models)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str rest = revision->text;
    gm_str line;
    bool begun = false;
    bool written = false;
    const char *copied = rest.ptr;
    for (gm_str at = rest; gm_str_line(&rest, &line); at = rest) {
        bool header = in_header(line);
        bool ends = begun && !header;
        if (ends || (header && is_models(line))) {
            gm_buf_add(&buf, gm_str_of(copied, (size_t)(at.ptr - copied)));
            if (models.len && !written)
                gm_buf_printf(&buf, "-- models: %.*s\n", GM_ARG(models));
            written = true;
            copied = ends ? at.ptr : rest.ptr;
            if (ends)
                break;
        }
        begun = begun || header;
    }
    gm_buf_add(&buf, gm_str_of(copied, (size_t)(revision->text.ptr + revision->text.len - copied)));
    if (!written && models.len)
        gm_buf_printf(&buf, "-- models: %.*s\n", GM_ARG(models));
    return gm_buf_str(&buf);
}
