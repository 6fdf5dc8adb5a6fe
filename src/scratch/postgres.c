/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PostgreSQL as an engine of scratch.c. Its databases start empty each time; no state is kept
 * between commands.
 */
#include "scratch/engine.h"
#include "scratch/scratch_postgres.h"

static gm_code open_engine(gm_scratch *scratch, gm_err *err)
{
    gm_scratch_postgres *state = NULL;
    GM_TRY(gm_scratch_postgres_open(scratch->arena, &scratch->options, &state, err));
    scratch->state = state;
    return GM_OK;
}

static void close_engine(gm_scratch *scratch)
{
    gm_scratch_postgres_close(scratch->state);
}

static gm_code fresh(gm_scratch *scratch, gm_db **db, gm_err *err)
{
    return gm_scratch_postgres_new(scratch->state, db, err);
}

static void discard(gm_scratch *scratch, gm_db *db)
{
    gm_scratch_postgres_discard(scratch->state, db);
}

const gm_scratch_engine gm_scratch_engine_postgres = {
    .open = open_engine,
    .close = close_engine,
    .fresh = fresh,
    .discard = discard,
};
