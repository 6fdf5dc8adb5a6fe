/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_DB_POSTGRES_RENDER_H
#define GM_DB_POSTGRES_RENDER_H

/*
 * Statements for PostgreSQL. render.c says how they are ordered.
 */

#include "db/render.h"

gm_code gm_postgres_render(gm_arena *arena, const gm_diff *diff, gm_render *render, gm_err *err);

#endif
