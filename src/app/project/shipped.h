/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_SHIPPED_H
#define GM_APP_PROJECT_SHIPPED_H

/*
 * Shipped: which revisions others may have applied already, and nobody may rewrite.
 *
 * Those in the tree of `trunk` and of any ref that `shipped:` names. Without a trunk that git knows
 * here, whatever is in HEAD counts as shipped.
 */

#include "app/project/project.h"

/* *shipped maps ids; values are NULL. Without a repository everything counts, and *all is true. */
gm_code gm_shipped(gm_project *project, const gm_view *view, gm_map *shipped, bool *all,
                   gm_err *err);

/* The same of `trunk` and `shipped:` alone: HEAD never stands for a trunk. For who knows where the
 * work will land. */
gm_code gm_shipped_by_refs(gm_project *project, const gm_view *view, gm_map *shipped, gm_err *err);

#endif
