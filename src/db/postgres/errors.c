/* SPDX-License-Identifier: Apache-2.0 */
#include "db/postgres/postgres.h"

#include "base/buf.h"

/* Libpq repeats what it was given when it cannot use it, a password among it. */
gm_str gm_pg_scrub(gm_arena *arena, const gm_pg *pg, const char *text)
{
    gm_str clean = gm_str_trim(gm_str_from(text));
    GM_EACH (gm_str, secret, &pg->secrets) {
        gm_buf buf = gm_buf_new(arena, SIZE_MAX);
        size_t at;
        while ((at = gm_str_search(clean, *secret)) < clean.len) {
            gm_buf_add(&buf, gm_str_sub(clean, 0, at));
            gm_buf_z(&buf, "********");
            clean = gm_str_sub(clean, at + secret->len, clean.len);
        }
        gm_buf_add(&buf, clean);
        clean = gm_buf_str(&buf);
    }
    return gm_str_dup(arena, clean);
}

gm_code gm_pg_lost(gm_pg *pg, const char *why, gm_err *err)
{
    gm_str words = gm_pg_scrub(err->arena, pg, why ? why : pg->pq->PQerrorMessage(pg->conn));
    pg->lost = true;
    gm_fail(err, GM_E_DATABASE, "the connection to %.*s was lost: %.*s",
            GM_ARG(pg->base.options.shown), GM_ARG(words));
    return gm_hint(err, "Look at the server and the network between, then run again.");
}

gm_code gm_pg_late(gm_pg *pg, gm_err *err)
{
    gm_fail(err, GM_E_SQL, "the statement ran longer than its limit of %lld ms",
            (long long)pg->base.options.deadline_ms);
    err->sqlstate = GM_STR("57014");
    return err->code;
}

static void add_field(gm_pg *pg, gm_buf *buf, const PGresult *result, int field, const char *name)
{
    const char *text = pg->pq->PQresultErrorField(result, field);
    if (text)
        gm_buf_printf(buf, "%s%s: %s", buf->len ? "\n" : "", name, text);
}

/*
 * SQLSTATEs that end a session: https://www.postgresql.org/docs/current/errcodes-appendix.html. The
 * server says so and only then closes the connection.
 */
static bool ends_session(gm_str state)
{
    static const char *const endings[] = {"57P01", "57P02", "57P03", "57P05", "25P03", "25P04"};
    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        if (gm_str_is(state, endings[i]))
            return true;
    return gm_str_starts(state, GM_STR("08"));
}

static gm_code classify(gm_pg *pg, gm_str state)
{
    if (ends_session(state) || pg->pq->PQstatus(pg->conn) == CONNECTION_BAD) {
        pg->lost = true;
        return GM_E_DATABASE;
    }
    if (gm_str_is(state, "55P03"))
        return GM_E_LOCKED;
    if (gm_str_is(state, "57014") && gm_db_take_interrupt(&pg->base))
        return GM_E_INTERRUPTED;
    /* 53: out of disk, memory or connections; 58 and XX: the system, the server itself. */
    bool failing = gm_str_starts(state, GM_STR("53")) || gm_str_starts(state, GM_STR("58")) ||
                   gm_str_starts(state, GM_STR("XX"));
    return failing ? GM_E_DATABASE : GM_E_SQL;
}

static const struct {
    const char *state;
    const char *hint;
} cures[] = {
    {"55P03", "Another session holds the lock; pg_blocking_pids() names it. Run again when it is "
              "done; upgrade and downgrade wait longer with --lock-timeout."},
    {"40P01", "Two sessions waited for each other. Run again."},
    {"40001", "Another session changed the same rows. Run again."},
    {"53100", "Make room on the server's disk and run again."},
    {"53200", "The server had no memory left; with \"out of shared memory\" raise "
              "max_locks_per_transaction, or split the revision."},
    {"42501", "Connect as a role that has the right, or have it granted."},
    {"25006", "The server takes no writes: it is a standby, or the session is read-only. Name the "
              "primary."},
};

gm_code gm_pg_fail(gm_pg *pg, const PGresult *result, gm_str statement, size_t *position,
                   gm_err *err)
{
    const gm_libpq *pq = pg->pq;
    gm_str state =
        gm_str_dup(err->arena, gm_str_from(pq->PQresultErrorField(result, PG_DIAG_SQLSTATE)));
    const char *message = pq->PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *place = pq->PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    if (!message) /* libpq's own, not the server's */
        return gm_pg_lost(pg, pq->PQresultErrorMessage(result), err);
    gm_code code = classify(pg, state);
    gm_str words = gm_pg_scrub(err->arena, pg, message);
    if (pg->lost)
        gm_pg_lost(pg, message, err);
    else if (code == GM_E_INTERRUPTED)
        gm_db_interrupted(&pg->base, "the statement", err);
    else if (pg->give_up && gm_str_is(state, "57014"))
        gm_pg_late(pg, err);
    else
        gm_fail(err, code, "%.*s", GM_ARG(words));
    for (size_t i = 0; i < sizeof(cures) / sizeof(cures[0]); i++)
        if (gm_str_is(state, cures[i].state))
            gm_hint(err, "%s", cures[i].hint);
    gm_buf detail = gm_buf_new(err->arena, SIZE_MAX);
    add_field(pg, &detail, result, PG_DIAG_MESSAGE_DETAIL, "DETAIL");
    add_field(pg, &detail, result, PG_DIAG_MESSAGE_HINT, "HINT");
    add_field(pg, &detail, result, PG_DIAG_INTERNAL_QUERY, "QUERY");
    add_field(pg, &detail, result, PG_DIAG_CONTEXT, "CONTEXT");
    err->detail = detail.len ? gm_buf_str(&detail) : (gm_str){0};
    err->sqlstate = state;
    err->statement = gm_str_dup(err->arena, statement);
    uint64_t at;
    if (position && place && gm_str_u64(gm_str_from(place), &at))
        *position = (size_t)at;
    return code;
}
