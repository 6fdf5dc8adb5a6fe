#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F18: a statement outside a transaction that keeps a part of its work and then fails is never run again without a word:
# what it did cannot be looked up, so a person is asked. One that provably did nothing is run again.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

rows() {
    is "$(query "SELECT count(*) FROM t")" "$1"
}

fresh() { # fresh STATEMENT
    start_over
    with_sql bbbb2222 " transaction=off
$1;"
    expect 0 gmig upgrade aaaa1111
}

# asked: the revision waits for a person's word, however often it is run.
asked() {
    for run in once twice; do
        expect 1 gmig upgrade
        has_err "$1"
        has_err 'gmig resolve bbbb2222:1 --done'
    done
    expect 0 gmig status
    has 'gmig resolve bbbb2222:1 --done'
    applied aaaa1111
}

# keeps_part STATEMENT STATUS: it leaves one row and fails.
keeps_part() {
    fresh "$1"
    expect "$2" gmig upgrade
    has_err 'gmig resolve bbbb2222:1'
    rows 1
    asked 'statement 1 failed, and may have kept a part of its work'
    rows 1
    expect 0 gmig resolve bbbb2222:1 --redo
    expect "$2" gmig upgrade
    rows 2
    asked 'statement 1 failed'
    expect 0 gmig resolve bbbb2222:1 --done
    expect 0 gmig upgrade
    rows 2
    applied "aaaa1111 bbbb2222"
}

# does_nothing STATEMENT: it fails, and is simply run again.
does_nothing() {
    fresh "$1"
    for run in once twice; do
        expect 4 gmig upgrade
        hasnt_err 'gmig resolve'
    done
    rows 0
}

on_sqlite() {
    new_target sqlite
    revision aaaa1111 ""
    with_sql aaaa1111 '
CREATE TABLE t (id INTEGER CHECK (id < 3));'
    revision bbbb2222 aaaa1111
    keeps_part "INSERT OR FAIL INTO t VALUES (1), (3)" 4
    does_nothing "INSERT INTO t VALUES (1), (3)"
}

on_postgres() {
    new_target postgres
    revision aaaa1111 ""
    with_sql aaaa1111 '
CREATE TABLE t (id INTEGER);
CREATE PROCEDURE halves() LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO t VALUES (1);
    COMMIT;
    INSERT INTO t VALUES (1 / 0);
END $$;
CREATE PROCEDURE sleeps() LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO t VALUES (1);
    COMMIT;
    PERFORM pg_sleep(60);
END $$;'
    revision bbbb2222 aaaa1111
    keeps_part 'CALL halves()' 4
    keeps_part 'DO $$ BEGIN CALL halves(); END $$' 4
    keeps_part 'do $$ begin insert into t values (1); commit; raise exception '\''enough'\''; end $$' 4
    does_nothing 'INSERT INTO t VALUES (1), (1 / 0)'
    does_nothing 'CALL nobody_has_made(this)'
    does_nothing 'DO $$ BEGIN INSERT INTO t VALUES (1); RAISE EXCEPTION '\''enough'\''; END $$'

    # Ended by its time, and by its connection.
    fresh 'CALL sleeps()'
    expect 4 gmig upgrade --statement-timeout 1s
    rows 1
    asked 'may have kept a part of its work'
    fresh 'CALL sleeps()'
    background gmig upgrade
    asleep() {
        [ "$(query "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'")" = 1 ]
    }
    wait_for asleep
    query "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'" >/dev/null
    wait "$started" && fail "the upgrade was not cut off"
    rows 1
    asked 'was begun by a run that was cut off'
    rows 1
}

(on_sqlite)
pg_required
on_postgres
