/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_CMD_ELSEWHERE_H
#define GM_CMD_ELSEWHERE_H

#include "cmd/command.h"

/*
 * Words that people bring along from other tools and that gmig has not: what to write here instead.
 * docs/from-alembic.md has all of Alembic's and Flask-Migrate's.
 */

/* A sentence about the command `name`; NULL when it is of no tool that is known here. */
const char *gm_elsewhere_command(gm_str name);

/* The same about an option of `command` (NULL: before any): its long name, or its letter. */
const char *gm_elsewhere_option(const gm_command *command, gm_str name);

#endif
