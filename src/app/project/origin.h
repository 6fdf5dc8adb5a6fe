/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_ORIGIN_H
#define GM_APP_PROJECT_ORIGIN_H

/*
 * Origin: which commit brought a file.
 */

#include "app/project/project.h"
#include "check/check.h"

/*
 * The commit that brought `path` to the history of `tip`: the newest one that has it, and none of
 * whose parents has. Of a file that `tip` lacks nobody has committed it. *origin is unknown where
 * the clone ends before, or a limit is met: who brought a file is good to know, and nothing more.
 */
gm_check_origin gm_origin_find(gm_project *project, const gm_oid *tip, gm_str path);

#endif
