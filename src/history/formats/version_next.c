/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/buf.h"
#include "base/clock.h"
#include "history/formats/versioned.h"

enum { SECONDS = 10, MILLISECONDS = 13, CALENDAR = 14, DIESEL = 18, THOUSAND = 1000 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static gm_str digits_of(gm_arena *arena, gm_str version)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < version.len; i++)
        if (is_digit(version.ptr[i]))
            gm_buf_char(&buf, version.ptr[i]);
    return gm_buf_str(&buf);
}

/* ---- times ---- */

static int64_t calendar_time(gm_str d)
{
    char text[32];
    int64_t seconds;
    int len = snprintf(text, sizeof(text), "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", d.ptr, d.ptr + 4,
                       d.ptr + 6, d.ptr + 8, d.ptr + 10, d.ptr + 12);
    return gm_time_parse(gm_str_of(text, (size_t)len), &seconds) ? seconds : 0;
}

int64_t gm_version_time(gm_str version)
{
    /* 2001-09-09, from which on the seconds have ten digits; before it nobody wrote such files. */
    enum { FIRST = 1000000000 };
    char d[DIESEL + 1] = {0};
    size_t count = 0;
    uint64_t number;
    for (size_t i = 0; i < version.len; i++) {
        if (is_digit(version.ptr[i]) && count == DIESEL)
            return 0;
        if (is_digit(version.ptr[i]))
            d[count++] = version.ptr[i];
        else if (!strchr("-_.T", version.ptr[i]))
            return 0;
    }
    if (count == CALENDAR || count == DIESEL)
        return calendar_time(gm_str_of(d, count));
    if ((count != SECONDS && count != MILLISECONDS) || !gm_str_u64(gm_str_of(d, count), &number))
        return 0;
    number /= count == MILLISECONDS ? THOUSAND : 1;
    return number >= FIRST && number < 4ULL * FIRST ? (int64_t)number : 0;
}

static gm_str time_digits(gm_arena *arena, int64_t seconds, size_t count)
{
    switch (count) {
    case SECONDS:
        return gm_str_printf(arena, "%lld", (long long)seconds);
    case MILLISECONDS:
        return gm_str_printf(arena, "%lld000", (long long)seconds);
    case DIESEL:
        return gm_str_printf(arena, "%.*s0000", GM_ARG(gm_time_compact(arena, seconds)));
    default:
        return gm_time_compact(arena, seconds);
    }
}

/* The digits between the punctuation of `like`, which has as many. */
static gm_str punctuated(gm_arena *arena, gm_str digits, gm_str like)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    size_t at = 0;
    if (digits_of(arena, like).len != digits.len)
        return digits;
    for (size_t i = 0; i < like.len; i++)
        gm_buf_char(&buf, is_digit(like.ptr[i]) ? digits.ptr[at++] : like.ptr[i]);
    return gm_buf_str(&buf);
}

/* ---- numbers ---- */

/* 009 -> 010, 99 -> 100, 1.9 -> 1.10: the last number, with as many zeros before it. */
static gm_str incremented(gm_arena *arena, gm_str version)
{
    size_t from = version.len;
    while (from && is_digit(version.ptr[from - 1]))
        from--;
    gm_str number = gm_str_sub(version, from, version.len);
    char *digits = gm_arena_alloc(arena, number.len + 1);
    memcpy(digits, number.ptr, number.len);
    digits[number.len] = '\0';
    size_t at = number.len;
    while (at && digits[at - 1] == '9')
        digits[--at] = '0';
    if (at)
        digits[at - 1]++;
    return gm_str_printf(arena, "%.*s%s%s", GM_ARG(gm_str_sub(version, 0, from)), at ? "" : "1",
                         digits);
}

/* 1.10 or 1_10, as `like` has it. */
static gm_str separated(gm_arena *arena, gm_str version, gm_str like)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    char wanted = gm_str_has(like, '_') ? '_' : '.';
    if (gm_str_has(like, '_') == gm_str_has(like, '.'))
        return version;
    for (size_t i = 0; i < version.len; i++)
        gm_buf_char(&buf, is_digit(version.ptr[i]) ? version.ptr[i] : wanted);
    return gm_buf_str(&buf);
}

/* ---- both ---- */

gm_str gm_version_next(gm_arena *arena, const gm_preset *preset, gm_str newest, gm_str like,
                       int64_t now)
{
    gm_str first = gm_str_from(preset->first);
    bool none = !newest.len;
    int64_t below = gm_version_time(newest);
    size_t count = digits_of(arena, newest).len;
    if (none && digits_of(arena, first).len < CALENDAR)
        return first;
    if (!none && !below)
        return separated(arena, incremented(arena, newest), like);
    if (none)
        count = CALENDAR;
    gm_str digits = time_digits(arena, now > below ? now : below + 1, count);
    return punctuated(arena, digits, like.len ? like : none ? first : newest);
}

gm_str gm_version_renamed(gm_arena *arena, const gm_preset *preset, gm_str path, gm_str version)
{
    gm_version_name name = {0};
    if (!preset->parse(arena, path, &name) || !name.version.len)
        return path;
    size_t from = (size_t)(name.version.ptr - path.ptr);
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_add(&buf, gm_str_sub(path, 0, from));
    gm_buf_add(&buf, version);
    gm_buf_add(&buf, gm_str_sub(path, from + name.version.len, path.len));
    return gm_buf_str(&buf);
}

gm_str gm_version_file_name(gm_arena *arena, const char *pattern, gm_str version, gm_str words)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (const char *at = pattern; *at; at++) {
        if (at[0] == '%')
            gm_buf_add(&buf, *++at == 'v' ? version : words);
        else
            gm_buf_char(&buf, *at);
    }
    return gm_buf_str(&buf);
}

gm_str gm_version_empty_text(const gm_preset *preset)
{
    switch (preset->style) {
    case GM_SQL_GOOSE:
        return GM_STR("-- +goose Up\n\n-- +goose Down\n");
    case GM_SQL_DBMATE:
        return GM_STR("-- migrate:up\n\n-- migrate:down\n");
    case GM_SQL_TERN:
        return GM_STR("\n---- create above / drop below ----\n");
    default:
        return GM_STR("");
    }
}

/* A line at the top where the tool has one for it; where it sees it by itself none is needed. */
static bool whole_text(gm_arena *arena, const gm_preset *preset, gm_str sql, bool off, gm_str *text)
{
    *text = sql;
    if (!off || preset->off_by_statement)
        return true;
    if (!preset->off)
        return false;
    *text = gm_str_printf(arena, "-- %s\n%.*s", preset->off, GM_ARG(sql));
    return true;
}

bool gm_version_texts(gm_arena *arena, const gm_preset *preset, const gm_version_sql *sql,
                      gm_str texts[2])
{
    bool off = sql->up_off || sql->down_off;
    switch (preset->style) {
    case GM_SQL_GOOSE:
        texts[0] = gm_str_printf(arena, "%s-- +goose Up\n%.*s\n-- +goose Down\n%.*s",
                                 off ? "-- +goose NO TRANSACTION\n" : "", GM_ARG(sql->up),
                                 GM_ARG(sql->down));
        return true;
    case GM_SQL_DBMATE:
        texts[0] = gm_str_printf(arena, "-- migrate:up%s\n%.*s\n-- migrate:down%s\n%.*s",
                                 sql->up_off ? " transaction:false" : "", GM_ARG(sql->up),
                                 sql->down_off ? " transaction:false" : "", GM_ARG(sql->down));
        return true;
    case GM_SQL_TERN:
        texts[0] = gm_str_printf(arena, "%s%.*s\n---- create above / drop below ----\n%.*s",
                                 off ? "---- tern: disable-tx ----\n" : "", GM_ARG(sql->up),
                                 GM_ARG(sql->down));
        return true;
    case GM_SQL_WHOLE:
        return whole_text(arena, preset, sql->up, sql->up_off, &texts[0]) &&
               whole_text(arena, preset, sql->down, preset->down && sql->down_off, &texts[1]);
    default:
        return false;
    }
}
