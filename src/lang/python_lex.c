/* SPDX-License-Identifier: Apache-2.0 */
#include "lang/python_lex.h"

enum { BLANK = 1, LETTER = 2, DIGIT = 4, QUOTE = 8, LINE_END = 16 };

/* Which letters beyond ASCII a name may have is Unicode's business: all are taken. */
#define L LETTER
#define D DIGIT
#define N 0
#define L8 L, L, L, L, L, L, L, L
#define L32 L8, L8, L8, L8
/* clang-format off */
static const unsigned char classes[256] = {
    N, N, N, N, N, N, N, N, N, BLANK, LINE_END, N, BLANK, LINE_END, N, N,
    N, N, N, N, N, N, N, N, N, N, N, N, N, N, N, N,
    BLANK, N, QUOTE, N, N, N, N, QUOTE, N, N, N, N, N, N, N, N,
    D, D, D, D, D, D, D, D, D, D, N, N, N, N, N, N,
    N, L, L, L, L, L, L, L, L8, L8, L, L, L, N, N, N, N, L,
    N, L, L, L, L, L, L, L, L8, L8, L, L, L, N, N, N, N, N,
    L32, L32, L32, L32,
};
/* clang-format on */
#undef L
#undef D
#undef N
#undef L8
#undef L32

static unsigned char at(const gm_py_lexer *l, size_t i)
{
    return i < l->text.len ? (unsigned char)l->text.ptr[i] : 0;
}

static bool is(const gm_py_lexer *l, size_t i, unsigned class)
{
    return i < l->text.len && (classes[(unsigned char)l->text.ptr[i]] & class);
}

void gm_py_lex_begin(gm_py_lexer *l, gm_arena *arena, gm_str text)
{
    l->arena = arena;
    l->text = text;
    l->line = 1;
    l->begins = true;
    l->empty = true;
    if (gm_str_starts(text, GM_STR("\xef\xbb\xbf")))
        l->at = 3;
}

static gm_py_token take(gm_py_lexer *l, gm_py_token_kind kind, unsigned word, size_t end)
{
    gm_py_token token = {kind, word, l->at, end, l->line};
    l->at = end;
    return token;
}

/* ---- lines ---- */

static void pass_comment(gm_py_lexer *l)
{
    while (l->at < l->text.len && !is(l, l->at, LINE_END))
        l->at++;
}

static void pass_line_end(gm_py_lexer *l)
{
    l->at += at(l, l->at) == '\r' && at(l, l->at + 1) == '\n' ? 2 : 1;
    l->line++;
}

/* Behind a backslash that joins lines; false when it does not. */
static bool pass_join(gm_py_lexer *l)
{
    if (at(l, l->at) != '\\' || !is(l, l->at + 1, LINE_END))
        return false;
    l->at++;
    pass_line_end(l);
    return true;
}

static void measure(gm_py_lexer *l, unsigned *column, unsigned *other)
{
    *column = *other = 0;
    unsigned joined = 0;
    unsigned joined_other = 0;
    for (;; l->at++) {
        unsigned char c = at(l, l->at);
        if (c == ' ') {
            (*column)++;
            (*other)++;
        } else if (c == '\t') {
            *column = (*column / 8 + 1) * 8;
            (*other)++;
        } else if (c == '\f') {
            *column = *other = 0;
        } else if (pass_join(l)) {
            /* The first of joined lines says how deep it is. */
            joined = joined ? joined : *column;
            joined_other = joined_other ? joined_other : *other;
            l->at--;
        } else {
            break;
        }
    }
    *column = joined ? joined : *column;
    *other = joined ? joined_other : *other;
}

static void settle(gm_py_lexer *l, unsigned column, unsigned other, bool *indent)
{
    unsigned top = l->levels ? l->level[l->levels - 1].column : 0;
    while (column < top) {
        l->levels--;
        l->dedents++;
        top = l->levels ? l->level[l->levels - 1].column : 0;
    }
    unsigned top_other = l->levels ? l->level[l->levels - 1].other : 0;
    if (column == top) {
        l->wrong = other != top_other;
        return;
    }
    l->wrong = l->dedents > 0 || other <= top_other || l->levels == GM_PY_INDENT_MAX;
    if (l->levels == GM_PY_INDENT_MAX)
        return;
    if (!l->level)
        l->level = gm_new_array(l->arena, GM_PY_INDENT_MAX, gm_py_level);
    l->level[l->levels++] = (gm_py_level){column, other};
    *indent = true;
}

/* To the first token of the next line that has one. */
static void begin_line(gm_py_lexer *l, bool *indent)
{
    unsigned column = 0;
    unsigned other = 0;
    for (;;) {
        measure(l, &column, &other);
        if (at(l, l->at) == '#')
            pass_comment(l);
        if (!is(l, l->at, LINE_END))
            break;
        pass_line_end(l);
    }
    l->begins = false;
    if (l->at == l->text.len)
        column = other = 0;
    settle(l, column, other, indent);
}

void gm_py_lex_restart(gm_py_lexer *l, const gm_py_token *token)
{
    l->at = token->start;
    while (l->at > 0 && is(l, l->at - 1, BLANK))
        l->at--;
    l->line = token->line;
    l->brackets = 0;
    l->begins = l->empty = true;
}

/* ---- words, numbers and marks ---- */

#define WORD(text, word)                                                                           \
    if (memcmp(name, text, sizeof(text) - 1) == 0)                                                 \
    return word

static unsigned short_keyword(const char *name, size_t len)
{
    switch (len) {
    case 2:
        WORD("if", GM_PY_IF);
        WORD("in", GM_PY_IN);
        WORD("is", GM_PY_IS);
        WORD("as", GM_PY_AS);
        WORD("or", GM_PY_OR);
        break;
    case 3:
        WORD("def", GM_PY_DEF);
        WORD("for", GM_PY_FOR);
        WORD("not", GM_PY_NOT);
        WORD("and", GM_PY_AND);
        WORD("try", GM_PY_TRY);
        WORD("del", GM_PY_DEL);
        break;
    case 4:
        WORD("None", GM_PY_NONE);
        WORD("True", GM_PY_TRUE);
        WORD("from", GM_PY_FROM);
        WORD("pass", GM_PY_PASS_WORD);
        WORD("with", GM_PY_WITH);
        WORD("else", GM_PY_ELSE);
        WORD("elif", GM_PY_ELIF);
        break;
    default:
        break;
    }
    return GM_PY_NO_WORD;
}

static unsigned keyword(const char *name, size_t len)
{
    switch (len) {
    case 5:
        WORD("False", GM_PY_FALSE);
        WORD("class", GM_PY_CLASS_WORD);
        WORD("while", GM_PY_WHILE);
        WORD("break", GM_PY_BREAK);
        WORD("raise", GM_PY_RAISE);
        WORD("yield", GM_PY_YIELD);
        WORD("async", GM_PY_ASYNC);
        WORD("await", GM_PY_AWAIT);
        break;
    case 6:
        WORD("import", GM_PY_IMPORT_WORD);
        WORD("return", GM_PY_RETURN_WORD);
        WORD("except", GM_PY_EXCEPT);
        WORD("assert", GM_PY_ASSERT);
        WORD("global", GM_PY_GLOBAL);
        WORD("lambda", GM_PY_LAMBDA);
        break;
    case 7:
        WORD("finally", GM_PY_FINALLY);
        break;
    case 8:
        WORD("continue", GM_PY_CONTINUE);
        WORD("nonlocal", GM_PY_NONLOCAL);
        break;
    default:
        return len < 5 ? short_keyword(name, len) : GM_PY_NO_WORD;
    }
    return GM_PY_NO_WORD;
}

static gm_py_token string(gm_py_lexer *l, size_t quote)
{
    gm_py_token token = {GM_PY_TOKEN_STRING, 0, l->at, 0, l->line};
    unsigned prefix = gm_py_string_prefix(gm_str_sub(l->text, l->at, quote));
    l->at = quote;
    if (!gm_py_string_scan(l, prefix))
        token.kind = GM_PY_TOKEN_BROKEN;
    token.end = l->at;
    return token;
}

static gm_py_token name(gm_py_lexer *l)
{
    size_t end = l->at + 1;
    while (is(l, end, LETTER | DIGIT))
        end++;
    size_t len = end - l->at;
    if (len <= 2 && is(l, end, QUOTE) &&
        gm_py_string_prefix(gm_str_sub(l->text, l->at, end)) != GM_PY_NO_PREFIX)
        return string(l, end);
    unsigned word = keyword(l->text.ptr + l->at, len);
    return take(l, word ? GM_PY_TOKEN_WORD : GM_PY_TOKEN_NAME, word, end);
}

static bool is_digit_of(unsigned char c, unsigned base)
{
    if (base == 16)
        return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
    return c >= '0' && c < '0' + base;
}

/* Behind digits with single underscores between them; `i` itself when there are none. */
static size_t digits(const gm_py_lexer *l, size_t i, unsigned base)
{
    if (!is_digit_of(at(l, i), base))
        return i;
    while (is_digit_of(at(l, i), base) || (at(l, i) == '_' && is_digit_of(at(l, i + 1), base)))
        i++;
    return i;
}

static gm_py_token based_number(gm_py_lexer *l, unsigned base)
{
    size_t i = l->at + 2 + (at(l, l->at + 2) == '_');
    size_t end = digits(l, i, base);
    return take(l, end == i ? GM_PY_TOKEN_BROKEN : GM_PY_TOKEN_NUMBER, 0, end);
}

static bool only_zeros(const gm_py_lexer *l, size_t i, size_t end)
{
    for (; i < end; i++)
        if (at(l, i) != '0' && at(l, i) != '_')
            return false;
    return true;
}

static gm_py_token number(gm_py_lexer *l)
{
    if (at(l, l->at) == '0') {
        switch (at(l, l->at + 1) | 32) {
        case 'x':
            return based_number(l, 16);
        case 'o':
            return based_number(l, 8);
        case 'b':
            return based_number(l, 2);
        default:
            break;
        }
    }
    size_t end = digits(l, l->at, 10);
    /* 0777 is an octal number of Python 2, and nothing in Python 3. */
    bool whole = !(at(l, l->at) == '0' && !only_zeros(l, l->at, end));
    bool floating = false;
    if (at(l, end) == '.') {
        floating = true;
        end = digits(l, end + 1, 10);
    }
    if ((at(l, end) | 32) == 'e') {
        size_t i = end + 1 + (at(l, end + 1) == '+' || at(l, end + 1) == '-');
        if (is(l, i, DIGIT)) {
            floating = true;
            end = digits(l, i, 10);
        }
    }
    if ((at(l, end) | 32) == 'j') {
        floating = true;
        end++;
    }
    return take(l, whole || floating ? GM_PY_TOKEN_NUMBER : GM_PY_TOKEN_BROKEN, 0, end);
}

/* Of a mark of two or three bytes: its word and its length. One byte is the rest. */
static unsigned long_mark(const gm_py_lexer *l, size_t *len)
{
    unsigned char a = at(l, l->at);
    unsigned char b = at(l, l->at + 1);
    *len = 2;
    if (b == '=') {
        switch (a) {
        case '=':
            return GM_PY_EQUAL;
        case '!':
            return GM_PY_NOT_EQUAL;
        case '<':
            return GM_PY_LESS_EQUAL;
        case '>':
            return GM_PY_MORE_EQUAL;
        case ':':
            return GM_PY_WALRUS;
        default:
            if (strchr("+-*/%@&|^", a))
                return GM_PY_AUGMENTED;
        }
    } else if (a == b && strchr("*/<>", a)) {
        if (at(l, l->at + 2) == '=') {
            *len = 3;
            return GM_PY_AUGMENTED;
        }
        return a == '*'   ? GM_PY_POWER
               : a == '/' ? GM_PY_FLOOR
               : a == '<' ? GM_PY_SHIFT_LEFT
                          : GM_PY_SHIFT_RIGHT;
    } else if (a == '-' && b == '>') {
        return GM_PY_ARROW;
    } else if (a == '.' && b == '.' && at(l, l->at + 2) == '.') {
        *len = 3;
        return GM_PY_ELLIPSIS;
    }
    *len = 1;
    return a;
}

static gm_py_token mark(gm_py_lexer *l)
{
    unsigned char c = at(l, l->at);
    switch (c) {
    case '(':
    case '[':
    case '{':
        l->brackets++;
        return take(l, GM_PY_TOKEN_WORD, c, l->at + 1);
    case ')':
    case ']':
    case '}':
        l->brackets -= l->brackets > 0;
        return take(l, GM_PY_TOKEN_WORD, c, l->at + 1);
    case ',':
    case ';':
    case '~':
        return take(l, GM_PY_TOKEN_WORD, c, l->at + 1);
    default:
        break;
    }
    if (!c || !strchr("=:.+-*/%@&|^<>!", c))
        return take(l, GM_PY_TOKEN_BROKEN, 0, l->at + 1);
    size_t len;
    unsigned word = long_mark(l, &len);
    return take(l, word == '!' ? GM_PY_TOKEN_BROKEN : GM_PY_TOKEN_WORD, word, l->at + len);
}

/* ---- tokens ---- */

static gm_py_token end_of_text(gm_py_lexer *l)
{
    if (!l->empty) {
        l->empty = l->begins = true;
        l->brackets = 0;
        return take(l, GM_PY_TOKEN_NEWLINE, 0, l->at);
    }
    return take(l, GM_PY_TOKEN_END, 0, l->at);
}

/* To the next byte of a token of this logical line, or to the line end behind it. */
static void pass_blanks(gm_py_lexer *l)
{
    for (;;) {
        while (is(l, l->at, BLANK))
            l->at++;
        unsigned char c = at(l, l->at);
        if (c == '#')
            pass_comment(l);
        else if (c == '\\' && pass_join(l))
            continue;
        else if (l->brackets && is(l, l->at, LINE_END))
            pass_line_end(l);
        else
            return;
    }
}

gm_py_token gm_py_lex(gm_py_lexer *l)
{
    if (l->begins) {
        bool indent = false;
        begin_line(l, &indent);
        if (l->dedents == 0 && indent)
            return take(l, GM_PY_TOKEN_INDENT, 0, l->at);
        /* A step back to no level is all steps back and one step in. */
        l->indents = indent;
    }
    if (l->dedents) {
        l->dedents--;
        return take(l, GM_PY_TOKEN_DEDENT, 0, l->at);
    }
    if (l->indents) {
        l->indents = false;
        return take(l, GM_PY_TOKEN_INDENT, 0, l->at);
    }
    if (l->wrong) {
        l->wrong = l->empty = false;
        return take(l, GM_PY_TOKEN_BROKEN, 0, l->at);
    }
    pass_blanks(l);
    if (l->at >= l->text.len)
        return end_of_text(l);
    unsigned class = classes[(unsigned char)l->text.ptr[l->at]];
    if (class == LINE_END) {
        gm_py_token token = take(l, GM_PY_TOKEN_NEWLINE, 0, l->at);
        pass_line_end(l);
        l->begins = l->empty = true;
        return token;
    }
    l->empty = false;
    if (class == LETTER)
        return name(l);
    if (class == QUOTE)
        return string(l, l->at);
    if (class == DIGIT || (l->text.ptr[l->at] == '.' && is(l, l->at + 1, DIGIT)))
        return number(l);
    return mark(l);
}
