/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_LANG_SQL_H
#define GM_LANG_SQL_H

/*
 * SQL text -> statements, for both dialects, and what the runner must know of each before it is
 * sent.
 */

#include "base/err.h"

typedef enum { GM_SQLITE, GM_POSTGRES, GM_DIALECT_COUNT } gm_dialect;

const char *gm_dialect_name(gm_dialect dialect); /* "sqlite", "postgres" */
/* Also reads "sqlite3", "postgresql", "pg". */
bool gm_dialect_parse(gm_str name, gm_dialect *dialect);

/* What a statement does that its surroundings must know of. */
typedef enum {
    /* BEGIN, START TRANSACTION */
    GM_SQL_BEGIN = 1 << 0,
    /* COMMIT, END, ROLLBACK (not TO SAVEPOINT), ABORT, PREPARE TRANSACTION */
    GM_SQL_END = 1 << 1,
    /* the server refuses it inside a transaction: CREATE INDEX CONCURRENTLY, VACUUM, … */
    GM_SQL_NO_TX = 1 << 2,
    /* takes away what the runner holds: DISCARD ALL, pg_advisory_unlock_all() */
    GM_SQL_SESSION = 1 << 3,
    /* COPY … FROM STDIN; `data` holds the lines up to \. */
    GM_SQL_COPY_IN = 1 << 4,
    /* SQLite: a pragma that does nothing, or fails, inside a transaction */
    GM_SQL_PRAGMA_NO_TX = 1 << 5,
    /* CREATE INDEX CONCURRENTLY: when it fails it leaves an INVALID index behind */
    GM_SQL_CONCURRENT_INDEX = 1 << 6,
    /* ALTER TYPE … ADD VALUE: the label cannot be used before the transaction has committed */
    GM_SQL_ENUM_VALUE = 1 << 7,
} gm_sql_flags;

typedef struct {
    gm_str text; /* without the final semicolon, without leading comments and blanks; a view of the
                    source */
    gm_str data; /* COPY data, else empty */
    size_t line; /* 1-based, of the statement's first token, counted from `first_line` */
    unsigned flags; /* gm_sql_flags */
} gm_sql_statement;

typedef GM_VEC(gm_sql_statement) gm_sql_statements;

/* The line that the 1-based character `position` of a text falls on, whose first is `line`; 0 is
 * before them all. */
size_t gm_sql_line_at(gm_str text, size_t line, size_t position);

/*
 * Splits `text` where the server's own shell would: quotes, dollar quotes, comments (nested on
 * PostgreSQL), BEGIN ATOMIC and CASE … END, trigger bodies on SQLite, parentheses around rules,
 * COPY data. psql's \restrict and \unrestrict lines, which pg_dump writes, are skipped; any other
 * backslash command is an error with its line. Empty statements are dropped. GM_E_HISTORY on an
 * unterminated quote, comment, parenthesis, body or COPY data, or a NUL byte; the place is
 * `path:line`.
 */
gm_code gm_sql_split(gm_arena *arena, gm_dialect dialect, gm_str path, size_t first_line,
                     gm_str text, gm_sql_statements *statements, gm_err *err);

/*
 * Asks PostgreSQL's own grammar (libpg_query, version 15) about one statement, on a stack of its
 * own, so that deep nesting cannot end the process. False and the parser's message and 1-based
 * column when it is refused. A statement that a newer server would take is refused too: never treat
 * the answer as the server's.
 */
bool gm_sql_parses(gm_arena *arena, gm_str statement, gm_str *message, size_t *column);

#endif
