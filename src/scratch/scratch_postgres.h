/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_SCRATCH_SCRATCH_POSTGRES_H
#define GM_SCRATCH_SCRATCH_POSTGRES_H

/*
 * Scratch databases of PostgreSQL. Inside scratch/ only.
 *
 * They are on the server of scratch.postgres or on a private one. All SQL but ours runs in sessions
 * of a role that owns them and nothing else: no superuser, no rights to make roles or databases, to
 * server files or programs, and no way back to our own role, which those sessions never were.
 */

#include "scratch/scratch.h"

typedef struct gm_scratch_postgres gm_scratch_postgres;

/* The errors of gm_scratch_open. `scratch` lives in `arena`. */
gm_code gm_scratch_postgres_open(gm_arena *arena, const gm_scratch_options *options,
                                 gm_scratch_postgres **scratch, gm_err *err);

/* An empty database in which scratch.setup has run. It is the scratch's to close and drop. */
gm_code gm_scratch_postgres_new(gm_scratch_postgres *scratch, gm_db **db, gm_err *err);

/* Drops one of its databases. */
void gm_scratch_postgres_discard(gm_scratch_postgres *scratch, gm_db *db);

/* Drops its databases, and ends the private server; NULL is fine. */
void gm_scratch_postgres_close(gm_scratch_postgres *scratch);

#endif
