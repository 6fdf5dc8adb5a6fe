/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_VERSION_ATLAS_H
#define GM_RUNNER_VERSION_ATLAS_H

/*
 * Atlas's table: a row for each version. To Atlas all files below its first row are applied, and
 * so are checkpoints once it has a row. A last row with applied != total has failed half way. The
 * row ".atlas_cloud_identifier" is none of a version.
 *
 * On PostgreSQL it is in the schema that a connection names by search_path, or else in one of its
 * own. gmig takes the one that is there.
 *
 * Sources: Executor in sql/migrate/migrate.go; EntRevisions in cmd/atlas/internal/migrate; `migrate
 * set` and checkRevisionSchemaClarity in cmd/atlas/internal/cmdapi/migrate.go.
 */

#include "runner/version_table.h"

extern const gm_version_table_ops gm_version_atlas;

#endif
