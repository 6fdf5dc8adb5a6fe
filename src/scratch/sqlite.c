/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQLite in memory. States of histories are kept as images of whole databases, named by all that
 * made them, so that only what is new is ever run again.
 */
#include "db/sandbox.h"
#include "scratch/engine.h"
#include "scratch/images.h"

typedef struct {
    GM_VEC(gm_db *) databases;
} sqlite_state;

static gm_code open_engine(gm_scratch *scratch, gm_err *err)
{
    (void)err;
    scratch->state = gm_new(scratch->arena, sqlite_state);
    return GM_OK;
}

static void close_engine(gm_scratch *scratch)
{
    const sqlite_state *state = scratch->state;
    GM_EACH (gm_db *, db, &state->databases)
        gm_db_close(*db);
}

static gm_code fresh(gm_scratch *scratch, gm_db **db, gm_err *err)
{
    sqlite_state *state = scratch->state;
    gm_db *made = NULL;
    GM_TRY(gm_db_open_sandbox(scratch->arena, scratch->options.deadline_ms, &made, err));
    gm_vec_push(scratch->arena, &state->databases, made);
    *db = made;
    return GM_OK;
}

static void discard(gm_scratch *scratch, gm_db *db)
{
    sqlite_state *state = scratch->state;
    GM_EACH (gm_db *, one, &state->databases)
        if (*one == db)
            *one = NULL;
    gm_db_close(db);
}

static gm_code recall(gm_scratch *scratch, gm_str key, gm_db *db, bool *found, gm_err *err)
{
    gm_str image;
    *found = gm_image_find(scratch->arena, scratch->options.cache, key, &image);
    return *found ? gm_db_load_image(db, image, err) : GM_OK;
}

static void keep(gm_scratch *scratch, gm_str key, gm_db *db)
{
    gm_err ignored = gm_err_new(scratch->arena);
    gm_str image;
    if (scratch->options.cache.len && gm_db_image(scratch->arena, db, &image, &ignored) == GM_OK)
        gm_image_keep(scratch->arena, scratch->options.cache, key, image);
}

const gm_scratch_engine gm_scratch_engine_sqlite = {
    .open = open_engine,
    .close = close_engine,
    .fresh = fresh,
    .discard = discard,
    .recall = recall,
    .keep = keep,
};
