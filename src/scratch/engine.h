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
    /*
     * Brings an empty database to where the first *done steps of a plan have run (0: none).
     * NULL: it always starts empty. `keys` has one name for the state after each step.
     */
    gm_code (*resume)(gm_scratch *scratch, const gm_strs *keys, gm_db *db, size_t *done,
                      gm_err *err);
    /* Keeps the state after a step, for later runs. Never fails: what cannot be kept is not. */
    void (*keep)(gm_scratch *scratch, gm_str key, gm_db *db);
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
