/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_MERGING_SIDES_H
#define GM_APP_WRITE_MERGING_SIDES_H

/*
 * Merging sides: the commits of a merge, rebase or pick that git is in the middle of, told by what
 * git leaves behind for its own use. Candidates only: who uses them must look whether they are what
 * it was given.
 */

#include "app/project/project.h"

typedef struct {
    gm_oid one; /* HEAD: what the other is brought to, in a rebase as well */
    gm_oid other;
    gm_oid start; /* where both began; of a commit that is picked its parent */
    bool has_start;
} gm_merging_side;

typedef GM_VEC(gm_merging_side) gm_merging_sides;

/* None where nothing is known. */
gm_merging_sides gm_merging_sides_find(gm_project *project);

#endif
