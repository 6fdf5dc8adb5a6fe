/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_REVERT_H
#define GM_APP_WRITE_REVERT_H

/*
 * Revert: take back what a commit brought, with new revisions.
 *
 * `git revert` takes files away, which databases have run: of a merge it deletes every revision of
 * the branch. Here their files stay, or come back, and each gets a revision that undoes it, on top
 * of the head and newest first.
 */

#include "app/write/heads_file.h"
#include "app/write/new_file.h"

typedef struct {
    gm_str commit; /* a commit or ref; of a merge counts what it brought into its first parent */
    bool plan;     /* writes nothing */
    bool stage;
    bool unproved; /* writes although the new revisions do not run behind the others */
} gm_revert_options;

typedef struct {
    gm_str id;     /* of the new revision */
    gm_str undoes; /* the revision that it takes back */
    gm_strs parents;
    gm_new_file file;
} gm_undoing;

typedef GM_VEC(gm_new_file) gm_new_files;

typedef struct {
    gm_oid commit;
    gm_new_files restored;       /* files of the commit that are not here any more */
    GM_VEC(gm_undoing) undoings; /* in the order in which they run */
    gm_strs empty;               /* brought, and nothing to undo in them: merges, for example */
    gm_strs divergent;           /* the heads that it ends in, of lineages that have several */
    bool proved;
    gm_str unproved; /* why it was not proved */
    gm_heads_written heads;
    bool written;
} gm_revert_result;

/*
 * GM_E_REFUSED where the commit brought no revision, where one is irreversible or has no down, for
 * formats whose downs gmig cannot turn round, and where a new revision does not run;
 * GM_E_DIVERGENT or GM_E_REFUSED where several heads stand on one of them. Nothing is written then.
 */
gm_code gm_revert(gm_project *project, const gm_revert_options *options, gm_revert_result *result,
                  gm_err *err);

#endif
