/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where statements end.
 *
 * PostgreSQL: the rules of psql (src/fe_utils/psqlscan.l). A semicolon ends a statement unless it
 * is in parentheses (CREATE RULE … DO (…; …)) or in the SQL body of a function, which is looked for
 * only where the statement begins with CREATE [OR REPLACE] FUNCTION or PROCEDURE. psql counts any
 * BEGIN there; here the body opens at BEGIN ATOMIC only, since that is its one spelling, and END or
 * CASE behind AS or a dot is a name, which psql would count.
 *
 * SQLite: the automaton of sqlite3_complete() (src/complete.c). A trigger ends at `; END ;`.
 */
#include "lang/sql.h"

#include "lang/sql_scan.h"

enum { MAX_STATEMENTS = 1000000 };

/* The states and words of sqlite3_complete(), and where each word leads. */
enum { START, NORMAL, EXPLAIN, CREATE, TRIGGER, TRIGGER_SEMICOLON, TRIGGER_END };
enum { SEMICOLON_WORD, OTHER_WORD, EXPLAIN_WORD, CREATE_WORD, TEMP_WORD, TRIGGER_WORD, END_WORD };

static const unsigned char automaton[][7] = {
    /* ; other EXPLAIN CREATE TEMP TRIGGER END */
    [START] = {START, NORMAL, EXPLAIN, CREATE, NORMAL, NORMAL, NORMAL},
    [NORMAL] = {START, NORMAL, NORMAL, NORMAL, NORMAL, NORMAL, NORMAL},
    [EXPLAIN] = {START, EXPLAIN, NORMAL, CREATE, NORMAL, NORMAL, NORMAL},
    [CREATE] = {START, NORMAL, NORMAL, NORMAL, CREATE, TRIGGER, NORMAL},
    [TRIGGER] = {TRIGGER_SEMICOLON, TRIGGER, TRIGGER, TRIGGER, TRIGGER, TRIGGER, TRIGGER},
    [TRIGGER_SEMICOLON] = {TRIGGER_SEMICOLON, TRIGGER, TRIGGER, TRIGGER, TRIGGER, TRIGGER,
                           TRIGGER_END},
    [TRIGGER_END] = {START, TRIGGER, TRIGGER, TRIGGER, TRIGGER, TRIGGER, TRIGGER},
};

/* How far the first words of a PostgreSQL statement spell a routine. */
typedef enum { AT_CREATE, AT_ROUTINE_OR_OR, AT_REPLACE, AT_ROUTINE, IS_ROUTINE, IS_OTHER } opening;

/* The statement that is being read; all zero between two statements. */
typedef struct {
    size_t start;
    size_t end; /* of its last token */
    size_t line;
    bool begun;
    gm_token last;
    unsigned state; /* SQLite: of the automaton */
    opening opening;
    size_t parens;
    size_t paren_line; /* of the outermost open one */
    size_t body;       /* BEGIN ATOMIC and the CASEs in it that are open */
    size_t body_line;
    bool is_copy;
    bool copies_in;
} statement;

typedef struct {
    gm_arena *arena;
    gm_str path;
    gm_err *err;
    gm_scanner scanner;
    statement now;
    gm_sql_statements done;
} splitter;

static gm_code fail(const splitter *s, size_t line, const char *what)
{
    return gm_fail_at(s->err, GM_E_HISTORY, gm_where(s->arena, s->path, line), "%s", what);
}

static gm_code unterminated(const splitter *s, size_t line, const char *what)
{
    gm_fail_at(s->err, GM_E_HISTORY, gm_where(s->arena, s->path, line),
               "the %s that begins here does not end", what);
    return gm_hint(s->err, "Close it before the end of the section.");
}

/* ---- what a token means for the end of the statement ---- */

static unsigned automaton_word(const gm_token *token)
{
    static const struct {
        const char *word;
        unsigned class;
    } words[] = {{"explain", EXPLAIN_WORD}, {"create", CREATE_WORD},   {"temp", TEMP_WORD},
                 {"temporary", TEMP_WORD},  {"trigger", TRIGGER_WORD}, {"end", END_WORD}};
    if (gm_token_mark(token, ';'))
        return SEMICOLON_WORD;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (gm_token_is(token, words[i].word))
            return words[i].class;
    return OTHER_WORD;
}

static bool step_sqlite(statement *now, const gm_token *token)
{
    now->state = automaton[now->state][automaton_word(token)];
    return now->state == START;
}

static opening next_opening(opening at, const gm_token *token)
{
    bool routine = gm_token_is(token, "function") || gm_token_is(token, "procedure");
    switch (at) {
    case AT_CREATE:
        return gm_token_is(token, "create") ? AT_ROUTINE_OR_OR : IS_OTHER;
    case AT_ROUTINE_OR_OR:
        if (gm_token_is(token, "or"))
            return AT_REPLACE;
        return routine ? IS_ROUTINE : IS_OTHER;
    case AT_REPLACE:
        return gm_token_is(token, "replace") ? AT_ROUTINE : IS_OTHER;
    case AT_ROUTINE:
        return routine ? IS_ROUTINE : IS_OTHER;
    default:
        return at;
    }
}

static void step_body(statement *now, const gm_token *token)
{
    if (!now->body) {
        if (gm_token_is(token, "atomic") && gm_token_is(&now->last, "begin")) {
            now->body = 1;
            now->body_line = token->line;
        }
        return;
    }
    if (gm_token_is(&now->last, "as") || gm_token_mark(&now->last, '.'))
        return;
    if (gm_token_is(token, "case"))
        now->body++;
    else if (gm_token_is(token, "end"))
        now->body--;
}

static bool step_postgres(statement *now, const gm_token *token)
{
    if (gm_token_mark(token, ';') && !now->parens && !now->body)
        return true;
    if (!now->begun)
        now->is_copy = gm_token_is(token, "copy");
    now->opening = next_opening(now->opening, token);
    if (gm_token_mark(token, '(')) {
        if (now->parens++ == 0)
            now->paren_line = token->line;
    } else if (gm_token_mark(token, ')')) {
        if (now->parens)
            now->parens--;
    } else if (!now->parens) {
        if (now->opening == IS_ROUTINE)
            step_body(now, token);
        if (now->is_copy && gm_token_is(token, "stdin") && gm_token_is(&now->last, "from"))
            now->copies_in = true;
    }
    return false;
}

/* ---- COPY data and the commands of shells ---- */

/* Takes the lines behind the one that the scanner is on, up to the line that is `\.`. */
static gm_code take_copy_data(splitter *s, gm_str *data)
{
    gm_scanner *scanner = &s->scanner;
    gm_scanner peek = *scanner;
    gm_token next = gm_scan_next(&peek);
    if (next.kind != GM_TOKEN_END && next.line == scanner->line) {
        fail(s, scanner->line, "something follows COPY … FROM STDIN on its line");
        return gm_hint(s->err, "The data begins on the next line; move the rest behind it.");
    }
    size_t line = scanner->line;
    size_t eol = gm_str_find(scanner->text, '\n', scanner->at);
    size_t start = eol + 1;
    gm_str rest = gm_str_sub(scanner->text, start, scanner->text.len);
    gm_str row;
    for (gm_str from = rest; gm_str_line(&rest, &row); from = rest) {
        if (gm_str_is(row, "\\.")) {
            size_t end = (size_t)(from.ptr - scanner->text.ptr);
            *data = gm_str_sub(scanner->text, start, end);
            gm_scan_to(scanner, end + 2);
            return GM_OK;
        }
    }
    fail(s, line, "the data of COPY … FROM STDIN does not end");
    return gm_hint(s->err, "End it with a line that is \\. and nothing else.");
}

/* psql's and sqlite3's own commands are no SQL; those that pg_dump itself writes say nothing. */
static gm_code take_shell_command(splitter *s, const gm_token *token)
{
    gm_scanner *scanner = &s->scanner;
    size_t start = (size_t)(token->text.ptr - scanner->text.ptr);
    gm_str rest = gm_str_sub(scanner->text, start, scanner->text.len);
    gm_str line;
    gm_str_line(&rest, &line);
    size_t len = 1;
    while (len < line.len && line.ptr[len] != ' ' && line.ptr[len] != '\t')
        len++;
    gm_str command = gm_str_sub(line, 0, len);
    bool skipped = gm_str_is(command, "\\restrict") || gm_str_is(command, "\\unrestrict");
    if (skipped && !s->now.begun) {
        gm_scan_to(scanner, start + line.len);
        return GM_OK;
    }
    gm_fail_at(s->err, GM_E_HISTORY, gm_where(s->arena, s->path, token->line),
               "'%.*s' is a command of %s, not SQL", GM_ARG(gm_str_sub(command, 0, 40)),
               scanner->dialect == GM_POSTGRES ? "psql" : "the sqlite3 shell");
    return gm_hint(s->err, "Remove it or write it as SQL; gmig sends the file to the %s.",
                   scanner->dialect == GM_POSTGRES ? "server itself" : "library itself");
}

/* ---- statements ---- */

static gm_code finish(splitter *s, bool terminated)
{
    statement *now = &s->now;
    gm_str data = {0};
    if (now->copies_in) {
        if (!terminated)
            return unterminated(s, now->line, "COPY … FROM STDIN");
        GM_TRY(take_copy_data(s, &data));
    }
    if (now->begun) {
        if (s->done.len == MAX_STATEMENTS)
            return fail(s, now->line, "more than a million statements in one section");
        gm_str text = gm_str_sub(s->scanner.text, now->start, now->end);
        unsigned flags = gm_sql_classify(s->scanner.dialect, text);
        if (now->copies_in)
            flags |= GM_SQL_COPY_IN;
        gm_vec_push(
            s->arena, &s->done,
            (gm_sql_statement){.text = text, .data = data, .line = now->line, .flags = flags});
    }
    *now = (statement){0};
    return GM_OK;
}

static bool is_shell_command(const splitter *s, const gm_token *token)
{
    if (s->scanner.dialect == GM_POSTGRES)
        return gm_token_mark(token, '\\');
    return gm_token_mark(token, '.') && !s->now.begun;
}

static gm_code take_token(splitter *s, const gm_token *token)
{
    statement *now = &s->now;
    if (is_shell_command(s, token))
        return take_shell_command(s, token);
    bool ends =
        s->scanner.dialect == GM_SQLITE ? step_sqlite(now, token) : step_postgres(now, token);
    if (ends)
        return finish(s, true);
    if (!now->begun) {
        now->begun = true;
        now->start = (size_t)(token->text.ptr - s->scanner.text.ptr);
        now->line = token->line;
    }
    now->end = s->scanner.at;
    now->last = *token;
    return GM_OK;
}

static gm_code finish_text(splitter *s)
{
    const statement *now = &s->now;
    if (now->parens)
        return unterminated(s, now->paren_line, "parenthesis");
    if (now->body)
        return unterminated(s, now->body_line, "BEGIN ATOMIC body");
    if (now->state == TRIGGER || now->state == TRIGGER_SEMICOLON)
        return unterminated(s, now->line, "trigger");
    return finish(s, false);
}

gm_code gm_sql_split(gm_arena *arena, gm_dialect dialect, gm_str path, size_t first_line,
                     gm_str text, gm_sql_statements *statements, gm_err *err)
{
    if (gm_str_starts(text, GM_STR("\xef\xbb\xbf")))
        text = gm_str_sub(text, 3, text.len);
    splitter s = {.arena = arena,
                  .path = path,
                  .err = err,
                  .scanner = {.dialect = dialect, .text = text, .line = first_line}};
    size_t nul = gm_str_find(text, '\0', 0);
    if (nul < text.len) {
        gm_scan_to(&s.scanner, nul);
        fail(&s, s.scanner.line, "a NUL byte in SQL text");
        return gm_hint(err, "Save the file as UTF-8 text.");
    }
    for (;;) {
        gm_token token = gm_scan_next(&s.scanner);
        if (token.kind == GM_TOKEN_BROKEN)
            return unterminated(&s, token.line, gm_str_z(arena, token.text));
        if (token.kind == GM_TOKEN_END)
            break;
        GM_TRY(take_token(&s, &token));
    }
    GM_TRY(finish_text(&s));
    *statements = s.done;
    return GM_OK;
}
