/* SPDX-License-Identifier: Apache-2.0 */
#include "config/url.h"

#include <stdlib.h>

#include "base/buf.h"
#include "config/url_parts.h"

enum { MAX_URL = 16 * 1024 };

gm_code gm_url_fail(gm_err *err, const char *what, const char *hint)
{
    gm_fail(err, GM_E_URL, "%s", what);
    return gm_hint(err, "%s", hint);
}

/* ---- percent encoding (RFC 3986) ---- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool gm_url_decode(gm_arena *arena, gm_str text, bool lenient, gm_str *decoded)
{
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        int high = i + 2 < text.len ? hex_digit(text.ptr[i + 1]) : -1;
        int low = i + 2 < text.len ? hex_digit(text.ptr[i + 2]) : -1;
        if (c == '%' && high >= 0 && low >= 0) {
            c = (char)(high * 16 + low);
            if (c == '\0')
                return false;
            i += 2;
        } else if (c == '%' && !lenient) {
            return false;
        }
        gm_buf_char(&buf, c);
    }
    *decoded = gm_buf_str(&buf);
    return true;
}

gm_str gm_url_encode(gm_arena *arena, gm_str text, const char *keep)
{
    static const char unreserved[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789-._~";
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c && (strchr(unreserved, c) || strchr(keep, c)))
            gm_buf_char(&buf, c);
        else
            gm_buf_printf(&buf, "%%%02X", (unsigned char)c);
    }
    return gm_buf_str(&buf);
}

bool gm_url_query(gm_arena *arena, gm_str query, gm_url_parameters *parameters)
{
    for (size_t start = 0; start < query.len;) {
        size_t end = gm_str_find(query, '&', start);
        gm_str pair = gm_str_sub(query, start, end);
        size_t equals = gm_str_find(pair, '=', 0);
        gm_url_parameter parameter;
        if (equals == 0 || equals == pair.len ||
            !gm_url_decode(arena, gm_str_sub(pair, 0, equals), false, &parameter.key) ||
            !gm_url_decode(arena, gm_str_sub(pair, equals + 1, pair.len), false, &parameter.value))
            return false;
        gm_vec_push(arena, parameters, parameter);
        start = end + 1;
    }
    return true;
}

/* ---- which spelling ---- */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Length of the scheme before a ":"; 0 when there is none. */
static size_t scheme_length(gm_str text)
{
    size_t end = 0;
    while (end < text.len &&
           (is_letter(text.ptr[end]) || (end && (strchr("+-._", text.ptr[end]) ||
                                                 (text.ptr[end] >= '0' && text.ptr[end] <= '9')))))
        end++;
    return end < text.len && text.ptr[end] == ':' ? end : 0;
}

/* Does it begin as libpq's keywords do: a name and "="? */
static bool is_keywords(gm_str text)
{
    size_t end = 0;
    while (end < text.len && (is_letter(text.ptr[end]) || text.ptr[end] == '_'))
        end++;
    size_t name = end;
    while (end < text.len && strchr(" \t\r\n", text.ptr[end]))
        end++;
    return name && end < text.len && text.ptr[end] == '=';
}

static bool is_sqlite_path(gm_str text)
{
    static const char *const endings[] = {".db", ".sqlite", ".sqlite3", NULL};
    for (size_t i = 0; endings[i]; i++)
        if (gm_str_ends(text, gm_str_from(endings[i])))
            return true;
    return gm_str_is(text, ":memory:");
}

static gm_code unknown_spelling(gm_err *err)
{
    return gm_url_fail(err,
                       "the database URL is of no kind that gmig knows (it is not shown, "
                       "since it may hold a password)",
                       "Write sqlite:PATH, postgresql://USER@HOST/DATABASE, or libpq's keywords "
                       "such as \"host=HOST dbname=DATABASE\".");
}

static gm_code parse_scheme(gm_arena *arena, gm_str text, size_t len, gm_str folder, gm_url *url,
                            gm_err *err)
{
    gm_str scheme = gm_str_lower(arena, gm_str_sub(text, 0, len));
    gm_str rest = gm_str_sub(text, len + 1, text.len);
    size_t plus = gm_str_find(scheme, '+', 0);
    bool driver = plus < scheme.len;
    gm_str engine = gm_str_sub(scheme, 0, plus);
    if (gm_str_is(scheme, "file"))
        return gm_url_sqlite_file(arena, rest, folder, url, err);
    if (gm_str_starts(scheme, GM_STR("sqlite+pysqlcipher")))
        return gm_url_fail(err, "the database URL is for SQLCipher, which gmig cannot open",
                           "Name a plain SQLite file.");
    if (gm_str_is(engine, "sqlite") || gm_str_is(engine, "sqlite3"))
        return gm_url_sqlite(arena, rest, folder, url, err);
    if (gm_str_is(engine, "postgresql") || gm_str_is(engine, "postgres")) {
        if (!gm_str_starts(rest, GM_STR("//")))
            return gm_url_fail(err, "the database URL has no '//' behind its scheme",
                               "Write postgresql://USER@HOST/DATABASE.");
        return gm_url_postgres(arena, gm_str_sub(rest, 2, rest.len), driver, url, err);
    }
    return unknown_spelling(err);
}

gm_code gm_url_parse(gm_arena *arena, gm_str text, gm_str folder, gm_url *url, gm_err *err)
{
    text = gm_str_trim(text);
    if (!text.len)
        return gm_url_fail(err, "the database URL is empty",
                           "Write sqlite:PATH or postgresql://USER@HOST/DATABASE.");
    if (text.len > MAX_URL)
        return gm_url_fail(err, "the database URL is longer than 16 KiB", "Shorten it.");
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.ptr[i] < 0x20 && !strchr("\t\r\n", text.ptr[i] ? text.ptr[i] : 'x'))
            return gm_url_fail(err, "the database URL has a control character in it",
                               "Write it as %HH, or remove it.");
    size_t scheme = scheme_length(text);
    if (scheme)
        return parse_scheme(arena, text, scheme, folder, url, err);
    if (is_keywords(text))
        return gm_url_keywords(arena, text, url, err);
    if (is_sqlite_path(text))
        return gm_url_sqlite_path(arena, text, folder, url, err);
    return unknown_spelling(err);
}
