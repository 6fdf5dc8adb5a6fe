/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_WRITE_MIGRATE_FOREIGN_H
#define GM_APP_WRITE_MIGRATE_FOREIGN_H

#include "app/write/migrate.h"

/*
 * Has the project's own command, `runner.migrate`, write the revision of another tool's format.
 * `view` is of the work tree before. The result's id is that of the revision that came, empty when
 * none did. GM_E_CONFIG where gmig.yml names no such command.
 */
gm_code gm_migrate_by_command(gm_project *project, const gm_view *view,
                              const gm_migrate_options *options, gm_heads_written *heads,
                              gm_migrate_result *result, gm_err *err);

#endif
