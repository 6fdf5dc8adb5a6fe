/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_NEW_FILE_H
#define GM_APP_WRITE_NEW_FILE_H

/*
 * New file: a drafted revision on its way into the work tree.
 */

#include "app/project/project.h"

typedef struct {
    gm_str path; /* relative to the top */
    gm_str bytes;
    bool there; /* the file is there already, with these bytes */
} gm_new_file;

/*
 * The name of a draft's file, as the format and its own configuration want it, and what that says
 * of new files: of Django's the name is the id, and the app says the folder. A merge's is
 * determined by its heads.
 */
gm_code gm_new_file_name(gm_project *project, const gm_view *view, gm_revision_draft *draft,
                         bool merge, gm_str *name, gm_err *err);

/*
 * The file that a draft becomes, named `name` in the migrations folder. What was written is read
 * back: GM_E_USAGE when an id or label of the draft cannot stand in a file. GM_E_REFUSED when
 * another file of that name is there.
 */
gm_code gm_new_file_make(gm_project *project, const gm_view *view, const gm_revision_draft *draft,
                         gm_str name, gm_new_file *file, gm_err *err);

/* Writes it, unless it is there; with `stage` adds it to the index. What cannot be added is not
 * left in the work tree. */
gm_code gm_new_file_write(gm_project *project, const gm_new_file *file, bool stage, gm_err *err);

/* Takes back what was written, of a command that could not do all it had to. */
void gm_new_file_take_back(gm_project *project, const gm_new_file *file, bool stage);

/* Other bytes for a file that is there. */
gm_code gm_new_file_rewrite(gm_project *project, gm_str path, gm_str bytes, bool stage,
                            gm_err *err);

/* Where there is no work tree nothing can be written: GM_E_NO_REPO. Also when `stage` is asked for
 * without a repository. */
gm_code gm_new_file_allowed(const gm_project *project, bool stage, gm_err *err);

/* `wanted` when it may be an id and no revision has it; a new one when it is empty. */
gm_code gm_new_id(gm_project *project, const gm_graph *graph, gm_str wanted, gm_str *id,
                  gm_err *err);

/* GM_E_USAGE for what cannot be a label, GM_E_REFUSED when a revision has one of them already. */
gm_code gm_new_labels(const gm_graph *graph, const gm_strs *labels, gm_err *err);

/* GM_E_USAGE for a message of several lines. */
gm_code gm_new_message(gm_str message, gm_err *err);

#endif
