/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_REBASE_H
#define GM_APP_WRITE_REBASE_H

/*
 * Rebase: this branch's own revisions come to stand on the heads of the branch that it will be
 * merged into.
 *
 * Own are those that neither that branch nor anything shipped has. Their ids and statements stay;
 * parents that the other branch has are replaced by its head above them, in files of the work tree.
 * Which file is whose is told by ids and blob ids, never by a merge's sides or markers.
 */

#include "app/project/base_ref.h"
#include "app/write/heads_file.h"

typedef struct {
    gm_str onto; /* a ref or commit; empty: as gm_base_find says */
    bool plan;   /* writes nothing */
    bool stage;
    bool unproved; /* writes although the new order does not run */
} gm_rebase_options;

typedef struct {
    gm_str id;
    gm_str new_id; /* another one where ids count up; else empty */
    gm_str path;
    gm_str new_path; /* another one where the name has a time that the new parents are not before */
    gm_strs parents;
    gm_strs new_parents;
    gm_oid blob;
    gm_str bytes; /* of the new file */
} gm_rebase_move;

typedef GM_VEC(gm_rebase_move) gm_rebase_moves;

typedef struct {
    gm_base onto;
    gm_rebase_moves moves; /* parents first; empty: nothing to move */
    gm_strs heads;         /* of the own revisions in the new order */
    gm_strs kept;          /* neither the other branch's nor own: shipped elsewhere */
    bool proved;
    gm_str unproved;  /* why it was not proved */
    const char *tips; /* whose version table names heads alone, so that it takes what is put below
                         one for applied; NULL: rows are kept of each revision */
    bool written;
    gm_heads_written heads_file;
} gm_rebase_result;

/*
 * GM_E_REFUSED where the other branch's revisions are not all here yet (git comes first), for files
 * with uncommitted changes, and where the new order does not run; GM_E_DIVERGENT where the other
 * branch has several heads to choose from.
 */
gm_code gm_rebase(gm_project *project, const gm_rebase_options *options, gm_rebase_result *result,
                  gm_err *err);

/*
 * Takes the last one back: `moves` are the ways back. GM_E_REFUSED when there is none, or a file is
 * not as it was written.
 */
gm_code gm_rebase_undo(gm_project *project, bool stage, gm_rebase_moves *moves,
                       gm_heads_written *heads_file, gm_err *err);

#endif
