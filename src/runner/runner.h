/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_RUNNER_H
#define GM_RUNNER_RUNNER_H

/*
 * Runner: the one way in which revisions are applied to a database and reverted.
 *
 * A revision and its row in the ledger are one transaction; the row goes first, so that of two
 * runners that slipped past the lock the second waits there and finds the row, before any DDL. A
 * section with transaction=off commits an intent before each statement and its result after, and a
 * later run goes on exactly there. Whatever happens at whatever point (a kill, a lost connection, a
 * full disk, a second runner), a rerun ends in the same state.
 */

#include "runner/part.h"
#include "runner/state.h"

/* One revision to apply or revert. */
typedef struct {
    const gm_revision *revision;
    gm_part part;
    gm_ledger_row row; /* up: the row to write */
} gm_run_step;

typedef GM_VEC(gm_run_step) gm_run_steps;

typedef enum {
    GM_RUN_WAITING,   /* for gmig's lock; text: who holds it */
    GM_RUN_NOTE,      /* text: something a person should know */
    GM_RUN_BEGIN,     /* a step begins */
    GM_RUN_STATEMENT, /* one of its statements is sent; text: the statement */
    GM_RUN_DONE,      /* the step is applied or reverted, and its commit is confirmed */
} gm_run_event_kind;

typedef struct {
    gm_run_event_kind kind;
    const gm_run_step *step; /* NULL with WAITING and NOTE */
    size_t number;           /* of the step, from 1 */
    size_t count;
    size_t statement; /* from 1 */
    int64_t duration_ms;
    gm_str text;
} gm_run_event;

typedef void gm_run_tell(void *data, const gm_run_event *event);

typedef struct {
    gm_str actor;  /* who: "user@host" */
    gm_str commit; /* hex, or empty */
    gm_str title;  /* for the journal: "upgrade head" */
    int64_t lock_timeout_ms;
    bool lock_timeout_given; /* else CONCURRENTLY, whose waits hold up nobody, waits without end */
    int64_t statement_timeout_ms;
    bool pooled;       /* behind a transaction-pooling proxy: nothing may lean on the session */
    gm_run_tell *tell; /* may be NULL */
    void *data;
} gm_run_options;

typedef struct {
    gm_str run; /* its id in the ledger; empty when there was nothing to do */
    gm_strs applied;
    gm_strs reverted;
    gm_strs pending;           /* steps that were not reached, the failed one not included */
    const gm_run_step *failed; /* NULL */
} gm_run_result;

/*
 * Makes every step ready; refuses, before anything runs, what cannot work. A down is the file's
 * when the file's up statements are those applied, else the ledger's copy.
 */
gm_code gm_run_prepare(gm_arena *arena, const gm_plan *plan, const gm_ledger *ledger,
                       gm_run_steps *steps, gm_err *err);

/*
 * Brings the rows of revisions whose files have other text or parents, but the same statements, up
 * to date, and says so.
 */
gm_code gm_run_refresh(gm_arena *arena, gm_db *db, const gm_ledger *ledger, const gm_state *state,
                       const gm_run_options *options, gm_err *err);

/*
 * Runs the steps in order. The caller holds the lock and has made the ledger. `result` is filled on
 * failure too. GM_E_INTERRUPTED after a signal (runner/interrupt.h), with the current step rolled
 * back.
 */
gm_code gm_run(gm_arena *arena, gm_db *db, gm_ledger *ledger, const gm_run_steps *steps,
               const gm_run_options *options, gm_run_result *result, gm_err *err);

#endif
