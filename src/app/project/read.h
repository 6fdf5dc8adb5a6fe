/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_READ_H
#define GM_APP_PROJECT_READ_H

/*
 * Reading revision files one by one, for app/ alone: a view reads one snapshot, all_refs.c each
 * blob of many.
 */

#include "app/project/project.h"

/* Appends to one of the two: what is wrong with the file is a problem of the history. To none when
 * the file is no revision. The revision, or NULL. */
gm_revision *gm_read_revision(gm_arena *arena, const gm_format_ops *format,
                              const gm_revision_file *file, gm_revisions *revisions,
                              gm_problems *problems);

/* Leaves what the cache has of a revision, so that nobody sees where one comes from. */
void gm_read_drop_sql(gm_revision *revision);

/* Reads the files of view->folders, with their SQL where `whole`, and builds the graph. */
gm_code gm_read_view(gm_project *project, bool whole, gm_view *view, gm_err *err);

/* GM_E_CONFIG when the folder of revision files is something else. */
gm_code gm_read_check_folder(gm_str folder, gm_entry_kind kind, gm_err *err);

/* A symbolic link among the revision files. */
gm_problem gm_read_link_problem(gm_str path);

#endif
