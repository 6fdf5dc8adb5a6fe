/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_LANG_SQL_TEXT_H
#define GM_LANG_SQL_TEXT_H

/*
 * SQL text as text: names and strings as they stand in a statement, and one form for all ways to
 * lay a statement out.
 */

#include "lang/sql.h"

/* `name`, quoted unless it is plain and no reserved word of either dialect. */
gm_str gm_sql_name(gm_arena *arena, gm_str name);

/* A string constant, for both dialects. PostgreSQL: standard_conforming_strings is on. */
gm_str gm_sql_string(gm_arena *arena, gm_str text);

/*
 * The tokens of `text` with one blank between them: no comments, words in lower case, and a quoted
 * name without its quotes where it is plain and lower case. Equal normal texts mean the same to the
 * server; different ones may.
 */
gm_str gm_sql_normal(gm_arena *arena, gm_dialect dialect, gm_str text);

/* The statement with its semicolon, behind the end of a comment that it may end in. */
gm_str gm_sql_closed(gm_arena *arena, gm_dialect dialect, gm_str statement);

#endif
