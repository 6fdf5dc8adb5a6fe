/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_UNCOMMITTED_H
#define GM_APP_PROJECT_UNCOMMITTED_H

/* Uncommitted: revision files that HEAD does not have as they are. A guarded target takes none. */

#include "app/project/project.h"

/*
 * The first of `revisions` whose file is not in HEAD as it is in `view`. NULL when all are; also
 * where there is no repository, and for a view of a commit, which needs no proof.
 */
gm_code gm_uncommitted_find(gm_project *project, const gm_view *view, const gm_revisions *revisions,
                            const gm_revision **first, gm_err *err);

#endif
