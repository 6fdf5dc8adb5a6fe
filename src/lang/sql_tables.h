/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_LANG_SQL_TABLES_H
#define GM_LANG_SQL_TABLES_H

/*
 * Which tables SQL speaks of, by the words in front of them. Names are bare, without schemas, and
 * as PostgreSQL folds them. What a query calls by a name of its own (WITH) is among them; what a
 * DO block or a function does is not seen.
 */

#include "base/str.h"

/* `changed`: made, altered, dropped, or their rows; `used`: read or referred to. Each once. */
void gm_sql_tables(gm_arena *arena, gm_str sql, gm_strs *changed, gm_strs *used);

#endif
