/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The fate of a COMMIT whose answer never came. The server keeps it by transaction id for as long
 * as the id is not too old: pg_xact_status,
 * https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT
 *
 * Its word counts only when it is the server that we spoke to: after a failover the same id may
 * belong to another transaction. The line of history (timeline) tells; where it is not known, only
 * a server that was not started anew is believed.
 */

#include "db/postgres/postgres.h"

#include <time.h>

#include "base/clock.h"

enum { FATE_MS = 30000, DIAL_MS = 5000, PAUSE_MS = 200, ORPHAN_MS = 2000 };

static gm_code unknown(gm_pg *pg, const char *why, gm_err *err)
{
    gm_fail(err, GM_E_COMMIT_UNKNOWN, "the connection to %.*s was lost in COMMIT, and %s",
            GM_ARG(pg->base.options.shown), why);
    return gm_hint(err, "Nothing can be told from here. Run again when the server is back: gmig "
                        "reads from its ledger what was applied.");
}

typedef enum { TOLD_NOTHING, TOLD_COMMITTED, TOLD_ABORTED, TOLD_RUNNING, TOLD_NEVER } told;

static bool same_server(const gm_pg *before, const gm_pg *now)
{
    if (before->timeline.len && now->timeline.len)
        return gm_str_eq(before->timeline, now->timeline);
    return gm_str_eq(before->started, now->started);
}

static told ask(gm_pg *pg, gm_pg *second, gm_str xid, gm_err *err)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_rows rows = {0};
    gm_value param = {.text = xid};
    bool new = pg->pq->PQserverVersion(second->conn) >= 130000;
    const char *sql = new ? "SELECT pg_catalog.pg_xact_status($1::xid8), "
                            "pg_catalog.pg_is_in_recovery()"
                          : "SELECT pg_catalog.txid_status($1::bigint), "
                            "pg_catalog.pg_is_in_recovery()";
    gm_code code = gm_pg_ask(scratch, second, sql, &param, 1, &rows, err);
    if (code != GM_OK)
        return second->lost ? TOLD_NOTHING : TOLD_NEVER; /* an id from the future */
    const gm_value *row = rows.rows.items[0];
    if (gm_str_is(row[1].text, "t"))
        return TOLD_NOTHING; /* a standby; the primary may yet come */
    if (!same_server(pg, second) || row[0].null)
        return TOLD_NEVER;
    if (gm_str_is(row[0].text, "committed"))
        return TOLD_COMMITTED;
    return gm_str_is(row[0].text, "aborted") ? TOLD_ABORTED : TOLD_RUNNING;
}

/*
 * The COMMIT may not even have arrived; then our old session stands there with its locks, for as
 * long as a proxy keeps its connection open. It is ours, and ending it decides: a session that is
 * past the point of no return commits first.
 */
static void end_orphan(gm_pg *pg, gm_pg *second, gm_str xid)
{
    gm_arena *scratch GM_CLEANUP(gm_arena_drop) = gm_arena_new();
    gm_err ignored = gm_err_new(scratch);
    uint64_t number = 0;
    gm_rows rows = {0};
    gm_str_u64(xid, &number);
    gm_value params[] = {
        {.text = gm_str_printf(scratch, "%d", pg->backend)},
        {.text = gm_str_printf(scratch, "%u", (unsigned)(number & UINT32_MAX))},
    };
    gm_pg_ask(scratch, second,
              "SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity "
              "WHERE pid = $1::int AND backend_xid::text = $2",
              params, 2, &rows, &ignored);
}

static gm_code settle(gm_pg *pg, gm_pg *second, bool committed, gm_err *err)
{
    gm_pg_hang_up(pg);
    pg->conn = second->conn;
    pg->lost = false;
    pg->pooled = second->pooled;
    pg->backend = second->backend;
    pg->started = second->started;
    pg->timeline = second->timeline;
    pg->lock_name = (gm_str){0};
    pg->base.reconnects++;
    if (committed)
        return GM_OK;
    gm_fail(err, GM_E_DATABASE, "the connection to %.*s was lost before COMMIT arrived",
            GM_ARG(pg->base.options.shown));
    return gm_hint(err, "The server has rolled the transaction back. Run again.");
}

gm_code gm_pg_fate(gm_pg *pg, gm_str xid, gm_err *err)
{
    int64_t wait = pg->base.options.fate_timeout_ms ? pg->base.options.fate_timeout_ms : FATE_MS;
    int64_t start = gm_clock_ms();
    bool orphan_ended = false;
    told answer = TOLD_NOTHING;
    int64_t left;
    while ((left = wait - (gm_clock_ms() - start)) > 0) {
        gm_err ignored = gm_err_new(err->arena);
        gm_pg second = gm_pg_second(pg);
        answer = TOLD_NOTHING;
        if (gm_pg_dial(&second, left < DIAL_MS ? left : DIAL_MS, NULL, &ignored) == GM_OK &&
            gm_pg_greet(&second, &ignored) == GM_OK)
            answer = ask(pg, &second, xid, &ignored);
        if (answer == TOLD_COMMITTED || answer == TOLD_ABORTED)
            return settle(pg, &second, answer == TOLD_COMMITTED, err);
        if (answer == TOLD_RUNNING && !orphan_ended && gm_clock_ms() - start > ORPHAN_MS) {
            end_orphan(pg, &second, xid);
            orphan_ended = true;
        }
        gm_pg_hang_up(&second);
        if (answer == TOLD_NEVER)
            return unknown(pg, "the server that answers now is not the one that has the answer",
                           err);
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000L}, NULL);
    }
    return unknown(pg,
                   answer == TOLD_RUNNING ? "the server still works on it"
                                          : "the server cannot be reached",
                   err);
}
