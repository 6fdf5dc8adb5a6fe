/* SPDX-License-Identifier: Apache-2.0 */
/* Tokens -> statements with a body, and what becomes of statements that fail. */
#include "lang/python_parse.h"

gm_py_statement *gm_py_statement_new(gm_py_parser *p, gm_py_statement_kind kind)
{
    gm_py_statement *statement = gm_new(p->arena, gm_py_statement);
    statement->kind = kind;
    statement->line = p->token.line;
    statement->source = gm_str_sub(p->lexer.text, p->token.start, p->token.start);
    return statement;
}

void gm_py_statement_end(gm_py_parser *p, gm_py_statement *statement)
{
    const char *end = p->lexer.text.ptr + p->last_end;
    /* One that fails at its first token has none. */
    statement->source.len = end > statement->source.ptr ? (size_t)(end - statement->source.ptr) : 0;
    statement->last_line = statement->source.len ? p->last_line : statement->line;
}

/* ---- bodies ---- */

static void body_of(gm_py_parser *p, gm_py_statements *body, bool cases)
{
    const gm_py_statement *previous = NULL;
    gm_py_take_kind(p, GM_PY_TOKEN_INDENT);
    for (;;) {
        gm_py_take_kind(p, GM_PY_TOKEN_NEWLINE);
        if (gm_py_take_kind(p, GM_PY_TOKEN_DEDENT) || p->token.kind == GM_PY_TOKEN_END)
            return;
        p->cases = cases;
        gm_py_statement *statement = gm_py_statement_read(p, previous);
        gm_py_push(p->arena, body, statement);
        previous = statement;
    }
}

/* What should have followed the line is missing; what does follow is another statement. */
static void fail_behind_line(gm_py_parser *p)
{
    gm_py_fail(p);
    p->line_done = true;
}

/* The colon and what follows it: statements on the same line, or an indented block. */
static void suite(gm_py_parser *p, gm_py_statement *owner)
{
    if (!gm_py_expect(p, ':'))
        return;
    if (p->token.kind != GM_PY_TOKEN_NEWLINE) {
        do {
            p->in_line = true;
            gm_py_push(p->arena, &owner->body, gm_py_statement_read(p, NULL));
        } while (p->token.kind != GM_PY_TOKEN_NEWLINE && p->token.kind != GM_PY_TOKEN_END);
        return;
    }
    gm_py_advance(p);
    if (p->token.kind == GM_PY_TOKEN_INDENT)
        body_of(p, &owner->body, false);
    else
        fail_behind_line(p);
}

/* ---- functions and classes ---- */

bool gm_py_type_parameters(gm_py_parser *p)
{
    if (!gm_py_at(p, '['))
        return true;
    size_t open = 0;
    do {
        if (gm_py_at(p, '['))
            open++;
        else if (gm_py_at(p, ']'))
            open--;
        else if (p->token.kind < GM_PY_TOKEN_NAME || p->token.kind == GM_PY_TOKEN_BROKEN)
            return gm_py_fail(p);
        gm_py_advance(p);
    } while (open);
    return true;
}

static bool named(gm_py_parser *p, gm_py_statement *statement)
{
    gm_py_advance(p);
    if (p->token.kind != GM_PY_TOKEN_NAME)
        return gm_py_fail(p);
    statement->name = gm_py_text(p, &p->token);
    gm_py_advance(p);
    return gm_py_type_parameters(p);
}

static void function(gm_py_parser *p, gm_py_statement *statement)
{
    statement->kind = GM_PY_FUNCTION;
    if (!named(p, statement) || !gm_py_expect(p, '(') || !gm_py_parameters(p, ')', true) ||
        !gm_py_expect(p, ')'))
        return;
    if (gm_py_take(p, GM_PY_ARROW) && !gm_py_expressions(p))
        return;
    suite(p, statement);
}

static void class(gm_py_parser *p, gm_py_statement *statement)
{
    statement->kind = GM_PY_CLASS;
    if (!named(p, statement))
        return;
    if (gm_py_take(p, '(') && !gm_py_call_args(p, &statement->args))
        return;
    suite(p, statement);
}

static bool decorators(gm_py_parser *p, gm_py_statement *statement)
{
    while (gm_py_take(p, '@')) {
        const gm_py_expr *decorator = gm_py_named(p);
        if (!decorator || !gm_py_take_kind(p, GM_PY_TOKEN_NEWLINE))
            return gm_py_fail(p);
        gm_py_push(p->arena, &statement->decorators, decorator);
    }
    if (!gm_py_at(p, GM_PY_CLASS_WORD) && !gm_py_at(p, GM_PY_DEF) && !gm_py_at(p, GM_PY_ASYNC))
        return gm_py_fail(p);
    statement->line = p->token.line;
    statement->source.ptr = p->lexer.text.ptr + p->token.start;
    return true;
}

/* ---- blocks ---- */

/* Whether `words`, with blanks between them, has what the statement before begins with. */
static bool follows(const gm_py_statement *previous, gm_str words)
{
    if (!previous)
        return false;
    if (previous->kind == GM_PY_STATEMENT_BROKEN)
        return true; /* it may have been what this one belongs to */
    return previous->kind == GM_PY_BLOCK && gm_str_search(words, previous->text) < words.len;
}

static void loop(gm_py_parser *p)
{
    const gm_py_expr *target = gm_py_targets(p);
    if (target && !gm_py_is_target(target))
        gm_py_fail(p);
    else if (target && gm_py_expect(p, GM_PY_IN))
        gm_py_expressions(p);
}

typedef struct {
    size_t count;
    const gm_py_expr *value; /* of the last one */
    const gm_py_expr *target;
} with_items;

static bool with_item(gm_py_parser *p, with_items *items)
{
    items->count++;
    items->target = NULL;
    items->value = gm_py_expression(p);
    if (!items->value)
        return false;
    if (!gm_py_take(p, GM_PY_AS))
        return true;
    items->target = gm_py_bit_or(p);
    return items->target && (gm_py_is_target(items->target) || gm_py_fail(p));
}

/* `(a as b, c):`; false, and nothing passed over, when it is something else. */
static bool with_in_parentheses(gm_py_parser *p, with_items *items)
{
    if (!gm_py_at(p, '('))
        return false;
    gm_py_place here = gm_py_mark(p);
    gm_py_advance(p);
    bool good = true;
    bool more = true;
    while (good && more && !gm_py_at(p, ')')) {
        good = with_item(p, items);
        more = gm_py_take(p, ',');
    }
    if (good && gm_py_take(p, ')') && gm_py_at(p, ':'))
        return true;
    gm_py_return_to(p, &here);
    *items = (with_items){0};
    return false;
}

static bool all_with_items(gm_py_parser *p, with_items *items)
{
    if (with_in_parentheses(p, items))
        return true;
    do
        if (!with_item(p, items))
            return false;
    while (gm_py_take(p, ','));
    return true;
}

static void with(gm_py_parser *p, gm_py_statement *statement)
{
    with_items items = {0};
    if (!all_with_items(p, &items) || items.count != 1)
        return;
    statement->value = items.value;
    if (items.target)
        gm_py_push(p->arena, &statement->targets, items.target);
}

static void except(gm_py_parser *p)
{
    gm_py_take(p, '*');
    if (gm_py_at(p, ':'))
        return;
    const gm_py_expr *what = gm_py_expression(p);
    /* A comma is not taken: what Python 3.14 reads as one more class, files say in Python 2's
     * sense. */
    if (what && gm_py_take(p, GM_PY_AS) && !gm_py_take_kind(p, GM_PY_TOKEN_NAME))
        gm_py_fail(p);
}

static void header(gm_py_parser *p, gm_py_statement *statement, const gm_py_statement *previous)
{
    unsigned word = p->token.word;
    bool stray = false;
    gm_py_advance(p);
    switch (word) {
    case GM_PY_ELIF:
        stray = !follows(previous, GM_STR("if elif"));
        statement->value = gm_py_named(p);
        break;
    case GM_PY_IF:
    case GM_PY_WHILE:
        statement->value = gm_py_named(p);
        break;
    case GM_PY_FOR:
        loop(p);
        break;
    case GM_PY_WITH:
        with(p, statement);
        break;
    case GM_PY_EXCEPT:
        stray = !follows(previous, GM_STR("try except"));
        except(p);
        break;
    case GM_PY_ELSE:
        stray = !follows(previous, GM_STR("if elif for while except"));
        break;
    case GM_PY_FINALLY:
        stray = !follows(previous, GM_STR("try except else"));
        break;
    default:
        break;
    }
    if (stray)
        gm_py_fail(p);
}

static bool begins_block(const gm_py_parser *p)
{
    switch (p->token.word) {
    case GM_PY_IF:
    case GM_PY_ELIF:
    case GM_PY_ELSE:
    case GM_PY_FOR:
    case GM_PY_WHILE:
    case GM_PY_TRY:
    case GM_PY_EXCEPT:
    case GM_PY_FINALLY:
    case GM_PY_WITH:
        return true;
    default:
        return false;
    }
}

static void block(gm_py_parser *p, gm_py_statement *statement, const gm_py_statement *previous)
{
    statement->kind = GM_PY_BLOCK;
    statement->text = gm_py_text(p, &p->token);
    bool try = gm_py_at(p, GM_PY_TRY);
    header(p, statement, previous);
    if (p->failed)
        return;
    suite(p, statement);
    if (!try || p->failed)
        return;
    gm_py_statement_end(p, statement);
    gm_py_take_kind(p, GM_PY_TOKEN_NEWLINE);
    if (!gm_py_at(p, GM_PY_EXCEPT) && !gm_py_at(p, GM_PY_FINALLY))
        fail_behind_line(p);
}

/* ---- match and case, which are names elsewhere ---- */

/* Whether the line ends in a colon. */
static bool line_opens(gm_py_parser *p)
{
    bool colon = false;
    while (p->token.kind >= GM_PY_TOKEN_NAME) {
        colon = gm_py_at(p, ':');
        gm_py_advance(p);
    }
    return colon;
}

static bool at_match(gm_py_parser *p)
{
    if (p->token.kind != GM_PY_TOKEN_NAME || !gm_str_is(gm_py_text(p, &p->token), "match"))
        return false;
    gm_py_place here = gm_py_mark(p);
    gm_py_advance(p);
    bool match = gm_py_begins_expr(p) && line_opens(p) && !p->failed;
    gm_py_return_to(p, &here);
    return match;
}

static void one_case(gm_py_parser *p, gm_py_statement *statement)
{
    size_t brackets = p->lexer.brackets;
    statement->kind = GM_PY_BLOCK;
    statement->text = gm_py_text(p, &p->token);
    gm_py_advance(p);
    while (p->token.kind >= GM_PY_TOKEN_NAME && p->token.kind != GM_PY_TOKEN_BROKEN &&
           (p->lexer.brackets > brackets || !(gm_py_at(p, ':') || gm_py_at(p, GM_PY_IF))))
        gm_py_advance(p);
    if (gm_py_take(p, GM_PY_IF) && !gm_py_named(p))
        return;
    suite(p, statement);
}

static void match(gm_py_parser *p, gm_py_statement *statement)
{
    statement->kind = GM_PY_BLOCK;
    statement->text = gm_py_text(p, &p->token);
    gm_py_advance(p);
    if (!gm_py_expressions(p) || !gm_py_expect(p, ':'))
        return;
    if (!gm_py_take_kind(p, GM_PY_TOKEN_NEWLINE))
        gm_py_fail(p);
    else if (p->token.kind == GM_PY_TOKEN_INDENT)
        body_of(p, &statement->body, true);
    else
        fail_behind_line(p);
}

/* ---- statements ---- */

static void decorated(gm_py_parser *p, gm_py_statement *statement)
{
    if (!decorators(p, statement))
        return;
    if (gm_py_at(p, GM_PY_CLASS_WORD)) {
        class(p, statement);
        return;
    }
    gm_py_take(p, GM_PY_ASYNC);
    if (gm_py_at(p, GM_PY_DEF))
        function(p, statement);
    else
        gm_py_fail(p);
}

static void asynchronous(gm_py_parser *p, gm_py_statement *statement)
{
    gm_py_advance(p);
    if (gm_py_at(p, GM_PY_DEF))
        function(p, statement);
    else if (gm_py_at(p, GM_PY_FOR) || gm_py_at(p, GM_PY_WITH))
        block(p, statement, NULL);
    else
        gm_py_fail(p);
}

static gm_py_statement *compound(gm_py_parser *p, const gm_py_statement *previous)
{
    gm_py_statement *statement = gm_py_statement_new(p, GM_PY_STATEMENT_OTHER);
    if (gm_py_at(p, '@'))
        decorated(p, statement);
    else if (gm_py_at(p, GM_PY_DEF))
        function(p, statement);
    else if (gm_py_at(p, GM_PY_CLASS_WORD))
        class(p, statement);
    else if (gm_py_at(p, GM_PY_ASYNC))
        asynchronous(p, statement);
    else if (begins_block(p))
        block(p, statement, previous);
    else if (at_match(p))
        match(p, statement);
    else
        return NULL;
    if (!statement->last_line)
        gm_py_statement_end(p, statement);
    return statement;
}

/* Words that stand in no expression: a line in open brackets that begins with one is what follows
 * a bracket that somebody forgot to close. */
static bool begins_statement_only(const gm_py_parser *p)
{
    switch (p->token.word) {
    case GM_PY_DEF:
    case GM_PY_CLASS_WORD:
    case GM_PY_IMPORT_WORD:
    case GM_PY_RETURN_WORD:
    case GM_PY_WITH:
    case GM_PY_WHILE:
    case GM_PY_TRY:
    case GM_PY_PASS_WORD:
    case GM_PY_RAISE:
        return true;
    default:
        return false;
    }
}

static bool first_on_its_line(const gm_py_parser *p)
{
    gm_str text = p->lexer.text;
    size_t i = p->token.start;
    while (i > 0 && (text.ptr[i - 1] == ' ' || text.ptr[i - 1] == '\t'))
        i--;
    return i > 0 && (text.ptr[i - 1] == '\n' || text.ptr[i - 1] == '\r');
}

/* To the end of the logical line that could not be parsed. */
static void recover(gm_py_parser *p)
{
    p->failed = false;
    if (p->line_done) {
        p->line_done = false;
        return;
    }
    while (p->token.kind >= GM_PY_TOKEN_NAME) {
        if (p->lexer.brackets && begins_statement_only(p) && first_on_its_line(p)) {
            gm_py_lex_restart(&p->lexer, &p->token);
            p->token = (gm_py_token){.kind = GM_PY_TOKEN_NEWLINE,
                                     .start = p->lexer.at,
                                     .end = p->lexer.at,
                                     .line = p->lexer.line};
            return;
        }
        gm_py_advance(p);
    }
}

/* What is indented behind it belongs to it. */
static void give_up(gm_py_parser *p, gm_py_statement *statement, bool in_line)
{
    recover(p);
    *statement = (gm_py_statement){.kind = GM_PY_STATEMENT_BROKEN,
                                   .line = statement->line,
                                   .source = statement->source,
                                   .body = statement->body};
    if (!in_line) {
        gm_py_take_kind(p, GM_PY_TOKEN_NEWLINE);
        if (p->token.kind == GM_PY_TOKEN_INDENT)
            body_of(p, &statement->body, false);
    }
    gm_py_statement_end(p, statement);
}

static gm_py_statement *read_one(gm_py_parser *p, const gm_py_statement *previous, bool in_line,
                                 bool cases)
{
    if (p->token.kind == GM_PY_TOKEN_INDENT) { /* that nothing asked for */
        gm_py_statement *stray = gm_py_statement_new(p, GM_PY_STATEMENT_BROKEN);
        body_of(p, &stray->body, false);
        gm_py_statement_end(p, stray);
        return stray;
    }
    if (cases) {
        gm_py_statement *statement = gm_py_statement_new(p, GM_PY_BLOCK);
        if (gm_str_is(gm_py_text(p, &p->token), "case"))
            one_case(p, statement);
        else
            gm_py_fail(p);
        gm_py_statement_end(p, statement);
        return statement;
    }
    gm_py_statement *statement = gm_py_plain_assignment(p);
    if (!statement && !in_line)
        statement = compound(p, previous);
    if (statement)
        return statement;
    statement = gm_py_simple(p);
    if (!p->failed && gm_py_take(p, ';'))
        p->in_line = p->token.kind != GM_PY_TOKEN_NEWLINE;
    return statement;
}

gm_py_statement *gm_py_statement_read(gm_py_parser *p, const gm_py_statement *previous)
{
    bool in_line = p->in_line;
    bool cases = p->cases;
    p->in_line = p->cases = false;
    unsigned depth = p->depth;
    gm_py_statement *statement = read_one(p, previous, in_line, cases);
    if (p->failed)
        give_up(p, statement, in_line);
    p->depth = depth;
    return statement;
}
