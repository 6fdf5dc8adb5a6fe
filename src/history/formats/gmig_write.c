/* SPDX-License-Identifier: Apache-2.0 */
#include "history/formats/gmig_write.h"

#include "base/buf.h"
#include "base/clock.h"

/* ---- YAML scalars ---- */

/* One code point of `s` at *at, which moves on; U+FFFD for a byte that begins none. */
static uint32_t next_rune(gm_str s, size_t *at)
{
    for (size_t len = 1; len <= 4 && *at + len <= s.len; len++) {
        gm_str part = gm_str_sub(s, *at, *at + len);
        if (!gm_str_utf8_valid(part))
            continue;
        uint32_t rune = (unsigned char)part.ptr[0];
        if (len > 1)
            rune &= 0xffu >> (len + 1);
        for (size_t i = 1; i < len; i++)
            rune = rune << 6 | ((unsigned char)part.ptr[i] & 0x3f);
        *at += len;
        return rune;
    }
    *at += 1;
    return 0xfffd;
}

/* May it stand in a YAML text as it is (YAML 1.1, 5.1), on one line, and be seen? */
static bool is_printable(uint32_t rune)
{
    return (rune >= 0x20 && rune <= 0x7e) ||
           (rune >= 0xa0 && rune <= 0xd7ff && rune != 0x2028 && rune != 0x2029) ||
           (rune >= 0xe000 && rune <= 0xfffd && rune != 0xfeff) || rune >= 0x10000;
}

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Would YAML give exactly this text back without quotes? Narrower than the rule, so surely right.
 */
static bool is_plain(gm_str s)
{
    if (s.len == 0 || !(is_alnum(s.ptr[0]) || (unsigned char)s.ptr[0] >= 0x80) ||
        s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == ':' || gm_str_eq_nocase(s, GM_STR("null")) ||
        !gm_str_utf8_valid(s) || gm_str_search(s, GM_STR(": ")) < s.len ||
        gm_str_search(s, GM_STR(" #")) < s.len)
        return false;
    for (size_t at = 0; at < s.len;)
        if (!is_printable(next_rune(s, &at)))
            return false;
    return true;
}

static void add_escaped(gm_buf *buf, uint32_t rune, gm_str bytes)
{
    switch (rune) {
    case '"':
        gm_buf_z(buf, "\\\"");
        return;
    case '\\':
        gm_buf_z(buf, "\\\\");
        return;
    case '\n':
        gm_buf_z(buf, "\\n");
        return;
    case '\r':
        gm_buf_z(buf, "\\r");
        return;
    case '\t':
        gm_buf_z(buf, "\\t");
        return;
    case 0:
    case 0xfffd:
        gm_buf_z(buf, "\xef\xbf\xbd");
        return;
    default:
        if (is_printable(rune))
            gm_buf_add(buf, bytes);
        else if (rune <= 0xff)
            gm_buf_printf(buf, "\\x%02x", (unsigned)rune);
        else
            gm_buf_printf(buf, "\\u%04x", (unsigned)rune);
    }
}

static void add_scalar(gm_buf *buf, gm_str s)
{
    if (is_plain(s)) {
        gm_buf_add(buf, s);
        return;
    }
    gm_buf_char(buf, '"');
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t rune = next_rune(s, &at);
        add_escaped(buf, rune, gm_str_sub(s, from, at));
    }
    gm_buf_char(buf, '"');
}

static void add_names(gm_buf *buf, const char *key, const gm_strs *names)
{
    gm_buf_printf(buf, "-- %s: [", key);
    for (size_t i = 0; i < names->len; i++) {
        gm_buf_z(buf, i ? ", " : "");
        add_scalar(buf, names->items[i]);
    }
    gm_buf_z(buf, "]\n");
}

/* ---- sections ---- */

/* The SQL without blank lines around it, one LF at its end; nothing for no SQL. */
static void add_sql(gm_buf *buf, gm_str sql)
{
    gm_str body = gm_str_trim(sql);
    if (body.len == 0)
        return;
    /* Keep the first line's indentation: trimming ended at its first letter. */
    const char *start = body.ptr;
    while (start > sql.ptr && (start[-1] == ' ' || start[-1] == '\t'))
        start--;
    gm_buf_add(buf, gm_str_of(start, (size_t)(body.ptr + body.len - start)));
    gm_buf_char(buf, '\n');
}

/* Free text behind a marker: one line of it. */
static void add_reason(gm_buf *buf, gm_str reason)
{
    gm_str text = gm_str_trim(reason);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        gm_buf_char(buf, c == '\n' || c == '\r' || c == '\0' ? ' ' : c);
    }
}

gm_str gm_revision_write(gm_arena *arena, const gm_revision_draft *draft)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_z(&buf, "-- revision: ");
    add_scalar(&buf, draft->id);
    gm_buf_char(&buf, '\n');
    add_names(&buf, "parents", &draft->parents);
    if (draft->depends.len)
        add_names(&buf, "depends", &draft->depends);
    if (draft->labels.len)
        add_names(&buf, "labels", &draft->labels);
    gm_buf_z(&buf, "-- message: ");
    add_scalar(&buf, draft->message);
    gm_buf_printf(&buf, "\n-- created: %.*s\n", GM_ARG(gm_time_iso(arena, draft->time)));
    if (draft->models.len)
        gm_buf_printf(&buf, "-- models: %.*s\n", GM_ARG(draft->models));
    if (draft->sections.len) {
        gm_buf_char(&buf, '\n');
        gm_buf_add(&buf, draft->sections);
        return gm_buf_str(&buf);
    }
    gm_buf_z(&buf, "\n-- gmig:up\n");
    add_sql(&buf, draft->up);
    if (draft->irreversible) {
        gm_buf_z(&buf, draft->reason.len ? "\n-- gmig:irreversible " : "\n-- gmig:irreversible");
        add_reason(&buf, draft->reason);
        gm_buf_char(&buf, '\n');
    } else {
        gm_buf_z(&buf, "\n-- gmig:down\n");
        add_sql(&buf, draft->down);
    }
    return gm_buf_str(&buf);
}

/* ---- other parents ---- */

/* Does the value of a key go on in this line? "--   - a", "-- - a", "--   b]" */
static bool goes_on(gm_str line)
{
    return line.len > 3 && gm_str_starts(line, GM_STR("-- ")) && strchr(" \t-]", line.ptr[3]);
}

/* The last line of `buf` ends as `like` does. */
static void end_like(gm_buf *buf, gm_str like)
{
    if (!gm_str_ends(like, GM_STR("\r\n")))
        return;
    buf->len--;
    gm_buf_z(buf, "\r\n");
}

gm_str gm_revision_with_parents(gm_arena *arena, const gm_revision *revision,
                                const gm_strs *parents, int64_t time)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str rest = revision->text;
    gm_str line;
    bool inside = false; /* a value of several lines that was replaced */
    for (size_t number = 1; rest.len; number++) {
        gm_str whole = rest;
        gm_str_line(&rest, &line);
        whole = gm_str_sub(whole, 0, whole.len - rest.len);
        inside = inside && goes_on(line);
        if (inside)
            continue;
        bool is_parents = number == revision->parents_line;
        bool first = number == revision->revision_line && !revision->parents_line;
        bool created = number == revision->created_line && time;
        if (created)
            gm_buf_printf(&buf, "-- created: %.*s\n", GM_ARG(gm_time_iso(arena, time)));
        else if (!is_parents)
            gm_buf_add(&buf, whole);
        if (is_parents || first)
            add_names(&buf, "parents", parents);
        if (is_parents || first || created)
            end_like(&buf, whole);
        inside = is_parents;
    }
    return gm_buf_str(&buf);
}
