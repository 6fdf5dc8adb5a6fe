/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_PROBE_H
#define GM_RUNNER_PROBE_H

/*
 * Probe: how did a statement outside a transaction end, whose result nobody heard? Answered from
 * the catalogue where it can be. IF NOT EXISTS never counts as proof: an index that a failed build
 * left INVALID is there too.
 */

#include "db/db.h"

typedef enum {
    GM_PROBE_DONE,    /* it has had its effect */
    GM_PROBE_FINISH,  /* it is half done, and `cleanup` does the rest of it */
    GM_PROBE_REDO,    /* it has not, or may be run again without harm */
    GM_PROBE_UNKNOWN, /* only a person can say */
} gm_probe_answer;

typedef struct {
    gm_probe_answer answer;
    gm_strs cleanup; /* statements to be run first */
    gm_str reason;   /* for people */
} gm_probe;

gm_code gm_probe_statement(gm_arena *arena, gm_db *db, gm_str statement, gm_str before,
                           gm_probe *probe, gm_err *err);

/*
 * What is there before the statement runs of what it is about, to be handed to gm_probe_statement:
 * an index that was there before is no proof that it was built. Empty: nothing, or nothing is
 * needed.
 */
gm_code gm_probe_before(gm_arena *arena, gm_db *db, gm_str statement, gm_str *before, gm_err *err);

/* CREATE INDEX CONCURRENTLY answered success: is its index valid? True for all other statements. */
gm_code gm_probe_index_valid(gm_arena *arena, gm_db *db, gm_str statement, bool *valid,
                             gm_err *err);

/*
 * CREATE INDEX CONCURRENTLY without a name has failed: *drops are the statements that take away
 * what it has left INVALID. None for all other statements; a name is found again by itself.
 */
gm_code gm_probe_left(gm_arena *arena, gm_db *db, gm_str statement, gm_str before, gm_strs *drops,
                      gm_err *err);

/* PostgreSQL: may it commit by itself in the middle? CALL, and DO that commits or calls. */
bool gm_probe_commits(gm_str statement);

/* Is it one of the forms with CONCURRENTLY? */
bool gm_probe_concurrent(gm_str statement);

#endif
