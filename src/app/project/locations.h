/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_LOCATIONS_H
#define GM_APP_PROJECT_LOCATIONS_H

/*
 * Locations: the folders of revision files of one snapshot.
 *
 * gmig.yml names them, or -d does. Where it does not, and the format has a configuration of its own
 * or a place by custom, they are found in the snapshot itself: folders move from commit to commit.
 */

#include "app/project/project.h"

/* Are they found in the snapshot, or may there be several? Else gm_project_migrations is all. */
bool gm_locations_vary(const gm_project *project, const gm_config *config);

/* Relative to the top; the first is where new files go. At least one, which need not be there. */
gm_code gm_locations_find(const gm_project *project, gm_snapshot *snapshot, const gm_config *config,
                          gm_strs *folders, gm_err *err);

/* What the configuration says that a folder's revisions are of (gm_revision_file); empty: nothing.
 */
gm_code gm_locations_app(const gm_project *project, gm_snapshot *snapshot, const gm_config *config,
                         gm_str folder, gm_str *app, gm_err *err);

/* Files below the work tree's folders that git has left in conflict; without the one that lists the
 * heads, which is written anew. */
gm_code gm_locations_conflicts(const gm_project *project, gm_strs *paths, gm_err *err);

#endif
