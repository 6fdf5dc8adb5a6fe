/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_CHECK_CROWD_TABLES_H
#define GM_APP_CHECK_CROWD_TABLES_H

#include "app/project/project.h"
#include "history/crowds.h"

/*
 * Sets what the members of each crowd touch in common, for revisions whose files say it: Alembic's.
 * Large crowds and files that are not here are left untold.
 */
void gm_crowd_tables_find(gm_project *project, gm_crowds *crowds);

#endif
