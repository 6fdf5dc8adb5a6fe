/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_HEADS_PATH_H
#define GM_APP_PROJECT_HEADS_PATH_H

/*
 * Heads path: where the file of history/heads_file.h is, as `heads_file:` in gmig.yml names it.
 * What writes it is app/write/heads_file.h.
 */

#include "app/project/project.h"

/* Where it is, relative to the top; empty: the project has none. */
gm_code gm_heads_file_path(const gm_project *project, const gm_config *config, gm_str *path,
                           gm_err *err);

/* The same for a view; GM_E_CONFIG where a file of that name would be taken for a revision. */
gm_code gm_heads_file_of_view(const gm_project *project, const gm_view *view, gm_str *path,
                              gm_err *err);

#endif
