/* SPDX-License-Identifier: Apache-2.0 */
#include "lang/sql_scan.h"

static char at(const gm_scanner *s, size_t i)
{
    return i < s->text.len ? s->text.ptr[i] : '\0';
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool starts_tag(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool starts_word(const gm_scanner *s, char c)
{
    /* In SQLite `$` begins a parameter, which is one word as well. */
    return starts_tag(c) || (s->dialect == GM_SQLITE && c == '$');
}

static bool continues_word(char c)
{
    return starts_tag(c) || is_digit(c) || c == '$';
}

void gm_scan_to(gm_scanner *s, size_t end)
{
    gm_str passed = gm_str_sub(s->text, 0, end);
    for (size_t i = s->at; (i = gm_str_find(passed, '\n', i)) < passed.len; i++)
        s->line++;
    s->at = end;
}

static gm_token broken(const gm_scanner *s, const char *what)
{
    return (gm_token){.kind = GM_TOKEN_BROKEN, .text = gm_str_from(what), .line = s->line};
}

static gm_token take(gm_scanner *s, gm_token_kind kind, size_t end)
{
    gm_token token = {.kind = kind, .text = gm_str_sub(s->text, s->at, end), .line = s->line};
    gm_scan_to(s, end);
    return token;
}

/* ---- blanks and comments ---- */

static size_t line_comment_end(const gm_scanner *s, size_t i)
{
    /* A CR alone ends a comment for PostgreSQL, and does not for SQLite. */
    while (i < s->text.len && s->text.ptr[i] != '\n' &&
           !(s->dialect == GM_POSTGRES && s->text.ptr[i] == '\r'))
        i++;
    return i;
}

/* Behind the comment that opens at `i`; 0 when it does not end. */
static size_t block_comment_end(const gm_scanner *s, size_t i)
{
    size_t depth = 1;
    for (i += 2; i < s->text.len; i++) {
        if (at(s, i) == '*' && at(s, i + 1) == '/') {
            i++;
            if (--depth == 0)
                return i + 1;
        } else if (s->dialect == GM_POSTGRES && at(s, i) == '/' && at(s, i + 1) == '*') {
            i++;
            depth++;
        }
    }
    return 0;
}

/* False when a comment does not end; the scanner stands at its begin then. */
static bool skip_blanks(gm_scanner *s)
{
    for (;;) {
        size_t end = s->at;
        if (is_space(at(s, end))) {
            do
                end++;
            while (is_space(at(s, end)));
        } else if (at(s, end) == '-' && at(s, end + 1) == '-') {
            end = line_comment_end(s, end);
        } else if (at(s, end) == '/' && at(s, end + 1) == '*') {
            end = block_comment_end(s, end);
            if (!end)
                return false;
        } else {
            return true;
        }
        gm_scan_to(s, end);
    }
}

/* ---- quotes ---- */

/* Behind the quote `close`, a doubled one being part of the text; 0 when there is none. */
static size_t quote_end(const gm_scanner *s, size_t i, char close, bool doubled)
{
    for (;;) {
        i = gm_str_find(s->text, close, i);
        if (i == s->text.len)
            return 0;
        if (!doubled || at(s, i + 1) != close)
            return i + 1;
        i += 2;
    }
}

/*
 * Where an escape string that ended at `i` goes on: strings with only blanks and at least one line
 * end between them are one, so that backslashes count in the second as well. (psql scans line by
 * line and cuts such a string apart.) 0 when it does not.
 */
static size_t continuation(const gm_scanner *s, size_t i)
{
    bool line_end = false;
    for (;;) {
        if (is_space(at(s, i))) {
            line_end = line_end || at(s, i) == '\n' || at(s, i) == '\r';
            i++;
        } else if (at(s, i) == '-' && at(s, i + 1) == '-') {
            i = line_comment_end(s, i);
        } else {
            return line_end && at(s, i) == '\'' ? i + 1 : 0;
        }
    }
}

/* Behind the escape string whose text begins at `i`. */
static size_t escape_string_end(const gm_scanner *s, size_t i)
{
    while (i < s->text.len) {
        if (at(s, i) == '\\') {
            i += 2;
        } else if (at(s, i) != '\'') {
            i++;
        } else if (at(s, i + 1) == '\'') {
            i += 2;
        } else {
            size_t more = continuation(s, i + 1);
            if (!more)
                return i + 1;
            i = more;
        }
    }
    return 0;
}

/* Length of a dollar quote's delimiter at `i`; 0 when there is none. */
static size_t dollar_delimiter(const gm_scanner *s, size_t i)
{
    size_t end = i + 1;
    if (starts_tag(at(s, end)))
        while (starts_tag(at(s, end)) || is_digit(at(s, end)))
            end++;
    return at(s, end) == '$' ? end + 1 - i : 0;
}

static gm_token dollar_string(gm_scanner *s, size_t len)
{
    gm_str delimiter = gm_str_sub(s->text, s->at, s->at + len);
    gm_str rest = gm_str_sub(s->text, s->at + len, s->text.len);
    size_t end = gm_str_search(rest, delimiter);
    if (end == rest.len)
        return broken(s, "dollar-quoted string");
    return take(s, GM_TOKEN_STRING, s->at + len + end + len);
}

/* The token of what opens at `from`; its end is behind it, or 0 when it is missing. */
static gm_token quoted(gm_scanner *s, gm_token_kind kind, size_t end)
{
    if (!end)
        return broken(s, kind == GM_TOKEN_STRING ? "string" : "quoted identifier");
    return take(s, kind, end);
}

static gm_token word(gm_scanner *s)
{
    size_t end = s->at + 1;
    while (end < s->text.len && continues_word(at(s, end)))
        end++;
    bool escapes = s->dialect == GM_POSTGRES && end == s->at + 1 &&
                   (at(s, s->at) == 'E' || at(s, s->at) == 'e') && at(s, end) == '\'';
    if (escapes)
        return quoted(s, GM_TOKEN_STRING, escape_string_end(s, end + 1));
    return take(s, GM_TOKEN_WORD, end);
}

static gm_token number(gm_scanner *s)
{
    size_t end = s->at + 1;
    /* No `$`: a dollar quote may follow a number at once. */
    while (starts_tag(at(s, end)) || is_digit(at(s, end)) || at(s, end) == '.')
        end++;
    return take(s, GM_TOKEN_NUMBER, end);
}

gm_token gm_scan_next(gm_scanner *s)
{
    if (!skip_blanks(s))
        return broken(s, "comment");
    if (s->at >= s->text.len)
        return (gm_token){.kind = GM_TOKEN_END, .line = s->line};
    char c = at(s, s->at);
    if (starts_word(s, c))
        return word(s);
    if (is_digit(c))
        return number(s);
    if (c == '\'')
        return quoted(s, GM_TOKEN_STRING, quote_end(s, s->at + 1, '\'', true));
    if (c == '"')
        return quoted(s, GM_TOKEN_NAME, quote_end(s, s->at + 1, '"', true));
    if (s->dialect == GM_SQLITE && c == '`')
        return quoted(s, GM_TOKEN_NAME, quote_end(s, s->at + 1, '`', true));
    if (s->dialect == GM_SQLITE && c == '[')
        return quoted(s, GM_TOKEN_NAME, quote_end(s, s->at + 1, ']', false));
    if (s->dialect == GM_POSTGRES && c == '$') {
        size_t len = dollar_delimiter(s, s->at);
        if (len)
            return dollar_string(s, len);
    }
    return take(s, GM_TOKEN_MARK, s->at + 1);
}

bool gm_token_is(const gm_token *token, const char *word)
{
    return token->kind == GM_TOKEN_WORD && gm_str_eq_nocase(token->text, gm_str_from(word));
}

bool gm_token_mark(const gm_token *token, char mark)
{
    return token->kind == GM_TOKEN_MARK && token->text.ptr[0] == mark;
}
