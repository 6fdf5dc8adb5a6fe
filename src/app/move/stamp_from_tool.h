/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_MOVE_STAMP_FROM_TOOL_H
#define GM_APP_MOVE_STAMP_FROM_TOOL_H

#include "app/move/annotate.h"

/*
 * Adopts a database that another tool has brought to a revision: records in gmig's own ledger what
 * that tool's version table says. Its ids are those of revisions with the same id, or of those that
 * `gmig import` has made of them. GM_E_REFUSED when there is no such table, when one of its ids is
 * no revision here, and when it lacks one below another that it has: a stamp would claim too much.
 * A project of the tool's own format has nothing to adopt: GM_E_USAGE.
 */
gm_code gm_stamp_from_tool(gm_project *project, const gm_annotate_options *options,
                           gm_annotate_result *result, gm_err *err);

/* Would it find the table of a tool in this database, and in it only what `graph` has? */
bool gm_stamp_from_tool_helps(gm_project *project, gm_db *db, const gm_graph *graph);

#endif
