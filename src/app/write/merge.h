/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_MERGE_H
#define GM_APP_WRITE_MERGE_H

/*
 * Merge: one revision that has several heads for parents.
 *
 * What is written is determined by those heads alone (unless the caller names id, message or
 * labels), so that two people who merge the same heads write the same file. What was proved of them
 * is told, and not written.
 */

#include "app/write/commute.h"
#include "app/write/heads_file.h"

typedef struct {
    gm_strs revisions; /* what to merge; empty: the heads of each divergent lineage */
    gm_str with; /* a ref that git has not merged yet: the history is that of both; or empty */
    gm_str message;
    gm_str rev_id;
    gm_strs labels;
    bool splice; /* parents need not be heads */
    bool stage;
    bool allow_conflict; /* writes it although the branches do not commute */
} gm_merge_options;

typedef struct {
    gm_str id;
    gm_str path; /* relative to the top */
    gm_strs parents;
    gm_str lineage;
    gm_strs absent; /* parents that `with` alone has */
    bool there;     /* it was there before, so nothing was written */
    gm_proof proof; /* of what was not there */
} gm_merged;

typedef struct {
    GM_VEC(gm_merged) merges; /* empty: there was nothing to merge */
    gm_heads_written heads;
    bool refused; /* there are conflicts that were not allowed: nothing was written */
} gm_merge_result;

/*
 * Writes nothing at all when one of several merges cannot be made. GM_E_REFUSED while git has
 * conflicts among the revision files, and where `with` has other versions of what is here.
 */
gm_code gm_merge(gm_project *project, const gm_merge_options *options, gm_merge_result *result,
                 gm_err *err);

/* What a refused result says as an error: GM_E_REFUSED. */
gm_code gm_merge_refused(const gm_merge_result *result, gm_err *err);

#endif
