/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_IMPORT_ALEMBIC_H
#define GM_APP_IMPORT_ALEMBIC_H

/*
 * An Alembic revision's upgrade() and downgrade() as SQL for PostgreSQL and SQLite, as Alembic
 * would render it. Only calls of `op` with literal arguments are translated.
 */

#include "base/buf.h"

/* Adds the sections; for each statement that cannot be translated, "path:line: source" to `left`.
 */
void gm_import_alembic(gm_arena *arena, gm_str path, gm_str text, gm_buf *sections, gm_strs *left);

#endif
