/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_SQLITE_CANON_H
#define GM_DB_SQLITE_CANON_H

/*
 * Canonical text: one spelling for SQL that SQLite takes for the same: keywords in upper case,
 * single blanks, no comments, names without quotes where they need none, `=` and `<>` for `==` and
 * `!=`. Compared, and printed for people; what runs is always the text that somebody wrote.
 * https://sqlite.org/lang_keywords.html
 */

#include "base/map.h"
#include "lang/sql_scan.h"

typedef GM_VEC(gm_token) gm_tokens;

/* All tokens of one statement; false when it is unterminated. */
bool gm_sqlite_tokens(gm_arena *arena, gm_str sql, gm_tokens *tokens);

/* The part from token `from` up to but without `to`, as it stands in the source. */
gm_str gm_tokens_source(const gm_tokens *tokens, size_t from, size_t to);

/* Behind the parenthesis that opens at `at`; tokens->len when it does not close. */
size_t gm_tokens_behind(const gm_tokens *tokens, size_t at);

/* A name, whatever quotes it is in (a string counts as one where SQLite expects a name). */
gm_str gm_sqlite_unquote(gm_arena *arena, const gm_token *token);

/* As canonical text has it: lower case, quoted only where it must be. */
gm_str gm_sqlite_name(gm_arena *arena, gm_str name);

typedef enum {
    GM_CANON_KEEP_CASE, /* of names: a view's output columns show it */
    GM_CANON_FOLD_CASE
} gm_canon_case;

/*
 * `columns` (lower-case names; may be NULL) tells names of columns from keywords and, in double
 * quotes, from strings.
 */
gm_str gm_sqlite_canon(gm_arena *arena, const gm_tokens *tokens, size_t from, size_t to,
                       gm_canon_case letters, const gm_map *columns);

/* An expression, without parentheses around all of it. */
gm_str gm_sqlite_canon_expression(gm_arena *arena, const gm_tokens *tokens, size_t from, size_t to,
                                  const gm_map *columns);

#endif
