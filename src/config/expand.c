/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/buf.h"
#include "config/config.h"

/* Length of the variable's name at `at`, as POSIX has names. */
static size_t name_length(gm_str text, size_t at)
{
    size_t end = at;
    while (end < text.len) {
        char c = text.ptr[end];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        bool digit = c >= '0' && c <= '9';
        if (!letter && (!digit || end == at))
            break;
        end++;
    }
    return end - at;
}

gm_code gm_config_expand(gm_arena *arena, gm_str text, gm_str *expanded, gm_err *err)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < text.len;) {
        gm_str rest = gm_str_sub(text, i, text.len);
        if (gm_str_starts(rest, GM_STR("$${"))) {
            gm_buf_z(&buf, "${");
            i += 3;
        } else if (gm_str_starts(rest, GM_STR("${"))) {
            size_t len = name_length(text, i + 2);
            gm_str name = gm_str_sub(text, i + 2, i + 2 + len);
            if (!len || i + 2 + len >= text.len || text.ptr[i + 2 + len] != '}') {
                /* The text may be a URL with a password: it is not shown. */
                gm_fail(err, GM_E_CONFIG, "a '${' has no variable's name and '}' behind it");
                return gm_hint(err, "Write ${NAME} for an environment variable, or $${ for '${'.");
            }
            const char *value = getenv(gm_str_z(arena, name));
            if (!value) {
                gm_fail(err, GM_E_CONFIG, "the environment variable '%.*s' is not set",
                        GM_ARG(name));
                return gm_hint(err, "Set %.*s; gmig.yml reads it.", GM_ARG(name));
            }
            gm_buf_z(&buf, value);
            i += len + 3;
        } else {
            gm_buf_char(&buf, text.ptr[i++]);
        }
    }
    *expanded = gm_buf_str(&buf);
    return GM_OK;
}
