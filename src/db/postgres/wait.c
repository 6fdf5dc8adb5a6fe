/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Waiting for the server, under our own rules instead of TCP's. TCP alone notices a peer that went
 * away without a word after minutes or never, and a proxy between keeps its half alive for good.
 *
 * Four things end a wait: an answer; an interrupt or the statement's deadline, which ask the server
 * to cancel and then wait a bounded time (SQL may catch a cancel); and silence. A long statement is
 * silent too, so after a while a second connection asks the server whether the first one's backend
 * is still at work (pg_stat_activity). When it is not, or nothing can be reached any more, the
 * connection is given up as lost.
 */

#include "db/postgres/postgres.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "base/clock.h"

enum {
    SILENCE_MS = 10000,     /* before the first question */
    MAX_SILENCE_MS = 60000, /* between later ones */
    PROBE_MS = 5000,        /* for one question at most */
    CONFIRM_MS = 1000,      /* between a bad answer and asking again */
    CANCEL_MS = 5000,       /* for the server to act on a cancel request */
};

typedef struct {
    bool stoppable;
    bool cancelled;
    int64_t give_up;    /* gm_clock_ms when a cancelled statement counts as lost; 0: never */
    int64_t next_probe; /* gm_clock_ms */
    int64_t silence;    /* present distance between questions */
    int bad_answers;    /* one after the other */
} vigil;

/* ---- cancelling ---- */

/* PQcancel blocks on a connection of its own: a thread of its own keeps our deadlines ours. */
static void *cancel_thread(void *data)
{
    const gm_libpq *pq;
    gm_arena *arena = gm_arena_new();
    gm_err ignored = gm_err_new(arena);
    char reason[256];
    if (gm_libpq_load(&pq, &ignored) == GM_OK) {
        pq->PQcancel(data, reason, sizeof(reason));
        pq->PQfreeCancel(data);
    }
    gm_arena_free(arena);
    return NULL;
}

static void cancel(gm_pg *pg, vigil *v)
{
    pthread_t thread;
    sigset_t all;
    sigset_t before;
    PGcancel *request = pg->pq->PQgetCancel(pg->conn);
    v->cancelled = true;
    v->give_up = gm_clock_ms() + CANCEL_MS;
    if (!request)
        return;
    /* Signals stay with the threads that the program made for them. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int made = pthread_create(&thread, NULL, cancel_thread, request);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (made != 0) {
        pg->pq->PQfreeCancel(request);
        return;
    }
    /* Until the request was delivered no other statement may run: it would be cancelled instead. */
    struct timespec end;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += 2;
    if (pthread_timedjoin_np(thread, NULL, &end) != 0)
        pthread_detach(thread);
}

/* ---- silence ---- */

typedef enum { AT_WORK, NOT_AT_WORK, NO_ANSWER } backend_state;

static backend_state ask_about(gm_pg *pg, int64_t ms)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_err err = gm_err_new(scratch);
    gm_pg second = gm_pg_second(pg);
    gm_rows rows = {0};
    bool answered = false;
    /* The pid that a pooler made up is nobody's: then all that can be asked is whether anybody is
     * there. */
    gm_value pid = {.text = gm_str_printf(scratch, "%d", pg->backend)};
    backend_state state = NO_ANSWER;
    if (gm_pg_dial(&second, ms, &answered, &err) != GM_OK)
        state = answered ? AT_WORK : NO_ANSWER; /* "too many connections" is an answer */
    else if (!pg->backend)
        state = AT_WORK;
    else if (gm_pg_ask(scratch, &second,
                       "SELECT coalesce(state, 'active') FROM pg_catalog.pg_stat_activity "
                       "WHERE pid = $1::int",
                       &pid, 1, &rows, &err) == GM_OK)
        state = gm_str_starts(gm_rows_only(&rows), GM_STR("idle")) || rows.rows.len == 0
                    ? NOT_AT_WORK
                    : AT_WORK;
    gm_pg_hang_up(&second);
    return state;
}

static int64_t first_silence(const gm_pg *pg)
{
    return pg->base.options.silence_ms ? pg->base.options.silence_ms : SILENCE_MS;
}

static bool readable(gm_pg *pg)
{
    struct pollfd server = {.fd = pg->pq->PQsocket(pg->conn), .events = POLLIN};
    return poll(&server, 1, 0) > 0;
}

/* A second bad answer in a row decides: the first may have crossed the server's own answer. */
static gm_code break_silence(gm_pg *pg, vigil *v, gm_err *err)
{
    int64_t patience = 2 * first_silence(pg);
    backend_state state = ask_about(pg, patience < PROBE_MS ? patience : PROBE_MS);
    if (state == AT_WORK || readable(pg)) {
        v->bad_answers = 0;
        v->silence = v->silence * 2 < MAX_SILENCE_MS ? v->silence * 2 : MAX_SILENCE_MS;
        v->next_probe = gm_clock_ms() + v->silence;
        return GM_OK;
    }
    v->next_probe = gm_clock_ms() + CONFIRM_MS;
    if (++v->bad_answers < 2)
        return GM_OK;
    return gm_pg_lost(pg,
                      state == NO_ANSWER ? "the server does not answer any more"
                                         : "the server is done, but its answer does not arrive",
                      err);
}

/* ---- one wait ---- */

static vigil begin_vigil(gm_pg *pg, bool stoppable)
{
    int64_t silence = first_silence(pg);
    return (vigil){.stoppable = stoppable,
                   .cancelled = pg->give_up != 0,
                   .give_up = pg->give_up,
                   .silence = silence,
                   .next_probe = gm_clock_ms() + silence};
}

/* Rows that keep coming are no excuse. */
static gm_code keep_deadline(gm_pg *pg, vigil *v, gm_err *err)
{
    if (!pg->deadline || gm_clock_ms() < pg->deadline)
        return GM_OK;
    if (!v->cancelled) {
        cancel(pg, v);
        pg->give_up = v->give_up;
    }
    if (!pg->give_up || gm_clock_ms() < pg->give_up)
        return GM_OK;
    pg->lost = true;
    return gm_pg_late(pg, err);
}

static int64_t end_of_wait(const gm_pg *pg, const vigil *v)
{
    int64_t end = v->give_up ? v->give_up : v->next_probe;
    return pg->deadline && !v->cancelled && pg->deadline < end ? pg->deadline : end;
}

static gm_code on_time(gm_pg *pg, vigil *v, gm_err *err)
{
    int64_t now = gm_clock_ms();
    GM_TRY(keep_deadline(pg, v, err));
    if (v->stoppable && !v->cancelled && atomic_load(&pg->base.interrupted))
        cancel(pg, v);
    if (v->give_up && now >= v->give_up) {
        gm_db_take_interrupt(&pg->base);
        pg->lost = true;
        gm_db_interrupted(&pg->base, "the statement", err);
        return gm_hint(err, "The server did not confirm; what the statement did outside a "
                            "transaction must be looked at.");
    }
    if (pg->base.ops && !v->give_up && now >= v->next_probe)
        return break_silence(pg, v, err);
    /* A second connection has nobody to ask: its question has the deadline of the dial. */
    if (!pg->base.ops && now >= v->next_probe)
        return gm_pg_lost(pg, "the server does not answer", err);
    return GM_OK;
}

/* Waits for `events` on the server's socket, or for a reason to look around. */
static gm_code wait_once(gm_pg *pg, vigil *v, short events, bool *ready, gm_err *err)
{
    struct pollfd fds[2] = {
        {.fd = pg->pq->PQsocket(pg->conn), .events = events},
        {.fd = v->stoppable && !v->cancelled ? pg->base.wake[0] : -1, .events = POLLIN},
    };
    GM_TRY(keep_deadline(pg, v, err));
    int64_t left = end_of_wait(pg, v) - gm_clock_ms();
    *ready = poll(fds, 2, left > 0 ? (int)left : 0) > 0 && fds[0].revents;
    return *ready ? GM_OK : on_time(pg, v, err);
}

gm_code gm_pg_flush(gm_pg *pg, bool stoppable, gm_err *err)
{
    const gm_libpq *pq = pg->pq;
    vigil v = begin_vigil(pg, stoppable);
    int left;
    while ((left = pq->PQflush(pg->conn)) > 0) {
        bool ready;
        GM_TRY(wait_once(pg, &v, POLLIN | POLLOUT, &ready, err));
        /* A server that wants to be read from before it reads on must not hold us up. */
        if (ready && !pq->PQconsumeInput(pg->conn))
            return gm_pg_lost(pg, NULL, err);
    }
    return left < 0 ? gm_pg_lost(pg, NULL, err) : GM_OK;
}

/* *more becomes false when the connection broke: PQgetResult then has the reason, and never waits.
 */
static gm_code take_input(gm_pg *pg, vigil *v, bool *more, gm_err *err)
{
    bool ready = false;
    while (!ready)
        GM_TRY(wait_once(pg, v, POLLIN, &ready, err));
    *more = pg->pq->PQconsumeInput(pg->conn) != 0;
    return GM_OK;
}

gm_code gm_pg_wait_input(gm_pg *pg, bool stoppable, gm_err *err)
{
    vigil v = begin_vigil(pg, stoppable);
    bool more;
    GM_TRY(take_input(pg, &v, &more, err));
    return more ? GM_OK : gm_pg_lost(pg, NULL, err);
}

gm_code gm_pg_next_result(gm_pg *pg, bool stoppable, PGresult **result, gm_err *err)
{
    vigil v = begin_vigil(pg, stoppable);
    bool more = true;
    GM_TRY(keep_deadline(pg, &v, err));
    while (more && pg->pq->PQisBusy(pg->conn))
        GM_TRY(take_input(pg, &v, &more, err));
    *result = pg->pq->PQgetResult(pg->conn);
    if (!*result && pg->pq->PQstatus(pg->conn) == CONNECTION_BAD)
        return gm_pg_lost(pg, NULL, err);
    return GM_OK;
}
