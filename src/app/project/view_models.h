/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_VIEW_MODELS_H
#define GM_APP_PROJECT_VIEW_MODELS_H

/*
 * View models: the model files of one snapshot, and what its history says of them.
 */

#include "app/project/project.h"
#include "models/models.h"

/*
 * The files that `models:` of the view's gmig.yml names, as paths or folders. None where nothing is
 * there. GM_E_CONFIG for a path that leads out of the repository, GM_E_MODELS for a file that is
 * too large or a symbolic link.
 */
gm_code gm_view_model_files(gm_project *project, const gm_view *view, gm_model_files *files,
                            gm_err *err);

/* GM_E_MODELS: where models are asked for, no file at all is not an empty schema. */
gm_code gm_view_no_models(gm_arena *arena, const gm_view *view, gm_err *err);

/* The sum of what the revisions' `models` say, for each dialect. */
typedef struct {
    uint64_t sum[GM_DIALECT_COUNT];
    bool given[GM_DIALECT_COUNT]; /* by one revision or more */
} gm_history_fingerprint;

/* `unread` (may be NULL) gets the first revision whose `models` cannot be read. */
gm_history_fingerprint gm_history_fingerprint_of(const gm_graph *graph, const gm_node **unread);

#endif
