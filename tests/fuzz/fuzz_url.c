/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a database URL, and as a password in one. */
#include "fuzz.h"

#include "base/buf.h"
#include "config/url.h"
#include "config/url_parts.h"

/* What gmig hands to libpq says the same when it is read once more. */
static void check_url(gm_arena *arena, gm_str text)
{
    gm_err err = gm_err_new(arena);
    gm_url url, again;
    gm_code code = gm_url_parse(arena, text, GM_STR("/p"), &url, &err);
    MUST(code == err.code);
    if (code != GM_OK) {
        MUST(code == GM_E_URL && err.text.len && err.hint.len && !err.where.len);
        return;
    }
    MUST(url.shown.len);
    if (url.dialect == GM_SQLITE) {
        MUST(gm_str_is(url.path, ":memory:") || url.path.ptr[0] == '/');
    } else if (url.conninfo.len) {
        /* In the conninfo what was %HH is a byte, and may be one that a URL refuses. */
        if (gm_url_parse(arena, url.conninfo, GM_STR("/p"), &again, &err) == GM_OK)
            MUST(gm_str_eq(again.conninfo, url.conninfo));
    }
}

static void check_password(gm_arena *arena, gm_str password)
{
    gm_err err = gm_err_new(arena);
    gm_url url;
    gm_str text = gm_str_printf(arena, "postgresql://u:%.*s@h/db",
                                GM_ARG(gm_url_encode(arena, password, "")));
    if (gm_str_has(password, '\0') || gm_url_parse(arena, text, GM_STR("/"), &url, &err) != GM_OK)
        return;
    MUST(gm_str_is(url.shown, "postgresql://u@h/db"));
    gm_err_clear(&err);
    gm_buf keywords = gm_buf_new(arena, SIZE_MAX);
    gm_buf_z(&keywords, "password='");
    for (size_t i = 0; i < password.len; i++) {
        if (password.ptr[i] == '\'' || password.ptr[i] == '\\')
            gm_buf_char(&keywords, '\\');
        gm_buf_char(&keywords, password.ptr[i]);
    }
    gm_buf_z(&keywords, "' host=h");
    if (gm_url_parse(arena, gm_buf_str(&keywords), GM_STR("/"), &url, &err) == GM_OK)
        MUST(gm_str_is(url.shown, "host=h"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 4096)
        return 0;
    gm_arena *arena = gm_arena_new();
    check_url(arena, gm_str_of(data, size));
    check_password(arena, gm_str_of(data, size));
    gm_arena_free(arena);
    return 0;
}
