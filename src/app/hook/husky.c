/* SPDX-License-Identifier: Apache-2.0 */
#include "app/hook/husky.h"

#include "base/buf.h"

#define BEGIN_MARK "# gmig hook begin"
#define END_MARK "# gmig hook end\n"
#define OWN_FILE " (in a file of its own)"

/* Finds the block; false when there is none. `*to` is behind its last line. */
static bool find_block(gm_str text, size_t *from, size_t *to, bool *own_file)
{
    size_t start = 0;
    while (start < text.len) {
        size_t line_end = gm_str_find(text, '\n', start);
        gm_str line = gm_str_sub(text, start, line_end);
        if (gm_str_starts(line, GM_STR(BEGIN_MARK))) {
            gm_str rest = gm_str_sub(text, start, text.len);
            size_t end = gm_str_search(rest, GM_STR(END_MARK));
            if (end == rest.len)
                return false;
            *from = start;
            *to = start + end + sizeof(END_MARK) - 1;
            *own_file = gm_str_ends(line, GM_STR(OWN_FILE));
            return true;
        }
        start = line_end + 1;
    }
    return false;
}

/* The input is read once, given to gmig, and put back for the commands below. */
static gm_str block(gm_arena *arena, const gm_hook *hook, bool own_file)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_printf(&buf, BEGIN_MARK ": `gmig hook uninstall %s` takes it out%s\n", hook->name,
                  own_file ? OWN_FILE : "");
    if (hook->has_input)
        gm_buf_z(&buf, "gmig_input=$(cat)\n");
    const char *feed = hook->has_input ? "printf '%s\\n' \"$gmig_input\" 2>/dev/null | " : "";
    if (hook->refuses) {
        gm_buf_printf(&buf,
                      "command -v gmig >/dev/null 2>&1 || { echo 'gmig is not in PATH, and the %s "
                      "hook checks migrations with it: install it, or skip it once with "
                      "--no-verify.' >&2; exit 1; }\n",
                      hook->name);
        gm_buf_printf(&buf, "%sgmig hook run %s \"$@\"\n", feed, hook->name);
    } else {
        gm_buf_printf(&buf,
                      "if command -v gmig >/dev/null 2>&1; then %sgmig hook run %s \"$@\" || :; "
                      "fi\n",
                      feed, hook->name);
    }
    if (hook->has_input)
        gm_buf_z(&buf, "if [ -n \"$gmig_input\" ]; then\nexec <<GMIG_INPUT\n$gmig_input\n"
                       "GMIG_INPUT\nelse exec </dev/null; fi\n");
    gm_buf_z(&buf, END_MARK);
    return gm_buf_str(&buf);
}

gm_hook_state gm_husky_state(gm_arena *arena, const gm_hook *hook, gm_str text)
{
    size_t from;
    size_t to;
    bool own_file;
    if (!find_block(text, &from, &to, &own_file))
        return GM_HOOK_OTHER;
    bool same = gm_str_eq(gm_str_sub(text, from, to), block(arena, hook, own_file));
    return same ? GM_HOOK_INSTALLED : GM_HOOK_OUTDATED;
}

gm_str gm_husky_with_block(gm_arena *arena, const gm_hook *hook, gm_str text, bool exists)
{
    size_t from = 0;
    size_t to = 0;
    bool own_file = !exists;
    size_t first_line = gm_str_find(text, '\n', 0);
    if (!find_block(text, &from, &to, &own_file) && gm_str_starts(text, GM_STR("#!")) &&
        first_line < text.len)
        from = to = first_line + 1;
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_add(&buf, gm_str_sub(text, 0, from));
    gm_buf_add(&buf, block(arena, hook, own_file));
    gm_buf_add(&buf, gm_str_sub(text, to, text.len));
    return gm_buf_str(&buf);
}

gm_str gm_husky_without_block(gm_arena *arena, gm_str text, bool *remove)
{
    size_t from = 0;
    size_t to = 0;
    bool own_file = false;
    *remove = false;
    if (!find_block(text, &from, &to, &own_file))
        return text;
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_add(&buf, gm_str_sub(text, 0, from));
    gm_buf_add(&buf, gm_str_sub(text, to, text.len));
    gm_str rest = gm_buf_str(&buf);
    *remove = own_file && rest.len == 0;
    return rest;
}
