/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CONFIG_ALEMBIC_INI_H
#define GM_CONFIG_ALEMBIC_INI_H

/*
 * What Alembic's own configuration says of revision files: alembic.ini, or [tool.alembic] of
 * pyproject.toml.
 *
 * Sources: Python's configparser (sections, continued lines, %(name)s), Alembic's documentation
 * ("Editing the .ini File", "Using pyproject.toml for configuration") and script/base.py.
 */

#include "base/err.h"

/* Stands for the top of the repository where %(here)s was written. */
#define GM_ALEMBIC_TOP "\001/"

typedef struct {
    gm_str script_location; /* a path, or "package:folder"; empty: it is not said */
    gm_strs version_locations;
    bool recursive;
    gm_str file_template;
    gm_strs sys_path; /* prepend_sys_path */
} gm_alembic_config;

/* Alembic's own, where its configuration says nothing. */
#define GM_ALEMBIC_FILE_TEMPLATE "%(rev)s_%(slug)s"

/*
 * One section of an ini file; `here` is its folder, relative to the top. False when there is no
 * such section.
 */
bool gm_alembic_read_ini(gm_arena *arena, gm_str text, gm_str section, gm_str here,
                         gm_alembic_config *config);

/* The table tool.alembic; false when there is none. */
bool gm_alembic_read_toml(gm_arena *arena, gm_str text, gm_str here, gm_alembic_config *config);

#endif
