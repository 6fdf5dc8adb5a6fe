/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_NEW_VERSION_H
#define GM_APP_WRITE_NEW_VERSION_H

/*
 * New version: a revision of a format whose order is that of versions in names, called as
 * its tool calls such files.
 *
 * Its version is behind all that is here and that the branch has which this one will be merged
 * into: a number that is taken there is not taken again.
 */

#include "app/write/new_revision.h"
#include "history/formats/versioned.h"

/* An empty one. GM_E_REFUSED where the tool's own command makes such files, as for code. */
gm_code gm_new_version(gm_project *project, const gm_view *view,
                       const gm_new_revision_options *options, gm_heads_written *heads,
                       gm_new_revision_result *result, gm_err *err);

/* What keeps gmig from writing a file for these options; before any of the work is done. */
gm_code gm_new_version_allowed(const gm_view *view, const gm_new_revision_options *options,
                               gm_err *err);

/* The same with SQL in it. `*text` is what the files hold; with `dry` they are not written.
 * result->heads is what `heads` of gm_new_version is. */
gm_code gm_new_version_of(gm_project *project, const gm_view *view,
                          const gm_new_revision_options *options, const gm_version_sql *sql,
                          bool dry, gm_new_revision_result *result, gm_str *text, gm_err *err);

#endif
