/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GM_RUNNER_RUN_H
#define GM_RUNNER_RUN_H

/* What the files of the runner share while steps run. Nobody outside runner/ includes this. */

#include "runner/runner.h"

typedef struct {
    gm_arena *arena;
    gm_db *db;
    gm_ledger *ledger;
    const gm_run_options *options;
    gm_run_result *result;
    size_t count;  /* of steps */
    size_t number; /* of the step at hand, from 1 */
    int64_t sequence;
    unsigned reconnects; /* of the connection, as last seen */
    int64_t lock_ms;     /* as last set in the session; -1: never */
    int64_t statement_ms;
    gm_violations broken; /* SQLite: foreign keys that were broken before the step at hand */
    bool broken_known;
    bool broken_unknowable;
} gm_run_context;

void gm_run_say(const gm_run_context *run, gm_run_event_kind kind, const gm_run_step *step,
                size_t statement, int64_t duration_ms, gm_str text);

/* Sends one statement of a step; failure is told with revision, file and line. *position (may be
 * NULL) is the character that the server points at, 0: none. */
gm_code gm_run_statement(const gm_run_context *run, const gm_run_step *step, size_t index,
                         size_t *position, gm_err *err);

/* Writes the step's row, or takes it away; `*hit` is false when another runner has done so. */
gm_code gm_run_record(gm_run_context *run, const gm_run_step *step, bool *hit, gm_err *err);
/* The duration of what was applied, and the journal's entry of it. */
gm_code gm_run_journal_applied(const gm_run_context *run, const gm_run_step *step,
                               int64_t duration_ms, gm_err *err);

gm_code gm_run_journal(const gm_run_context *run, const char *kind, const gm_run_step *step,
                       size_t statement, gm_str hash, gm_str detail, gm_err *err);

/* The same when a Ctrl-C that the statement before did not notice hits this one: what is known is
 * written all the same. */
gm_code gm_run_journal_surely(const gm_run_context *run, const char *kind, const gm_run_step *step,
                              size_t statement, gm_str hash, gm_str detail, gm_err *err);

/* The error for a lock or session that a revision's statements took away; GM_OK when all is well.
 */
gm_code gm_run_check_lock(const gm_run_context *run, const gm_run_step *step, gm_err *err);

gm_code gm_run_set_timeouts(gm_run_context *run, int64_t lock_ms, int64_t statement_ms,
                            gm_err *err);

/* A section with transaction=off. */
gm_code gm_run_outside(gm_run_context *run, const gm_run_step *step, bool *hit, gm_err *err);

/* ---- session.c ---- */

/* SET, RESET, set_config(); PRAGMA, ATTACH: sent again it does no harm. */
bool gm_run_sets_session(gm_dialect dialect, gm_str statement);
/* PostgreSQL: have the section's first `end` statements set timeouts of their own, which count? */
bool gm_run_has_own_timeouts(const gm_run_step *step, size_t end);

/*
 * Brings a new session to where the section's first `end` statements had left the old one.
 * GM_E_REFUSED when one of them made what ended with it: a temporary table, a prepared statement.
 */
gm_code gm_run_restore_session(const gm_run_context *run, const gm_run_step *step, size_t end,
                               gm_err *err);

/* What the journal keeps of a statement. The first `end` statements have run: a role that they have
 * set may have no right to the journal, so it is taken off meanwhile. */
gm_code gm_run_journal_outside(const gm_run_context *run, const char *kind, const gm_run_step *step,
                               size_t index, gm_str detail, size_t end, gm_err *err);

/* GM_E_CHANGED for a section in a transaction that was outside of one when a part of it ran. */
gm_code gm_run_refuse_half_way(const gm_run_step *step, const gm_ledger *ledger, gm_err *err);

/* "revision ID" before the error's text, and the file's line as its place. */
gm_code gm_run_name_step(const gm_run_step *step, size_t line, gm_err *err);

#endif
