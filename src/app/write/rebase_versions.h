/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_REBASE_VERSIONS_H
#define GM_APP_WRITE_REBASE_VERSIONS_H

/*
 * Rebase versions: this branch's own revisions get versions behind those of the other branch, where
 * the order is that of versions in names. Files are renamed, all those of a revision; a file of
 * checksums is written anew.
 */

#include "app/write/rebase.h"

/*
 * Fills what result->onto does not say; nothing is written. `view` is the work tree's, in which
 * two files may have one version: which is whose is told by their names.
 */
gm_code gm_rebase_versions(gm_project *project, const gm_rebase_options *options,
                           const gm_view *view, const gm_view *onto, gm_rebase_result *result,
                           gm_err *err);

#endif
