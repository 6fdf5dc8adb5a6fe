/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_READ_H
#define GM_APP_PROJECT_READ_H

/*
 * Reading revision files one by one, for app/ alone: a view reads one snapshot, ref_trees.c each
 * blob of many.
 */

#include "app/project/project.h"

/* Appends to one of the two: what is wrong with the file is a problem of the history. To none when
 * the file is no revision. The revision, or NULL. */
gm_revision *gm_read_revision(gm_arena *arena, const gm_format_ops *format,
                              const gm_revision_file *file, gm_revisions *revisions,
                              gm_problems *problems);

/*
 * The same without its SQL, for who looks at many: what the cache knows of a file is not read
 * again (NULL: it knows nothing), and what is read is kept there.
 */
gm_revision *gm_read_recall(gm_project *project, const gm_format_ops *format,
                            const gm_revision_file *file);

/* `file->bytes` may end after it, as all does that lives in `scratch`. */
gm_revision *gm_read_briefly(gm_project *project, gm_arena *scratch, const gm_format_ops *format,
                             const gm_revision_file *file, gm_revisions *revisions,
                             gm_problems *problems);

/* Reads the files of view->folders, with their SQL where `whole`, and builds the graph. */
gm_code gm_read_view(gm_project *project, bool whole, gm_view *view, gm_err *err);

/* GM_E_CONFIG when the folder of revision files is something else. */
gm_code gm_read_check_folder(gm_str folder, gm_entry_kind kind, gm_err *err);

/* Why a file of the history cannot be read, and a symbolic link among the revision files. */
gm_problem gm_read_problem(const gm_err *err, gm_str path);
gm_problem gm_read_link_problem(gm_str path);

#endif
