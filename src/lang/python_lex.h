/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_LANG_PYTHON_LEX_H
#define GM_LANG_PYTHON_LEX_H

/*
 * Python source -> tokens, with the logical lines and the indentation worked out. Of lang/python
 * alone.
 *
 * No byte is looked at twice, whatever the input: where a token is broken, reading goes on behind
 * it.
 */

#include "lang/python.h"

typedef enum {
    GM_PY_TOKEN_END, /* a NEWLINE and what DEDENTs are due come first */
    GM_PY_TOKEN_NEWLINE,
    GM_PY_TOKEN_INDENT,
    GM_PY_TOKEN_DEDENT,
    GM_PY_TOKEN_NAME,
    GM_PY_TOKEN_NUMBER,
    GM_PY_TOKEN_STRING, /* one literal, with prefix and quotes */
    GM_PY_TOKEN_WORD,   /* keyword or operator: `word` says which */
    GM_PY_TOKEN_BROKEN, /* what no token begins with, does not end, or stands at a wrong indent */
} gm_py_token_kind;

/* Keywords and operators. A single mark is its own character. */
typedef enum {
    GM_PY_NO_WORD,
    GM_PY_LAST_MARK = 127,
    GM_PY_POWER,       /* ** */
    GM_PY_FLOOR,       /* // */
    GM_PY_SHIFT_LEFT,  /* << */
    GM_PY_SHIFT_RIGHT, /* >> */
    GM_PY_LESS_EQUAL,
    GM_PY_MORE_EQUAL,
    GM_PY_EQUAL,     /* == */
    GM_PY_NOT_EQUAL, /* != */
    GM_PY_ARROW,     /* -> */
    GM_PY_WALRUS,    /* := */
    GM_PY_ELLIPSIS,
    GM_PY_AUGMENTED, /* +=, **= and so on: the token's text without the = is the operator */
    GM_PY_FIRST_KEYWORD,
    GM_PY_AND = GM_PY_FIRST_KEYWORD,
    GM_PY_AS,
    GM_PY_ASSERT,
    GM_PY_ASYNC,
    GM_PY_AWAIT,
    GM_PY_BREAK,
    GM_PY_CLASS_WORD,
    GM_PY_CONTINUE,
    GM_PY_DEF,
    GM_PY_DEL,
    GM_PY_ELIF,
    GM_PY_ELSE,
    GM_PY_EXCEPT,
    GM_PY_FALSE,
    GM_PY_FINALLY,
    GM_PY_FOR,
    GM_PY_FROM,
    GM_PY_GLOBAL,
    GM_PY_IF,
    GM_PY_IMPORT_WORD,
    GM_PY_IN,
    GM_PY_IS,
    GM_PY_LAMBDA,
    GM_PY_NONE,
    GM_PY_NONLOCAL,
    GM_PY_NOT,
    GM_PY_OR,
    GM_PY_PASS_WORD,
    GM_PY_RAISE,
    GM_PY_RETURN_WORD,
    GM_PY_TRUE,
    GM_PY_TRY,
    GM_PY_WHILE,
    GM_PY_WITH,
    GM_PY_YIELD,
} gm_py_word;

typedef struct {
    gm_py_token_kind kind;
    unsigned word;
    size_t start; /* in the source */
    size_t end;
    size_t line; /* of its first byte */
} gm_py_token;

/* As many levels as CPython takes (MAXINDENT). */
enum { GM_PY_INDENT_MAX = 100 };

typedef struct {
    unsigned column; /* with tabs to the next multiple of 8 */
    unsigned other;  /* with tabs of 1: both must agree, as in CPython */
} gm_py_level;

typedef struct {
    gm_str text;
    size_t at;
    size_t line;
    size_t brackets; /* open ones: in them a line end is a blank */
    size_t dedents;  /* due */
    bool indents;    /* one step in is due, behind the dedents */
    bool begins;     /* at the begin of a logical line */
    bool wrong;      /* its indent fits no level */
    bool empty;      /* nothing on the logical line yet */
    unsigned levels;
    gm_py_level *level; /* GM_PY_INDENT_MAX of them once there is one: most readers stop before */
    gm_arena *arena;
} gm_py_lexer;

/* Passes over a byte order mark. The lexer must be zeroed. */
void gm_py_lex_begin(gm_py_lexer *lexer, gm_arena *arena, gm_str text);

gm_py_token gm_py_lex(gm_py_lexer *lexer);

/* Back to the begin of the line that `token` is the first of, as if no bracket were open. */
void gm_py_lex_restart(gm_py_lexer *lexer, const gm_py_token *token);

/* ---- strings (python_string.c) ---- */

typedef enum {
    GM_PY_RAW = 1,
    GM_PY_BYTES = 2,
    GM_PY_FORMAT = 4,   /* f */
    GM_PY_TEMPLATE = 8, /* t, of Python 3.14 */
    GM_PY_UNICODE = 16, /* u */
    GM_PY_NO_PREFIX = 32,
} gm_py_prefix;

/* What `prefix`, which stands right before a quote, makes of the string: flags of gm_py_prefix. */
unsigned gm_py_string_prefix(gm_str prefix);

/*
 * Moves behind the string whose opening quote is at `lexer->at`, and counts its lines; false when
 * it does not end: then to the end of the line that it broke at.
 */
bool gm_py_string_scan(gm_py_lexer *lexer, unsigned prefix);

/* Line ends from `from` up to `to`: LF, CRLF or CR. */
size_t gm_py_lines(gm_str text, size_t from, size_t to);

typedef enum { GM_PY_VALUE, GM_PY_FIELDS, GM_PY_NO_VALUE } gm_py_value;

/* What the literal says: FIELDS for one that only running it can tell, NO_VALUE for an escape that
 * is none, or a brace that closes nothing. */
gm_py_value gm_py_string_value(gm_arena *arena, gm_str literal, bool *bytes, gm_str *value);

#endif
