/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_APP_PROJECT_LOCATE_ALEMBIC_H
#define GM_APP_PROJECT_LOCATE_ALEMBIC_H

/*
 * Where Alembic's configuration of one snapshot says that revision files are.
 *
 * It is alembic.ini or [tool.alembic] of pyproject.toml beside gmig.yml, else
 * migrations/alembic.ini as Flask-Migrate has it, else the only alembic.ini below. A path in it
 * starts where %(here)s says, else at the file's own folder, or at gmig.yml's where only that leads
 * to a folder: Alembic starts at the current folder.
 */

#include "app/project/project.h"

typedef struct {
    gm_str file;          /* of the configuration, relative to the top; empty: there is none */
    gm_str script_folder; /* with env.py and script.py.mako */
    gm_strs folders;      /* of revision files */
    bool several; /* there are several version_locations, none of them is the first choice */
    gm_str file_template; /* as gm_alembic_file_name takes it */
} gm_alembic_place;

/* `file` is empty where there is no configuration. GM_E_CONFIG when there are several. */
gm_code gm_locate_alembic(const gm_project *project, gm_snapshot *snapshot, const gm_config *config,
                          gm_alembic_place *place, gm_err *err);

/* The same as locations.c wants it. */
gm_code gm_locate_alembic_folders(const gm_project *project, gm_snapshot *snapshot,
                                  const gm_config *config, gm_strs *folders, gm_err *err);

#endif
