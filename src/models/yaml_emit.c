/* SPDX-License-Identifier: Apache-2.0 */
#include "models/yaml_emit.h"

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Words that some reader of YAML 1.1 or 1.2 takes for something else than text. */
static bool is_reserved(gm_str text)
{
    static const char *const words[] = {"true", "false", "null", "yes", "no",
                                        "on",   "off",   "y",    "n"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (gm_str_eq_nocase(text, gm_str_from(words[i])))
            return true;
    return false;
}

static bool is_plain(gm_str text)
{
    if (text.len == 0 || !is_letter(text.ptr[0]) || text.ptr[text.len - 1] == ' ' ||
        is_reserved(text))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (!is_letter(c) && !(c >= '0' && c <= '9') && c != ' ' && c != '.' && c != '(' &&
            c != ')')
            return false;
    }
    return true;
}

gm_str gm_yaml_scalar(gm_arena *arena, gm_str text)
{
    if (is_plain(text))
        return text;
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_char(&buf, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if (c == '"' || c == '\\')
            gm_buf_printf(&buf, "\\%c", c);
        else if (c == '\n')
            gm_buf_z(&buf, "\\n");
        else if (c < 0x20 || c == 0x7f)
            gm_buf_printf(&buf, "\\x%02x", c);
        else
            gm_buf_char(&buf, (char)c);
    }
    gm_buf_char(&buf, '"');
    return gm_buf_str(&buf);
}

gm_str gm_yaml_list(gm_arena *arena, const gm_strs *items)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    GM_EACH (const gm_str, item, items)
        gm_buf_printf(&buf, "%s%.*s", buf.len ? ", " : "", GM_ARG(gm_yaml_scalar(arena, *item)));
    return gm_str_printf(arena, "[%.*s]", GM_ARG(gm_buf_str(&buf)));
}

static bool fits_a_block(gm_str text)
{
    if (!gm_str_has(text, '\n') || text.ptr[0] == ' ' || text.ptr[text.len - 1] == '\n')
        return false;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        if ((c < 0x20 && c != '\n') || c == 0x7f)
            return false;
    }
    return true;
}

void gm_yaml_add_text(gm_buf *buf, gm_str text, int indent)
{
    if (!fits_a_block(text)) {
        gm_buf_printf(buf, " %.*s\n", GM_ARG(gm_yaml_scalar(buf->arena, text)));
        return;
    }
    gm_buf_z(buf, " |-\n");
    gm_str rest = text;
    gm_str line;
    while (gm_str_line(&rest, &line))
        gm_buf_printf(buf, "%*s%.*s\n", line.len ? indent : 0, "", GM_ARG(line));
}

gm_yaml_flow gm_yaml_flow_new(gm_arena *arena)
{
    return (gm_yaml_flow){.arena = arena, .buf = gm_buf_new(arena, SIZE_MAX)};
}

void gm_yaml_flow_add(gm_yaml_flow *flow, const char *key, gm_str value)
{
    if (value.len)
        gm_buf_printf(&flow->buf, "%s%s: %.*s", flow->buf.len ? ", " : "", key, GM_ARG(value));
}

gm_str gm_yaml_flow_text(gm_yaml_flow *flow)
{
    return gm_str_printf(flow->arena, "{%.*s}", GM_ARG(gm_buf_str(&flow->buf)));
}
