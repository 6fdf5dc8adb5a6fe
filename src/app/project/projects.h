/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_PROJECTS_H
#define GM_APP_PROJECT_PROJECTS_H

/*
 * Projects: all of one repository that a snapshot holds. Each gmig.yml begins one; the top is one
 * by default when there is no other, or when it has a migrations folder.
 *
 * A project's `config` here is the examining one: of the work tree, of HEAD in a bare repository;
 * the defaults where those have no gmig.yml at its place. Rules and allowances for a commit come
 * from it, so that what is examined cannot lower the bar for itself.
 */

#include "app/project/project.h"

typedef GM_VEC(gm_project) gm_projects;

/*
 * The projects at `where` (as --at takes it): `project` alone, unless it is at the repository's top
 * and `all` is wanted. The items share the repository of `project` and are never closed. For the
 * work tree the index says where a gmig.yml is, so that no folder is searched.
 */
gm_code gm_projects_at(gm_project *project, gm_str where, bool all, gm_projects *projects,
                       gm_err *err);

/*
 * For what changes a database: GM_E_CONFIG when the view's folder of revision files is not there,
 * since a wrong folder must not pass for a database that is up to date. Names the projects below,
 * where there are some.
 */
gm_code gm_projects_need_folder(gm_project *project, const gm_view *view, gm_err *err);

/*
 * For what works on one project: GM_E_CONFIG where the current folder is in none, and there are
 * others below. Without a gmig.yml anywhere the top is one by default.
 */
gm_code gm_projects_need_one(gm_project *project, gm_err *err);

/* `text` with each command in it, "`gmig merge`", as it is typed for that project. */
gm_str gm_projects_typed(const gm_project *project, gm_str text);

/*
 * Does `project` have another gmig.yml, or other files among its migrations and models, in `after`
 * than in `before`? Reads no revision. `before` may be NULL: nothing was there.
 */
gm_code gm_project_differs(gm_project *project, gm_snapshot *before, gm_snapshot *after,
                           bool *differs, gm_err *err);

/*
 * What `projects` have for the rules in a commit: the same bytes for two commits that differ
 * elsewhere only.
 */
gm_code gm_projects_key(const gm_projects *projects, gm_snapshot *snapshot, gm_str *key,
                        gm_err *err);

/*
 * Are gmig.yml, the migrations and the models of every project the same in the index as at `head`?
 * True only when that is certain at the first glance; else gm_project_differs has to say.
 */
bool gm_projects_surely_same(gm_project *project, gm_snapshot *head);

#endif
