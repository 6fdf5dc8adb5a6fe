/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_IMPORT_IMPORT_ALEMBIC_H
#define GM_APP_IMPORT_IMPORT_ALEMBIC_H

/*
 * An Alembic revision's upgrade() and downgrade() as SQL for PostgreSQL and SQLite, as Alembic
 * would render it. Calls of `op` and of a batch with literal arguments are translated, as are
 * branches on the dialect's name; everything else is left.
 *
 * SQLAlchemy is taken to be 1.4 or later. What a naming convention of the project's metadata would
 * call a constraint that has no name cannot be seen.
 */

#include "app/project/project.h"
#include "base/buf.h"

typedef struct gm_alembic_import gm_alembic_import;

/* For the dialects that gmig.yml names, else for both. */
gm_alembic_import *gm_alembic_import_new(gm_project *project, const gm_view *view);
void gm_alembic_import_close(gm_alembic_import *import); /* NULL is fine */

/* Adds the sections of a revision; for each statement that cannot be translated, "path:line:
 * source", with the reason where there is one, to `left`. Revisions come in the graph's order. */
void gm_alembic_import_revision(gm_alembic_import *import, const gm_node *node, gm_buf *sections,
                                gm_strs *left);

/* Behind the last one: what only the whole history shows, as above. */
void gm_alembic_import_finish(gm_alembic_import *import, gm_strs *left);

#endif
