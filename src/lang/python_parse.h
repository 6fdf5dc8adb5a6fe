/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_LANG_PYTHON_PARSE_H
#define GM_LANG_PYTHON_PARSE_H

/*
 * The parser of lang/python between its files: recursive descent, one token ahead.
 *
 * What cannot be parsed sets `failed` and gives NULL or false, and whoever called returns at once;
 * gm_py_statement_read makes a BROKEN statement of it. Each function begins at its first token and
 * leaves the one behind its last.
 */

#include "lang/python_lex.h"

typedef struct {
    gm_arena *arena;
    gm_py_lexer lexer;
    gm_py_token token;
    size_t last_end; /* of the last token that was passed, blanks and line ends apart */
    size_t last_line;
    unsigned depth; /* of what is being parsed */
    bool failed;
    bool in_line;   /* behind the `;` of a line */
    bool cases;     /* in the body of a match */
    bool line_done; /* it failed behind a line end: no line is to be passed over */
} gm_py_parser;

/* Appends to a list of which most have one item or two: eight at once would be most of what a file
 * takes. */
#define gm_py_push(arena, vec, ...)                                                                \
    do {                                                                                           \
        if ((vec)->cap == 0)                                                                       \
            gm_vec_reserve((arena), (vec), 2);                                                     \
        gm_vec_push((arena), (vec), __VA_ARGS__);                                                  \
    } while (0)

/* ---- tokens (python_expr.c) ---- */

void gm_py_advance(gm_py_parser *p);
bool gm_py_at(const gm_py_parser *p, unsigned word);
bool gm_py_take(gm_py_parser *p, unsigned word); /* passes over it when it is there */
bool gm_py_take_kind(gm_py_parser *p, gm_py_token_kind kind);
bool gm_py_expect(gm_py_parser *p, unsigned word);
bool gm_py_fail(gm_py_parser *p); /* false */
gm_str gm_py_text(const gm_py_parser *p, const gm_py_token *token);
bool gm_py_enter(gm_py_parser *p); /* one level deeper; false: too deep */
void gm_py_leave(gm_py_parser *p);

/* A place to come back to, on the same logical line. */
typedef struct {
    gm_py_token token;
    size_t at;
    size_t line;
    size_t brackets;
    size_t last_end;
    size_t last_line;
    unsigned depth;
} gm_py_place;

gm_py_place gm_py_mark(const gm_py_parser *p);
void gm_py_return_to(gm_py_parser *p, const gm_py_place *place);

/* ---- expressions (python_expr.c) ---- */

/* What the next token may begin. */
bool gm_py_begins_expr(const gm_py_parser *p);

/* Named (`a := b`), conditional or lambda, and all that binds closer. */
const gm_py_expr *gm_py_named(gm_py_parser *p);
const gm_py_expr *gm_py_expression(gm_py_parser *p);

/* Comma-separated: a TUPLE when there is a comma. `*value` may be among them. */
const gm_py_expr *gm_py_expressions(gm_py_parser *p);
const gm_py_expr *gm_py_yield_or_expressions(gm_py_parser *p);

/* As gm_py_expressions, of what `for` and `del` take: nothing that binds less than `|`. */
const gm_py_expr *gm_py_targets(gm_py_parser *p);

/* What binds at least as `|` does, and what does as `or`. */
const gm_py_expr *gm_py_bit_or(gm_py_parser *p);
const gm_py_expr *gm_py_disjunction(gm_py_parser *p);

/* Behind the `if` of a comprehension: no conditional, since its `if` would be the next one. */
const gm_py_expr *gm_py_condition(gm_py_parser *p);

/* Whether values can be assigned to it. */
bool gm_py_is_target(const gm_py_expr *expr);

/* From the token at `start` of that line to the last one passed. */
gm_py_expr *gm_py_expr_new(gm_py_parser *p, gm_py_kind kind, const gm_py_token *start);

/* `expr` over `child`; OTHER when that is too high a tree. */
void gm_py_over(gm_py_expr *expr, const gm_py_expr *child);

/* ---- operands (python_operand.c) ---- */

/* A name, literal, display or something in parentheses, with what follows it: .name (args) [args];
 * `await` before it. */
const gm_py_expr *gm_py_operand(gm_py_parser *p);

/* Behind the opening bracket, up to and with the closing one. */
bool gm_py_call_args(gm_py_parser *p, gm_py_args *args);

/* Parameters up to `end`, which is not passed over; `typed`: of def, with annotations. */
bool gm_py_parameters(gm_py_parser *p, unsigned end, bool typed);

/* ---- statements ---- */

/* The next one of a line or a block; `previous` is the one before it there, or NULL. */
gm_py_statement *gm_py_statement_read(gm_py_parser *p, const gm_py_statement *previous);

/* One without a body, without what ends it (python_simple.c). */
gm_py_statement *gm_py_simple(gm_py_parser *p);

/* A line `name = 'text'` or `name = None`, with nothing behind it; NULL for any other statement,
 * and then nothing has moved (python_plain.c). */
gm_py_statement *gm_py_plain_assignment(gm_py_parser *p);

/* `[T, …]` of Python 3.12, if it is there. */
bool gm_py_type_parameters(gm_py_parser *p);

gm_py_statement *gm_py_statement_new(gm_py_parser *p, gm_py_statement_kind kind);

/* It ends with the last token passed. */
void gm_py_statement_end(gm_py_parser *p, gm_py_statement *statement);

#endif
