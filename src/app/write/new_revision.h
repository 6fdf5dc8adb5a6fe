/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_NEW_REVISION_H
#define GM_APP_WRITE_NEW_REVISION_H

/*
 * New revision: an empty one, or one that undoes another, on top of a head.
 */

#include "app/write/heads_file.h"

typedef struct {
    gm_str message; /* may be empty */
    gm_str head;    /* the parent, or "base"; empty: the head of the default lineage */
    bool splice;    /* the parent need not be a head */
    gm_strs labels;
    gm_strs depends; /* ids, unique prefixes or labels */
    gm_str rev_id;
    gm_str undo; /* the revision to revert; empty: none */
    bool stage;
} gm_new_revision_options;

typedef struct {
    gm_str id;
    gm_str path; /* relative to the top */
    gm_strs parents;
    gm_heads_written heads;
} gm_new_revision_result;

/* GM_E_DIVERGENT or GM_E_REFUSED when there are several heads to choose from. */
gm_code gm_new_revision(gm_project *project, const gm_new_revision_options *options,
                        gm_new_revision_result *result, gm_err *err);

/* The draft alone, without anything written. */
gm_code gm_new_revision_draft(gm_project *project, const gm_graph *graph,
                              const gm_new_revision_options *options, gm_revision_draft *draft,
                              gm_err *err);

#endif
