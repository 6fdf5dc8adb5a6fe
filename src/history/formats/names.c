/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"
#include "base/clock.h"
#include "history/formats/format.h"

enum { MAX_SLUG = 40 };

gm_str gm_revision_slug(gm_arena *arena, gm_str message)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str lower = gm_str_lower(arena, message);
    bool gap = false;
    for (size_t i = 0; i < lower.len; i++) {
        char c = lower.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) {
            gap = buf.len > 0;
            continue;
        }
        if (buf.len + gap >= MAX_SLUG)
            break;
        if (gap)
            gm_buf_char(&buf, '_');
        gap = false;
        gm_buf_char(&buf, c);
    }
    return buf.len ? gm_buf_str(&buf) : GM_STR("revision");
}

static gm_code add_field(gm_arena *arena, gm_str field, const gm_revision_draft *draft, gm_buf *buf,
                         gm_err *err)
{
    if (gm_str_is(field, "created"))
        gm_buf_add(buf, gm_time_compact(arena, draft->time));
    else if (gm_str_is(field, "id"))
        gm_buf_add(buf, draft->id);
    else if (gm_str_is(field, "slug"))
        gm_buf_add(buf, gm_revision_slug(arena, draft->message));
    else {
        gm_fail(err, GM_E_CONFIG, "file_template has no '%%(%.*s)'", GM_ARG(field));
        return gm_hint(err, "It may hold %%(created), %%(id) and %%(slug).");
    }
    return GM_OK;
}

gm_code gm_revision_file_name(gm_arena *arena, gm_str file_template, const gm_revision_draft *draft,
                              gm_str *name, gm_err *err)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str rest = file_template;
    while (rest.len) {
        size_t end;
        if (!gm_str_starts(rest, GM_STR("%("))) {
            gm_buf_char(&buf, rest.ptr[0]);
            rest = gm_str_sub(rest, 1, rest.len);
            continue;
        }
        end = gm_str_find(rest, ')', 0);
        if (end == rest.len) {
            gm_fail(err, GM_E_CONFIG, "file_template has '%%(' without ')'");
            return gm_hint(err, "Write it as \"%s\".", GM_FILE_TEMPLATE);
        }
        GM_TRY(add_field(arena, gm_str_sub(rest, 2, end), draft, &buf, err));
        rest = gm_str_sub(rest, end + 1, rest.len);
    }
    gm_str made = gm_buf_str(&buf);
    if (made.len == 0 || made.ptr[0] == '.' || gm_str_has(made, '/') || gm_str_has(made, '\0')) {
        gm_fail(err, GM_E_CONFIG,
                "file_template gives '%.*s', which is no name for a revision file", GM_ARG(made));
        return gm_hint(err, "It names a file in the migrations folder, such as \"%s\".",
                       GM_FILE_TEMPLATE);
    }
    *name = made;
    return GM_OK;
}
