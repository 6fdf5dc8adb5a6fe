/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_LANG_SQL_SCAN_H
#define GM_LANG_SQL_SCAN_H

/*
 * SQL text -> tokens, as far as splitting and classifying need them: it knows what quotes hide, not
 * what the words mean. One scanner serves both dialects, and takes the syntax of servers newer than
 * any parser at hand.
 *
 * PostgreSQL: src/fe_utils/psqlscan.l with standard_conforming_strings on. SQLite: src/tokenize.c
 * and src/complete.c.
 */

#include "lang/sql.h"

typedef enum {
    GM_TOKEN_END,
    GM_TOKEN_WORD,   /* keyword or plain identifier */
    GM_TOKEN_NAME,   /* quoted identifier, with its quotes */
    GM_TOKEN_STRING, /* string constant, with its quotes; an E before it is part of it */
    GM_TOKEN_NUMBER,
    GM_TOKEN_MARK,  /* any other single byte */
    GM_TOKEN_BROKEN /* unterminated: `text` says what, `line` where it begins */
} gm_token_kind;

typedef struct {
    gm_token_kind kind;
    gm_str text;
    size_t line;
} gm_token;

typedef struct {
    gm_dialect dialect;
    gm_str text;
    size_t at;
    size_t line;
} gm_scanner;

/* The next token; blanks and comments are passed over. */
gm_token gm_scan_next(gm_scanner *scanner);

/* Moves forward to `at`, counting lines. */
void gm_scan_to(gm_scanner *scanner, size_t at);

bool gm_token_is(const gm_token *token, const char *word); /* an unquoted word, in any case */
bool gm_token_mark(const gm_token *token, char mark);

/* What gm_sql_split sets for a statement, COPY data apart. */
unsigned gm_sql_classify(gm_dialect dialect, gm_str statement);

#endif
