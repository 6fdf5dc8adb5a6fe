/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_MOVE_STRANGE_H
#define GM_APP_MOVE_STRANGE_H

/*
 * Strange: a database that has tables and no ledger of gmig, so that something else has made it.
 * Applying a history from its base there would make what is there already.
 */

#include "app/move/database.h"
#include "runner/other_tool.h"

typedef struct {
    gm_strs tables;     /* where the ledger would be; empty: the database is not strange */
    gm_other_tool tool; /* who has kept a version table there */
    bool adoptable;     /* all that its table has is in the history: `gmig stamp --from-tool` */
} gm_strange;

/* Looks; `database` is open, or has no file yet. */
gm_code gm_strange_find(gm_project *project, const gm_database *database, const gm_graph *graph,
                        gm_strange *strange, gm_err *err);

#endif
