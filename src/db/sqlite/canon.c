/* SPDX-License-Identifier: Apache-2.0 */
#include "db/sqlite/canon.h"

#include <sqlite3.h>

#include "base/buf.h"

bool gm_sqlite_tokens(gm_arena *arena, gm_str sql, gm_tokens *tokens)
{
    gm_scanner scanner = {.dialect = GM_SQLITE, .text = sql, .line = 1};
    gm_tokens found = {0};
    for (;;) {
        gm_token token = gm_scan_next(&scanner);
        if (token.kind == GM_TOKEN_BROKEN)
            return false;
        if (token.kind == GM_TOKEN_END)
            break;
        gm_vec_push(arena, &found, token);
    }
    *tokens = found;
    return true;
}

gm_str gm_tokens_source(const gm_tokens *tokens, size_t from, size_t to)
{
    if (from >= to || to > tokens->len)
        return (gm_str){0};
    const char *start = tokens->items[from].text.ptr;
    gm_str last = tokens->items[to - 1].text;
    return gm_str_of(start, (size_t)(last.ptr + last.len - start));
}

size_t gm_tokens_behind(const gm_tokens *tokens, size_t at)
{
    size_t depth = 0;
    for (size_t i = at; i < tokens->len; i++) {
        if (gm_token_mark(&tokens->items[i], '('))
            depth++;
        else if (gm_token_mark(&tokens->items[i], ')') && --depth == 0)
            return i + 1;
    }
    return tokens->len;
}

/* ---- names ---- */

gm_str gm_sqlite_unquote(gm_arena *arena, const gm_token *token)
{
    if (token->kind != GM_TOKEN_NAME && token->kind != GM_TOKEN_STRING)
        return token->text;
    char quote = token->text.ptr[0];
    gm_str inner = gm_str_sub(token->text, 1, token->text.len - 1);
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    for (size_t i = 0; i < inner.len; i++) {
        gm_buf_char(&buf, inner.ptr[i]);
        if (inner.ptr[i] == quote && quote != '[')
            i++;
    }
    return gm_buf_str(&buf);
}

static bool is_plain(gm_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && !(i > 0 && c >= '0' && c <= '9'))
            return false;
    }
    return name.len > 0;
}

static bool is_keyword(gm_str word)
{
    return sqlite3_keyword_check(word.ptr, (int)word.len) != 0;
}

static gm_str quoted_where_needed(gm_arena *arena, gm_str name)
{
    if (is_plain(name) && !is_keyword(name))
        return name;
    gm_buf buf = gm_buf_new(arena, SIZE_MAX);
    gm_buf_char(&buf, '"');
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '"')
            gm_buf_char(&buf, '"');
        gm_buf_char(&buf, name.ptr[i]);
    }
    gm_buf_char(&buf, '"');
    return gm_buf_str(&buf);
}

gm_str gm_sqlite_name(gm_arena *arena, gm_str name)
{
    return quoted_where_needed(arena, gm_str_lower(arena, name));
}

/* Keywords that can never be a name without quotes: those of expressions. */
static bool is_reserved(gm_str word)
{
    static const char *const words[] = {
        "and",    "as",     "between", "case", "check",  "collate", "else",    "escape",
        "exists", "from",   "in",      "is",   "isnull", "not",     "notnull", "null",
        "or",     "select", "then",    "when", "where",  "values",  "distinct"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (gm_str_eq_nocase(word, gm_str_from(words[i])))
            return true;
    return false;
}

/* ---- printing ---- */

typedef enum { NOTHING, NAME, KEYWORD, LITERAL, OPERATOR, UNARY, OPEN, CLOSE, COMMA, DOT } piece;

typedef struct {
    gm_arena *arena;
    const gm_tokens *tokens;
    size_t to;
    gm_canon_case letters;
    const gm_map *columns;
    gm_buf buf;
    piece before;
} printer;

static bool blank_between(piece before, piece now)
{
    if (before == NOTHING || before == OPEN || before == DOT || before == UNARY)
        return false;
    if (now == CLOSE || now == COMMA || now == DOT)
        return false;
    return now != OPEN || before != NAME;
}

static void put(printer *p, piece now, gm_str text)
{
    if (blank_between(p->before, now))
        gm_buf_char(&p->buf, ' ');
    gm_buf_add(&p->buf, text);
    p->before = now;
}

static bool is_column(const printer *p, gm_str name)
{
    return p->columns && gm_map_find(p->columns, gm_str_lower(p->arena, name), NULL);
}

static gm_str upper(gm_arena *arena, gm_str word)
{
    char *text = gm_new_array(arena, word.len + 1, char);
    for (size_t i = 0; i < word.len; i++)
        text[i] = (char)(word.ptr[i] >= 'a' && word.ptr[i] <= 'z' ? word.ptr[i] - 32 : word.ptr[i]);
    return gm_str_of(text, word.len);
}

static void put_word(printer *p, gm_str word)
{
    bool fold = p->letters == GM_CANON_FOLD_CASE;
    if (!is_reserved(word) && is_column(p, word))
        put(p, NAME, gm_sqlite_name(p->arena, word));
    else if (is_keyword(word) && p->before != DOT)
        put(p, KEYWORD, upper(p->arena, word));
    else
        put(p, NAME, fold ? gm_str_lower(p->arena, word) : word);
}

/* Only where a column says so is it known to be no string, which keeps its letters. */
static void put_quoted(printer *p, const gm_token *token)
{
    gm_str name = gm_sqlite_unquote(p->arena, token);
    if (is_column(p, name))
        name = gm_str_lower(p->arena, name);
    gm_str bare = quoted_where_needed(p->arena, name);
    bool changes =
        p->letters == GM_CANON_FOLD_CASE && !gm_str_eq(bare, gm_str_lower(p->arena, bare));
    if (changes && bare.ptr[0] != '"')
        bare = gm_str_printf(p->arena, "\"%.*s\"", GM_ARG(bare));
    put(p, NAME, bare);
}

static bool joined(const printer *p, size_t i)
{
    if (i + 1 >= p->to)
        return false;
    gm_str text = p->tokens->items[i].text;
    return p->tokens->items[i + 1].text.ptr == text.ptr + text.len;
}

/* The operator that begins at `i`, of as many marks as SQLite would take; how many. */
static size_t operator_at(const printer *p, size_t i, gm_str *text)
{
    static const char *const many[] = {"->>", "->", "||", "<=", "<>", "<<", ">=", ">>", "==", "!="};
    size_t marks = 1;
    while (marks < 3 && joined(p, i + marks - 1) &&
           p->tokens->items[i + marks].kind == GM_TOKEN_MARK)
        marks++;
    gm_str source = gm_tokens_source(p->tokens, i, i + marks);
    *text = gm_str_sub(source, 0, 1);
    for (size_t j = 0; j < sizeof(many) / sizeof(many[0]); j++)
        if (gm_str_starts(source, gm_str_from(many[j]))) {
            *text = gm_str_sub(source, 0, strlen(many[j]));
            break;
        }
    marks = text->len;
    if (gm_str_is(*text, "=="))
        *text = GM_STR("=");
    else if (gm_str_is(*text, "!="))
        *text = GM_STR("<>");
    return marks;
}

static bool starts_operand(piece before)
{
    return before == NOTHING || before == OPEN || before == COMMA || before == OPERATOR ||
           before == UNARY || before == KEYWORD;
}

/* ".5", "1e-5" and "1.5" come as several tokens; how many this number has. */
static size_t number_at(const printer *p, size_t i)
{
    size_t count = 1;
    if (gm_token_mark(&p->tokens->items[i], '.'))
        count++;
    gm_str last = p->tokens->items[i + count - 1].text;
    bool hex = last.len > 1 && (last.ptr[1] | 0x20) == 'x';
    if (!hex && (last.ptr[last.len - 1] | 0x20) == 'e' && joined(p, i + count - 1) &&
        joined(p, i + count) &&
        (gm_token_mark(&p->tokens->items[i + count], '-') ||
         gm_token_mark(&p->tokens->items[i + count], '+')))
        count += 2;
    return count;
}

static size_t put_mark(printer *p, size_t i)
{
    gm_str text = p->tokens->items[i].text;
    bool number = text.ptr[0] == '.' && joined(p, i) && p->before != NAME &&
                  p->tokens->items[i + 1].kind == GM_TOKEN_NUMBER;
    if (number) {
        size_t count = number_at(p, i);
        put(p, LITERAL, gm_str_lower(p->arena, gm_tokens_source(p->tokens, i, i + count)));
        return count;
    }
    switch (text.ptr[0]) {
    case '(':
        put(p, OPEN, text);
        return 1;
    case ')':
        put(p, CLOSE, text);
        return 1;
    case ',':
    case ';':
        put(p, COMMA, text);
        return 1;
    case '.':
        put(p, DOT, text);
        return 1;
    default:
        break;
    }
    size_t marks = operator_at(p, i, &text);
    bool sign = gm_str_is(text, "-") || gm_str_is(text, "+") || gm_str_is(text, "~");
    put(p, sign && starts_operand(p->before) ? UNARY : OPERATOR, text);
    return marks;
}

static size_t put_token(printer *p, size_t i)
{
    const gm_token *token = &p->tokens->items[i];
    bool blob =
        gm_token_is(token, "x") && joined(p, i) && p->tokens->items[i + 1].kind == GM_TOKEN_STRING;
    if (blob) {
        put(p, LITERAL, gm_str_lower(p->arena, gm_tokens_source(p->tokens, i, i + 2)));
        return 2;
    }
    if (token->kind == GM_TOKEN_MARK)
        return put_mark(p, i);
    if (token->kind == GM_TOKEN_NUMBER) {
        size_t count = number_at(p, i);
        put(p, LITERAL, gm_str_lower(p->arena, gm_tokens_source(p->tokens, i, i + count)));
        return count;
    }
    if (token->kind == GM_TOKEN_WORD)
        put_word(p, token->text);
    else if (token->kind == GM_TOKEN_NAME)
        put_quoted(p, token);
    else
        put(p, LITERAL, token->text);
    return 1;
}

gm_str gm_sqlite_canon(gm_arena *arena, const gm_tokens *tokens, size_t from, size_t to,
                       gm_canon_case letters, const gm_map *columns)
{
    printer p = {.arena = arena,
                 .tokens = tokens,
                 .to = to,
                 .letters = letters,
                 .columns = columns,
                 .buf = gm_buf_new(arena, SIZE_MAX)};
    for (size_t i = from; i < to;)
        i += put_token(&p, i);
    return gm_buf_str(&p.buf);
}

gm_str gm_sqlite_canon_expression(gm_arena *arena, const gm_tokens *tokens, size_t from, size_t to,
                                  const gm_map *columns)
{
    while (to > from + 2 && gm_token_mark(&tokens->items[from], '(') &&
           gm_tokens_behind(tokens, from) == to) {
        from++;
        to--;
    }
    return gm_sqlite_canon(arena, tokens, from, to, GM_CANON_FOLD_CASE, columns);
}
