/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_ATLAS_SUMS_H
#define GM_APP_PROJECT_ATLAS_SUMS_H

/* Atlas sums: the file of checksums beside Atlas's files, as a view has it. */

#include "app/project/project.h"

typedef struct {
    gm_str path; /* empty: the history has no such file */
    gm_str text;
    bool there;
} gm_atlas_sums;

gm_code gm_atlas_sums_read(gm_project *project, const gm_view *view, gm_atlas_sums *sums,
                           gm_err *err);

/* GM_E_REFUSED where it does not match the files: Atlas does nothing then. */
gm_code gm_atlas_sums_need(gm_project *project, const gm_view *view, gm_err *err);

#endif
