/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alembic names a file by Python's % operator: %(rev)s, %(slug)s, %(year)d, %(month).2d and so on
 * (script/base.py, _rev_path). The docs show %d with a precision; %s, widths and zeros work too.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "history/formats/alembic.h"

enum { MAX_SLUG = 40, MAX_WIDTH = 20 };

static bool is_word_char(unsigned char c)
{
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c >= 0x80;
}

/* Words of the message with "_" between, cut after the last that fits. */
static gm_str slug_of(gm_arena *arena, gm_str message)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str lower = gm_str_lower(arena, message);
    bool gap = false;
    for (size_t i = 0; i < lower.len; i++) {
        if (!is_word_char((unsigned char)lower.ptr[i])) {
            gap = buf.len > 0;
            continue;
        }
        if (gap)
            gm_buf_char(&buf, '_');
        gap = false;
        gm_buf_char(&buf, lower.ptr[i]);
    }
    gm_str slug = gm_buf_str(&buf);
    if (slug.len <= MAX_SLUG)
        return slug;
    slug = gm_str_sub(slug, 0, MAX_SLUG);
    size_t last = gm_str_rfind(slug, '_');
    slug = gm_str_sub(slug, 0, last);
    while (slug.len && !gm_str_utf8_valid(slug))
        slug.len--;
    return gm_str_printf(arena, "%.*s_", GM_ARG(slug));
}

static bool take_number(gm_str *rest, unsigned *number)
{
    size_t len = 0;
    *number = 0;
    while (len < rest->len && rest->ptr[len] >= '0' && rest->ptr[len] <= '9' &&
           *number <= MAX_WIDTH)
        *number = *number * 10 + (unsigned)(rest->ptr[len++] - '0');
    *rest = gm_str_sub(*rest, len, rest->len);
    return *number <= MAX_WIDTH;
}

/* One of the fields that are numbers: of "20261123104207", or the seconds. */
static bool number_field(gm_arena *arena, gm_str name, int64_t time, uint64_t *number)
{
    static const struct {
        const char *name;
        size_t from, to;
    } parts[] = {{"year", 0, 4},  {"month", 4, 6},    {"day", 6, 8},
                 {"hour", 8, 10}, {"minute", 10, 12}, {"second", 12, 14}};
    gm_str compact = gm_time_compact(arena, time);
    if (gm_str_is(name, "epoch")) {
        *number = (uint64_t)time;
        return true;
    }
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (gm_str_is(name, parts[i].name))
            return gm_str_u64(gm_str_sub(compact, parts[i].from, parts[i].to), number);
    return false;
}

/* What follows "%(name)": flags, width, precision and a letter. */
static bool add_field(gm_arena *arena, gm_str name, gm_str *rest, const gm_revision_draft *draft,
                      gm_buf *buf)
{
    bool zero = gm_str_starts(*rest, GM_STR("0"));
    unsigned width, precision = 0;
    uint64_t number;
    if (!take_number(rest, &width))
        return false;
    if (gm_str_starts(*rest, GM_STR("."))) {
        *rest = gm_str_sub(*rest, 1, rest->len);
        if (!take_number(rest, &precision))
            return false;
    }
    if (!rest->len)
        return false;
    char letter = rest->ptr[0];
    *rest = gm_str_sub(*rest, 1, rest->len);
    if (letter == 's' && gm_str_is(name, "rev"))
        gm_buf_add(buf, draft->id);
    else if (letter == 's' && gm_str_is(name, "slug"))
        gm_buf_add(buf, slug_of(arena, draft->message));
    else if (number_field(arena, name, draft->time, &number) && letter == 's')
        gm_buf_printf(buf, "%llu", (unsigned long long)number);
    else if (number_field(arena, name, draft->time, &number) && letter == 'd')
        gm_buf_printf(buf, "%0*llu",
                      (int)(precision ? precision
                            : zero    ? width
                                      : 0),
                      (unsigned long long)number);
    else
        return false;
    return true;
}

gm_code gm_alembic_file_name(gm_arena *arena, gm_str file_template, const gm_revision_draft *draft,
                             gm_str *name, gm_err *err)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_str rest = file_template;
    bool good = true;
    while (rest.len && good) {
        size_t end = gm_str_find(rest, ')', 0);
        if (gm_str_starts(rest, GM_STR("%%"))) {
            gm_buf_char(&buf, '%');
            rest = gm_str_sub(rest, 2, rest.len);
        } else if (gm_str_starts(rest, GM_STR("%"))) {
            gm_str field = gm_str_sub(rest, 2, end);
            good = gm_str_starts(rest, GM_STR("%(")) && end < rest.len;
            rest = gm_str_sub(rest, end + 1, rest.len);
            good = good && add_field(arena, field, &rest, draft, &buf);
        } else {
            gm_buf_char(&buf, rest.ptr[0]);
            rest = gm_str_sub(rest, 1, rest.len);
        }
    }
    gm_buf_z(&buf, ".py");
    gm_str made = gm_buf_str(&buf);
    if (good && made.ptr[0] != '.' && made.ptr[0] != '/' && !gm_str_has(made, '\0') &&
        gm_str_search(made, GM_STR("..")) == made.len) {
        *name = made;
        return GM_OK;
    }
    gm_fail(err, GM_E_CONFIG, "Alembic's file_template gives no name for a file: %.*s",
            GM_ARG(file_template));
    return gm_hint(err, "It may hold %%(rev)s, %%(slug)s, %%(epoch)s, %%(year)d, %%(month).2d and "
                        "so on, as Alembic's documentation says.");
}
