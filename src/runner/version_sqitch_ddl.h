/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_VERSION_SQITCH_DDL_H
#define GM_RUNNER_VERSION_SQITCH_DDL_H

/* What sqitch's registry looks like in each dialect, and how values are written there. */

#include "db/db.h"

/* The tables of version 1.1 of the registry; on PostgreSQL with their schema. */
gm_strs gm_sqitch_ddl(gm_arena *arena, gm_dialect dialect, gm_str quoted_schema);

/* A time of the plan, "2013-12-31T19:26:59Z". */
gm_str gm_sqitch_time(gm_arena *arena, gm_dialect dialect, gm_str time);

/* An array on PostgreSQL; on SQLite a text with `between` between. */
gm_str gm_sqitch_list(gm_arena *arena, gm_dialect dialect, const gm_strs *list, gm_str between);

/* $1: the id, $2 and $3: who does it; gives a row where it was deployed. */
const char *gm_sqitch_revert_event(gm_dialect dialect);

#endif
