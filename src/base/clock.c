/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include <stdlib.h>
#include <time.h>

int64_t gm_clock_now(void)
{
    uint64_t fixed;
    if (gm_str_u64(gm_str_from(getenv("SOURCE_DATE_EPOCH")), &fixed) && fixed < INT64_MAX)
        return (int64_t)fixed;
    return (int64_t)time(NULL);
}

int64_t gm_clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

gm_str gm_time_iso(gm_arena *arena, int64_t seconds)
{
    time_t when = (time_t)seconds;
    struct tm t;
    if (!gmtime_r(&when, &t))
        return GM_STR("");
    return gm_str_printf(arena, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.tm_year + 1900, t.tm_mon + 1,
                         t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
}

gm_str gm_time_compact(gm_arena *arena, int64_t seconds)
{
    time_t when = (time_t)seconds;
    struct tm t;
    if (!gmtime_r(&when, &t))
        return GM_STR("");
    return gm_str_printf(arena, "%04d%02d%02d%02d%02d%02d", t.tm_year + 1900, t.tm_mon + 1,
                         t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
}

/* Takes `digits` digits off the front; false, and -1 in *value, when they are not there. */
static bool take_number(gm_str *s, size_t digits, int *value)
{
    uint64_t number;
    if (s->len < digits || !gm_str_u64(gm_str_sub(*s, 0, digits), &number))
        return false;
    *value = (int)number;
    *s = gm_str_sub(*s, digits, s->len);
    return true;
}

static bool take_char(gm_str *s, const char *any_of)
{
    if (s->len == 0 || s->ptr[0] == '\0' || !strchr(any_of, s->ptr[0]))
        return false;
    *s = gm_str_sub(*s, 1, s->len);
    return true;
}

/* "Z", "+01:00", "-0530", "+01" or nothing. */
static bool take_offset(gm_str *s, int *seconds)
{
    int hours = 0;
    int minutes = 0;
    *seconds = 0;
    if (s->len == 0 || take_char(s, "Zz"))
        return true;
    int sign = s->ptr[0] == '-' ? -1 : 1;
    if (!take_char(s, "+-") || !take_number(s, 2, &hours))
        return false;
    take_char(s, ":");
    if (s->len && !take_number(s, 2, &minutes))
        return false;
    *seconds = sign * (hours * 3600 + minutes * 60);
    return hours < 24 && minutes < 60;
}

bool gm_time_parse(gm_str text, int64_t *seconds)
{
    gm_str s = gm_str_trim(text);
    struct tm t = {0};
    int offset = 0;
    if (!take_number(&s, 4, &t.tm_year) || !take_char(&s, "-") || !take_number(&s, 2, &t.tm_mon) ||
        !take_char(&s, "-") || !take_number(&s, 2, &t.tm_mday))
        return false;
    if (s.len) {
        if (!take_char(&s, "Tt ") || !take_number(&s, 2, &t.tm_hour) || !take_char(&s, ":") ||
            !take_number(&s, 2, &t.tm_min))
            return false;
        if (take_char(&s, ":") && !take_number(&s, 2, &t.tm_sec))
            return false;
        if (take_char(&s, "."))
            while (take_char(&s, "0123456789"))
                continue;
        take_char(&s, " ");
        if (!take_offset(&s, &offset))
            return false;
    }
    if (s.len || t.tm_mon < 1 || t.tm_mon > 12 || t.tm_mday < 1 || t.tm_mday > 31 ||
        t.tm_hour > 23 || t.tm_min > 59 || t.tm_sec > 60)
        return false;
    t.tm_year -= 1900;
    t.tm_mon -= 1;
    int day = t.tm_mday;
    int64_t when = (int64_t)timegm(&t);
    if (t.tm_mday != day)
        return false; /* timegm made 30 February the 2nd of March */
    *seconds = when - offset;
    return true;
}

bool gm_duration_parse(gm_str text, int64_t *ms)
{
    static const struct {
        const char *name;
        uint64_t ms;
    } units[] = {{"ms", 1}, {"s", 1000}, {"", 1000}, {"min", 60000}, {"m", 60000}, {"h", 3600000}};
    size_t digits = 0;
    while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
        digits++;
    uint64_t count;
    /* PostgreSQL's timeouts are 32-bit milliseconds. */
    if (!gm_str_u64(gm_str_sub(text, 0, digits), &count) || count > INT32_MAX)
        return false;
    gm_str unit = gm_str_trim(gm_str_sub(text, digits, text.len));
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (gm_str_is(unit, units[i].name) && count * units[i].ms <= INT32_MAX) {
            *ms = (int64_t)(count * units[i].ms);
            return true;
        }
    return false;
}
