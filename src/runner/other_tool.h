/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_OTHER_TOOL_H
#define GM_RUNNER_OTHER_TOOL_H

/* Other tools: who else has kept a version table in this database, and at which revision it stands.
 */

#include "db/db.h"

typedef struct {
    gm_str name; /* "Alembic"; empty: none was found */
    gm_str table;
    gm_str revision; /* empty when the table has none or cannot be read */
} gm_other_tool;

/* Looks in `schema` for the first table that it knows. */
gm_code gm_other_tool_find(gm_arena *arena, gm_db *db, gm_str schema, gm_other_tool *tool,
                           gm_err *err);

#endif
