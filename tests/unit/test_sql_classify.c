/* SPDX-License-Identifier: Apache-2.0 */
#include "gm_test.h"

#include "lang/sql.h"

enum {
    BEGINS = GM_SQL_BEGIN,
    ENDS = GM_SQL_END,
    NO_TX = GM_SQL_NO_TX,
    SESSION = GM_SQL_SESSION,
    PRAGMA = GM_SQL_PRAGMA_NO_TX,
    INDEX = GM_SQL_NO_TX | GM_SQL_CONCURRENT_INDEX,
    ENUM = GM_SQL_ENUM_VALUE,
};

typedef struct {
    const char *text;
    unsigned flags;
} row;

static void check_flags(gm_dialect dialect, const row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        gm_arena *arena = gm_arena_new();
        gm_err err = gm_err_new(arena);
        gm_sql_statements statements = {0};
        assert_ok(gm_sql_split(arena, dialect, GM_STR("f"), 1, gm_str_from(rows[i].text),
                               &statements, &err),
                  &err);
        if (statements.len != 1 || statements.items[0].flags != rows[i].flags)
            fail_msg("%s: %zu statements, flags %u, not %u", rows[i].text, statements.len,
                     statements.len ? statements.items[0].flags : 0, rows[i].flags);
        gm_arena_free(arena);
    }
}

#define CHECK_FLAGS(dialect, rows) check_flags(dialect, rows, sizeof(rows) / sizeof((rows)[0]))

static void transaction_control_is_told_apart_on_postgresql(void **state)
{
    (void)state;
    static const row rows[] = {
        {"begin", BEGINS},
        {"BEGIN TRANSACTION ISOLATION LEVEL SERIALIZABLE", BEGINS},
        {"/* x */ Begin -- y\n work", BEGINS},
        {"start transaction", BEGINS},
        {"START /**/ TRANSACTION", BEGINS},
        {"commit", ENDS},
        {"COMMIT AND CHAIN", ENDS},
        {"end", ENDS},
        {"abort work", ENDS},
        {"rollback", ENDS},
        {"rollback work", ENDS},
        {"rollback transaction and no chain", ENDS},
        {"prepare transaction 'x'", ENDS},
        {"rollback to s", 0},
        {"rollback work to savepoint s", 0},
        {"rollback transaction to savepoint s", 0},
        {"savepoint s", 0},
        {"release s", 0},
        {"prepare p as select 1", 0},
        {"commit prepared 'x'", NO_TX},
        {"rollback prepared 'x'", NO_TX},
        {"set transaction read only", 0},
        {"do $$ begin commit; end $$", 0},
        {"create function f() as $$ begin; $$", 0},
        {"create function f() begin atomic select 1; end", 0},
        {"\"begin\"", 0},
        {"'commit'", 0},
        {"select 1 -- commit", 0},
    };
    CHECK_FLAGS(GM_POSTGRES, rows);
}

static void what_postgresql_refuses_in_a_transaction_is_flagged(void **state)
{
    (void)state;
    static const row rows[] = {
        {"create index concurrently i on t (a)", INDEX},
        {"CREATE UNIQUE INDEX /* now */ CONCURRENTLY IF NOT EXISTS i ON t (a)", INDEX},
        {"create index i on t (a)", 0},
        {"create index \"concurrently\" on t (a)", 0},
        {"drop index concurrently i", NO_TX},
        {"drop index i", 0},
        {"reindex index concurrently i", NO_TX},
        {"reindex table t", 0},
        {"reindex (verbose) table t", 0},
        {"reindex (verbose, concurrently) table t", NO_TX},
        {"reindex (concurrently false) table t", 0},
        {"reindex (concurrently 'off', verbose) table t", 0},
        {"reindex (verbose) table concurrently t", NO_TX},
        {"reindex schema s", NO_TX},
        {"reindex database d", NO_TX},
        {"reindex (verbose) system d", NO_TX},
        {"refresh materialized view concurrently m", 0},
        {"alter table t detach partition p concurrently", NO_TX},
        {"alter table only s.t detach partition s.p concurrently", NO_TX},
        {"alter table t detach partition p", 0},
        {"alter table t detach partition p finalize", 0},
        {"vacuum", NO_TX},
        {"vacuum (analyze) t", NO_TX},
        {"analyze t", 0},
        {"cluster", NO_TX},
        {"cluster verbose", NO_TX},
        {"cluster (verbose)", NO_TX},
        {"cluster t", 0},
        {"cluster verbose t using i", 0},
        {"create database d", NO_TX},
        {"drop database d", NO_TX},
        {"create tablespace s location '/x'", NO_TX},
        {"drop tablespace s", NO_TX},
        {"alter system set a = 1", NO_TX},
        {"alter database d set tablespace s", NO_TX},
        {"alter database d set work_mem = 1", 0},
        {"create subscription s connection 'x' publication p", NO_TX},
        {"create subscription s connection 'x' publication p with (create_slot = off)", 0},
        {"create subscription s connection 'x' publication p with (connect = false)", 0},
        {"create subscription s connection 'x' publication p with (connect)", NO_TX},
        {"alter subscription s refresh publication", NO_TX},
        {"alter subscription s set publication p", NO_TX},
        {"alter subscription s add publication p with (refresh = false)", 0},
        {"alter subscription s disable", 0},
        {"drop subscription s", 0},
        {"create table t (a int)", 0},
        {"alter type e add value 'x'", ENUM},
        {"ALTER TYPE s.e ADD /**/ VALUE IF NOT EXISTS 'x' BEFORE 'y'", ENUM},
        {"alter type e add attribute value int", 0},
        {"alter type e rename value 'a' to 'b'", 0},
    };
    CHECK_FLAGS(GM_POSTGRES, rows);
}

static void what_takes_the_runners_lock_is_flagged(void **state)
{
    (void)state;
    static const row rows[] = {
        {"discard all", NO_TX | SESSION},
        {"discard temp", 0},
        {"reset all", 0},
        {"select pg_advisory_unlock_all()", SESSION},
        {"SELECT pg_catalog.PG_ADVISORY_UNLOCK_ALL ( )", SESSION},
        {"select \"pg_advisory_unlock_all\"()", SESSION},
        {"with x as (select pg_advisory_unlock_all()) select 1", SESSION},
        {"(select pg_advisory_unlock_all())", SESSION},
        {"select 'pg_advisory_unlock_all()'", 0},
        {"select pg_advisory_unlock_all", 0},
        {"comment on function pg_advisory_unlock_all() is 'x'", 0},
        {"create function f() begin atomic select pg_advisory_unlock_all(); end", 0},
    };
    CHECK_FLAGS(GM_POSTGRES, rows);
}

static void sqlite_has_its_own_list(void **state)
{
    (void)state;
    static const row rows[] = {
        {"BEGIN IMMEDIATE", BEGINS},
        {"commit transaction", ENDS},
        {"end transaction", ENDS},
        {"rollback", ENDS},
        {"rollback transaction", ENDS},
        {"rollback transaction to savepoint s", 0},
        {"rollback to s", 0},
        {"savepoint s", 0},
        {"release s", 0},
        {"explain commit", 0},
        {"vacuum", NO_TX},
        {"vacuum into 'x'", NO_TX},
        {"detach x", NO_TX},
        {"attach 'f' as x", 0},
        {"reindex", 0},
        {"create index concurrently on t (a)", 0},
        {"create trigger t begin select 1; end", 0},
        {"pragma foreign_keys = off", PRAGMA},
        {"PRAGMA Foreign_Keys(1)", PRAGMA},
        {"pragma main.journal_mode=wal", PRAGMA},
        {"pragma \"synchronous\" = off", PRAGMA},
        {"pragma [main].`temp_store`=2", PRAGMA},
        {"pragma page_size=512", PRAGMA},
        {"pragma auto_vacuum=1", PRAGMA},
        {"pragma wal_checkpoint", PRAGMA},
        {"pragma foreign_keys", 0},
        {"pragma journal_mode", 0},
        {"pragma defer_foreign_keys=on", 0},
        {"pragma user_version=3", 0},
        {"pragma", 0},
    };
    CHECK_FLAGS(GM_SQLITE, rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transaction_control_is_told_apart_on_postgresql),
        cmocka_unit_test(what_postgresql_refuses_in_a_transaction_is_flagged),
        cmocka_unit_test(what_takes_the_runners_lock_is_flagged),
        cmocka_unit_test(sqlite_has_its_own_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
