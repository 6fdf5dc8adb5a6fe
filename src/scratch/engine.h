/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_SCRATCH_ENGINE_H
#define GM_SCRATCH_ENGINE_H

/*
 * Engine: what scratch.c asks of SQLite and of PostgreSQL. Inside scratch/ only.
 */

#include "scratch/scratch.h"

typedef struct {
    /* Fills scratch->state. */
    gm_code (*open)(gm_scratch *scratch, gm_err *err);
    void (*close)(gm_scratch *scratch); /* and all its databases */
    /* An empty database. */
    gm_code (*fresh)(gm_scratch *scratch, gm_db **db, gm_err *err);
    void (*discard)(gm_scratch *scratch, gm_db *db); /* one of them */
    /* As gm_scratch_recall and gm_scratch_keep; NULL: no state is kept. */
    gm_code (*recall)(gm_scratch *scratch, gm_str state, gm_db *db, bool *found, gm_err *err);
    void (*keep)(gm_scratch *scratch, gm_str state, gm_db *db);
} gm_scratch_engine;

struct gm_scratch {
    gm_arena *arena;
    gm_scratch_options options;
    const gm_scratch_engine *engine;
    void *state; /* the engine's own */
};

extern const gm_scratch_engine gm_scratch_engine_sqlite;
extern const gm_scratch_engine gm_scratch_engine_postgres;

#endif
