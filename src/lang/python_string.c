/* SPDX-License-Identifier: Apache-2.0 */
/*
 * String literals: where they end, and what they say.
 *
 * An f-string of Python 3.12 may hold any expression in its fields, with strings in the quotes that
 * the f-string itself is in. So fields are followed bracket by bracket, to a bounded depth.
 */
#include "lang/python_lex.h"

unsigned gm_py_string_prefix(gm_str prefix)
{
    unsigned flags = 0;
    for (size_t i = 0; i < prefix.len; i++) {
        unsigned flag = GM_PY_NO_PREFIX;
        switch (prefix.ptr[i] | 32) {
        case 'r':
            flag = GM_PY_RAW;
            break;
        case 'b':
            flag = GM_PY_BYTES;
            break;
        case 'f':
            flag = GM_PY_FORMAT;
            break;
        case 't':
            flag = GM_PY_TEMPLATE;
            break;
        case 'u':
            flag = GM_PY_UNICODE;
            break;
        default:
            break;
        }
        if (flags & flag)
            return GM_PY_NO_PREFIX;
        flags |= flag;
    }
    /* r goes with b, f and t; nothing else goes with anything (ur'' is of Python 2). */
    unsigned kinds = flags & ~(unsigned)GM_PY_RAW;
    bool one = (kinds & (kinds - 1)) == 0;
    if (flags & GM_PY_NO_PREFIX || !one || (prefix.len > 1 && kinds & GM_PY_UNICODE))
        return GM_PY_NO_PREFIX;
    return flags;
}

size_t gm_py_lines(gm_str text, size_t from, size_t to)
{
    size_t lines = 0;
    for (size_t i = from; i < to; i++)
        lines += text.ptr[i] == '\n' ||
                 (text.ptr[i] == '\r' && !(i + 1 < text.len && text.ptr[i + 1] == '\n'));
    return lines;
}

/* ---- where it ends ---- */

typedef struct {
    gm_str text;
    size_t at;
    unsigned depth;
    bool lines; /* it may hold line ends */
} scan;

static char at(const scan *s, size_t i)
{
    return i < s->text.len ? s->text.ptr[i] : '\0';
}

static bool ends_line(const scan *s)
{
    return at(s, s->at) == '\n' || at(s, s->at) == '\r';
}

/* Past a byte with a backslash before it, which may be a line end of two. */
static void pass_escaped(scan *s)
{
    s->lines = true;
    s->at += at(s, s->at + 1) == '\r' && at(s, s->at + 2) == '\n' ? 3 : 2;
    if (s->at > s->text.len)
        s->at = s->text.len;
}

/* Takes the opening quote: one byte, or three. */
static bool takes_triple(scan *s, char quote)
{
    bool triple = at(s, s->at + 1) == quote && at(s, s->at + 2) == quote;
    s->lines = s->lines || triple;
    s->at += triple ? 3 : 1;
    return triple;
}

static bool at_end(const scan *s, char quote, bool triple)
{
    return at(s, s->at) == quote &&
           (!triple || (at(s, s->at + 1) == quote && at(s, s->at + 2) == quote));
}

static bool plain(scan *s)
{
    char quote = at(s, s->at);
    bool triple = takes_triple(s, quote);
    for (const char *text = s->text.ptr; s->at < s->text.len; s->at++) {
        char c = text[s->at];
        if (c == '\\') {
            pass_escaped(s);
            s->at--;
        } else if (c == quote) {
            if (at_end(s, quote, triple)) {
                s->at += triple ? 3 : 1;
                return true;
            }
        } else if (!triple && (c == '\n' || c == '\r')) {
            return false;
        }
    }
    return false;
}

static bool formatted(scan *s, bool raw);

/* A string in a field, whose quote is at `s->at`; what stands before it may be a prefix. */
static bool nested(scan *s)
{
    size_t from = s->at;
    while (from > 0 && s->at - from < 2 && ((at(s, from - 1) | 32) >= 'a') &&
           ((at(s, from - 1) | 32) <= 'z'))
        from--;
    unsigned prefix = gm_py_string_prefix(gm_str_sub(s->text, from, s->at));
    if (prefix & (GM_PY_FORMAT | GM_PY_TEMPLATE) && !(prefix & GM_PY_NO_PREFIX))
        return formatted(s, prefix & GM_PY_RAW);
    return plain(s);
}

static bool field(scan *s, bool raw, char quote, bool triple);

/* What follows the colon of a field, up to its brace. */
static bool format_spec(scan *s, bool raw, char quote, bool triple)
{
    while (s->at < s->text.len) {
        char c = at(s, s->at);
        if (c == '}')
            return true;
        if (at_end(s, quote, triple) || (!triple && ends_line(s)))
            return false;
        if (c == '{') {
            if (!field(s, raw, quote, triple))
                return false;
        } else if (c == '\\' && !raw) {
            pass_escaped(s);
        } else {
            s->at++;
        }
    }
    return false;
}

/* A field with its braces. */
static bool field(scan *s, bool raw, char quote, bool triple)
{
    if (s->depth >= GM_PY_DEPTH_MAX)
        return false;
    s->depth++;
    s->lines = true;
    size_t brackets = 0;
    bool closed = false;
    s->at++;
    while (s->at < s->text.len && !closed) {
        char c = at(s, s->at);
        if (c == '\'' || c == '"') {
            if (!nested(s))
                return false;
            continue;
        }
        if (c == '#') {
            while (s->at < s->text.len && !ends_line(s))
                s->at++;
            continue;
        }
        if (c == ':' && !brackets) {
            s->at++;
            if (!format_spec(s, raw, quote, triple))
                return false;
            continue;
        }
        if (c == '(' || c == '[' || c == '{')
            brackets++;
        else if (c == '}' && !brackets)
            closed = true;
        else if ((c == ')' || c == ']' || c == '}') && brackets)
            brackets--;
        s->at++;
    }
    s->depth--;
    return closed;
}

/* An f-string or t-string, whose quote is at `s->at`. */
static bool formatted(scan *s, bool raw)
{
    char quote = at(s, s->at);
    bool triple = takes_triple(s, quote);
    while (s->at < s->text.len) {
        char c = at(s, s->at);
        if (at_end(s, quote, triple)) {
            s->at += triple ? 3 : 1;
            return true;
        }
        if (!triple && ends_line(s))
            return false;
        /* \{ begins a field, and the braces of \N{…} end where those of a field would. */
        if (c == '\\' && at(s, s->at + 1) != '{' && at(s, s->at + 1) != '}') {
            pass_escaped(s);
        } else if (c == '{' && at(s, s->at + 1) == '{') {
            s->at += 2;
        } else if (c == '{') {
            if (!field(s, raw, quote, triple))
                return false;
        } else {
            s->at++;
        }
    }
    return false;
}

bool gm_py_string_scan(gm_py_lexer *l, unsigned prefix)
{
    scan s = {.text = l->text, .at = l->at};
    bool ends =
        prefix & (GM_PY_FORMAT | GM_PY_TEMPLATE) ? formatted(&s, prefix & GM_PY_RAW) : plain(&s);
    while (!ends && s.at < s.text.len && !ends_line(&s))
        s.at++;
    if (s.lines)
        l->line += gm_py_lines(l->text, l->at, s.at);
    l->at = s.at;
    return ends;
}

/* ---- what it says ---- */

typedef struct {
    char *out; /* room for as many bytes as the body has: no escape says more than it takes */
    size_t len;
    gm_str body;
    size_t at;
    unsigned prefix;
} decoder;

static unsigned char next(const decoder *d, size_t i)
{
    return d->at + i < d->body.len ? (unsigned char)d->body.ptr[d->at + i] : 0;
}

static void put(decoder *d, unsigned char c)
{
    d->out[d->len++] = (char)c;
}

/* As UTF-8; half a surrogate pair as well, as CPython does when it is told to pass them. */
static void put_letter(decoder *d, uint32_t letter)
{
    if (letter < 0x80) {
        put(d, (unsigned char)letter);
    } else if (letter < 0x800) {
        put(d, (unsigned char)(0xc0 | letter >> 6));
        put(d, (unsigned char)(0x80 | (letter & 0x3f)));
    } else if (letter < 0x10000) {
        put(d, (unsigned char)(0xe0 | letter >> 12));
        put(d, (unsigned char)(0x80 | (letter >> 6 & 0x3f)));
        put(d, (unsigned char)(0x80 | (letter & 0x3f)));
    } else {
        put(d, (unsigned char)(0xf0 | letter >> 18));
        put(d, (unsigned char)(0x80 | (letter >> 12 & 0x3f)));
        put(d, (unsigned char)(0x80 | (letter >> 6 & 0x3f)));
        put(d, (unsigned char)(0x80 | (letter & 0x3f)));
    }
}

static void put_number(decoder *d, uint32_t number)
{
    if (d->prefix & GM_PY_BYTES)
        put(d, (unsigned char)number);
    else
        put_letter(d, number);
}

static bool hex_digit(unsigned char c, uint32_t *value)
{
    if (c >= '0' && c <= '9')
        *value = c - '0';
    else if ((c | 32) >= 'a' && (c | 32) <= 'f')
        *value = (uint32_t)((c | 32) - 'a' + 10);
    else
        return false;
    return true;
}

/* The digits of \x, \u or \U, of which there are `count`. */
static bool put_hex(decoder *d, size_t count)
{
    uint32_t number = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t digit;
        if (!hex_digit(next(d, i), &digit))
            return false;
        number = number << 4 | digit;
    }
    d->at += count;
    if (number > 0x10ffff)
        return false;
    put_number(d, number);
    return true;
}

static void put_octal(decoder *d)
{
    uint32_t number = 0;
    for (size_t i = 0; i < 3 && next(d, 0) >= '0' && next(d, 0) <= '7'; i++)
        number = number * 8 + (uint32_t)(d->body.ptr[d->at++] - '0');
    put_number(d, number);
}

/* What a backslash and `c` say in one byte; 0: something else. */
static char short_escape(unsigned char c)
{
    static const char names[] = "\\'\"abfnrtv";
    static const char values[] = "\\'\"\a\b\f\n\r\t\v";
    const char *found = c ? strchr(names, c) : NULL;
    return found ? values[found - names] : '\0';
}

static void pass_line_end(decoder *d)
{
    d->at += next(d, 0) == '\r' && next(d, 1) == '\n' ? 2 : 1;
}

/* Behind the backslash. False for digits that are missing. */
static bool put_escape(decoder *d)
{
    unsigned char c = next(d, 0);
    char byte = short_escape(c);
    if (c == '\n' || c == '\r') {
        pass_line_end(d);
    } else if (byte) {
        put(d, (unsigned char)byte);
        d->at++;
    } else if (c >= '0' && c <= '7') {
        put_octal(d);
    } else if (c == 'x') {
        d->at++;
        return put_hex(d, 2);
    } else if ((c == 'u' || c == 'U') && !(d->prefix & GM_PY_BYTES)) {
        d->at++;
        return put_hex(d, c == 'u' ? 4 : 8);
    } else {
        put(d, '\\');
        if (c == 'N' && next(d, 1) == '{' && !(d->prefix & GM_PY_BYTES)) {
            size_t end = gm_str_find(d->body, '}', d->at);
            for (; d->at < end; d->at++)
                put(d, next(d, 0));
            put(d, next(d, 0));
            d->at += d->at < d->body.len;
        }
    }
    return true;
}

static gm_py_value decode(decoder *d)
{
    bool has_fields = d->prefix & (GM_PY_FORMAT | GM_PY_TEMPLATE);
    while (d->at < d->body.len) {
        unsigned char c = next(d, 0);
        if (has_fields && (c == '{' || c == '}')) {
            if (next(d, 1) != c)
                return c == '{' ? GM_PY_FIELDS : GM_PY_NO_VALUE;
            put(d, c);
            d->at += 2;
        } else if (c == '\r') {
            pass_line_end(d);
            put(d, '\n');
        } else if (c == '\\' && !(d->prefix & GM_PY_RAW)) {
            d->at++;
            if (!put_escape(d))
                return GM_PY_NO_VALUE;
        } else {
            put(d, c);
            d->at++;
        }
    }
    return GM_PY_VALUE;
}

gm_py_value gm_py_string_value(gm_arena *arena, gm_str literal, bool *bytes, gm_str *value)
{
    size_t quote = 0;
    while (literal.ptr[quote] != '\'' && literal.ptr[quote] != '"')
        quote++;
    unsigned prefix = gm_py_string_prefix(gm_str_sub(literal, 0, quote));
    *bytes = prefix & GM_PY_BYTES;
    size_t quotes = literal.len >= quote + 6 && literal.ptr[quote + 1] == literal.ptr[quote] &&
                            literal.ptr[quote + 2] == literal.ptr[quote]
                        ? 3
                        : 1;
    gm_str body = gm_str_sub(literal, quote + quotes, literal.len - quotes);
    if (prefix & GM_PY_TEMPLATE)
        return GM_PY_FIELDS;
    bool as_written = !memchr(body.len ? body.ptr : "", '\r', body.len) &&
                      (prefix & GM_PY_RAW || !gm_str_has(body, '\\'));
    if (as_written && !(prefix & GM_PY_FORMAT)) {
        *value = body;
        return GM_PY_VALUE;
    }
    decoder d = {.out = gm_arena_alloc(arena, body.len + 1), .body = body, .prefix = prefix};
    gm_py_value kind = decode(&d);
    if (kind == GM_PY_VALUE)
        *value = gm_str_of(d.out, d.len);
    return kind;
}
