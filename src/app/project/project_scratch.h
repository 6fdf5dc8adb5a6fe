/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_PROJECT_SCRATCH_H
#define GM_APP_PROJECT_PROJECT_SCRATCH_H

/*
 * Project scratch: a scratch database as gmig.yml asks for it, and the schemas that are made there.
 *
 * `scratch:` comes from the work tree's gmig.yml alone, whatever ref is examined.
 */

#include "app/project/project.h"
#include "models/models.h"
#include "scratch/scratch.h"

gm_code gm_project_scratch(gm_project *project, gm_dialect dialect, gm_scratch **scratch,
                           gm_err *err);

/*
 * The schema that a history makes: `goal` of it, "heads" for all. *db (may be NULL) is the database
 * it was made in.
 */
gm_code gm_scratch_history(gm_project *project, gm_scratch *scratch, const gm_graph *graph,
                           gm_str goal, gm_schema **schema, gm_db **db, gm_err *err);

/*
 * What leads from what the revisions of `applied` make to what `db` has (NULL: an empty database).
 */
gm_code gm_scratch_drift(gm_project *project, const gm_graph *graph, const gm_node_set *applied,
                         gm_dialect dialect, gm_db *db, gm_diff *drift, gm_err *err);

/* Takes out of a database's schema, or of a diff with a database, what the ledger has to itself:
 * its schema, and the version table of the tool whose format the project has; where that is gmig's
 * own, of any tool that it may have come from, unless a table of its name may be anybody's. */
gm_schema *gm_schema_without_ledger(const gm_project *project, const gm_schema *schema);
void gm_diff_without_ledger(const gm_project *project, gm_diff *diff, bool from_database,
                            bool to_database);

/* What differs, one a line, for the detail of an error: a hundred at most. */
gm_str gm_diff_lines(gm_arena *arena, const gm_diff *diff);

/* The schema that models make. */
gm_code gm_scratch_models(gm_project *project, gm_scratch *scratch, const gm_models *models,
                          gm_schema **schema, gm_err *err);

#endif
