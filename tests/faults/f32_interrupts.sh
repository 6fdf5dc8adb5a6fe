#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F32: Ctrl-C, TERM and HUP, once and twice, in a long statement, in COMMIT, outside a transaction, in a backup and in the
# wait for a lock: what runs is cancelled and rolled back, the exit status is 130, and the next run goes on.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

# A script's background jobs have INT ignored; a person's program has not.
gmig_in_background() {
    background env --default-signal=INT,TERM,HUP gmig "$@"
}

# ended STATUS: the background job ends with it, within ten seconds
ended() {
    signalled=$(date +%s)
    got=0
    wait "$started" || got=$?
    [ $(($(date +%s) - signalled)) -lt 10 ] || fail 'it took its time to end'
    [ "$got" = "$1" ] || { cat "$box/background"; fail "exit status $got, not $1"; }
}

said() {
    grep -qF -- "$1" "$box/background" || { cat "$box/background"; fail "it has not said: $1"; }
}

# A statement that would go on for ever, behind a table that then must not be there.
endless() {
    if [ "$dialect" = sqlite ]; then
        echo 'SELECT count(*) FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c);'
    else
        echo 'SELECT pg_sleep(1000);'
    fi
}

at_work() {
    if [ "$dialect" = sqlite ]; then
        # A journal that stays is that of the endless statement's transaction.
        grep -q 'applied aaaa1111' "$box/background" && test -e db.sqlite-journal && sleep 0.1 && test -e db.sqlite-journal
    else
        [ "$(query "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE 'SELECT pg_sleep(1000)%'")" = 1 ]
    fi
}

# SQLite works in the program itself, and a journal that it left is rolled back by the next reader.
at_rest() {
    [ "$dialect" = sqlite ] || ! at_work
}

long_statement() {
    with_sql bbbb2222 "
CREATE TABLE t_bbbb2222 (id INTEGER);
$(endless)"
    for signal in INT TERM HUP; do
        start_over
        gmig_in_background upgrade
        wait_for at_work
        kill -$signal "$started"
        ended 130
        said 'revision bbbb2222: the statement was interrupted'
        said 'Nothing of this revision was kept. Run the same command again'
        said 'bbbb2222 is rolled back; 1 done before it, 1 not reached'
        at_rest || fail 'the statement goes on'
        agrees
        applied aaaa1111
    done
    start_over
    gmig_in_background upgrade
    wait_for at_work
    kill -INT "$started"
    kill -INT "$started" 2>/dev/null || :
    ended 130
    wait_for at_rest
    agrees
    # nohup keeps HUP away.
    start_over
    background env --default-signal=INT --ignore-signal=HUP gmig upgrade
    wait_for at_work
    kill -HUP "$started"
    sleep 0.3
    at_work || fail 'HUP ended what nohup guards'
    kill -INT "$started"
    ended 130
    revision_as_before
    expect 0 gmig upgrade
    applied "aaaa1111 bbbb2222 cccc3333"
}

revision_as_before() {
    with_sql bbbb2222 '
CREATE TABLE t_bbbb2222 (id INTEGER);' '
DROP TABLE t_bbbb2222;'
}

# Another gmig has the lock.
waiting_for_the_lock() {
    with_sql bbbb2222 "
CREATE TABLE t_bbbb2222 (id INTEGER);
$(endless)"
    start_over
    background gmig upgrade
    first=$started
    wait_for at_work
    for signal in INT TERM; do
        gmig_in_background upgrade
        wait_for grep -q 'waiting for the lock' "$box/background"
        kill -$signal "$started"
        ended 130
        said 'the wait for the lock was interrupted'
    done
    gmig_in_background stamp head
    wait_for grep -q 'waiting for the lock' "$box/background"
    kill -INT "$started"
    ended 130
    kill "$first"
    wait "$first" || :
    revision_as_before
    agrees
}

# Statements before the one that was cancelled stay done, and the next run goes on behind them.
outside_a_transaction() {
    with_sql bbbb2222 " transaction=off
CREATE TABLE t_bbbb2222 (id INTEGER);
INSERT INTO t_bbbb2222 VALUES (1);
$(endless)"
    start_over
    gmig_in_background upgrade
    if [ "$dialect" = sqlite ]; then
        done_before() { [ "$(query 'SELECT count(*) FROM t_bbbb2222')" = 1 ] && [ "$(query "SELECT count(*) FROM gmig_journal WHERE kind = 'intent' AND statement = 3")" = 1 ]; }
        wait_for done_before
        sleep 0.2
    else
        wait_for at_work
    fi
    kill -INT "$started"
    ended 130
    said 'Its statements that were done before stay done'
    is "$(query 'SELECT count(*) FROM t_bbbb2222')" 1
    applied aaaa1111
    with_sql bbbb2222 ' transaction=off
CREATE TABLE t_bbbb2222 (id INTEGER);
INSERT INTO t_bbbb2222 VALUES (1);
INSERT INTO t_bbbb2222 VALUES (2);'
    expect 0 gmig upgrade
    has_err 'goes on at statement 3 of 3'
    is "$(query 'SELECT count(*) FROM t_bbbb2222')" 2
    applied "aaaa1111 bbbb2222 cccc3333"
    revision_as_before
}

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    revision_as_before
    revision cccc3333 bbbb2222
    commit history
    long_statement
    waiting_for_the_lock
    outside_a_transaction
    only_on_$1
}

# COMMIT waits for a reader: the first signal lets it, and ends the run behind it; the second one ends it at once.
only_on_sqlite() {
    committing() { query 'SELECT count(*) FROM t_aaaa1111' 2>&1 | grep -q locked; }
    with_sql bbbb2222 '
CREATE TABLE t_bbbb2222 (id INTEGER);
SELECT count(*) FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 2500000) SELECT x FROM c);'
    for times in once twice; do
        start_over
        gmig_in_background upgrade --lock-timeout 60s
        wait_for at_work
        hold 'BEGIN' 'SELECT count(*) FROM t_aaaa1111'
        wait_for committing
        kill -INT "$started"
        sleep 0.3
        kill -0 "$started" || fail 'the first signal ended a COMMIT'
        [ $times = once ] || kill -INT "$started"
        [ $times = twice ] || let_go
        ended 130
        [ $times = once ] || let_go
        [ $times = twice ] || applied "aaaa1111 bbbb2222"
        agrees
        expect 0 gmig upgrade
        applied "aaaa1111 bbbb2222 cccc3333"
    done
    revision_as_before
    # Another program writes: the wait for the file ends.
    start_over
    expect 0 gmig upgrade aaaa1111
    hold 'BEGIN IMMEDIATE'
    gmig_in_background upgrade --lock-timeout 60s
    sleep 0.5
    kill -INT "$started"
    ended 130
    let_go
    agrees
    applied aaaa1111
}

only_on_postgres() {
    # A build that waits for an older transaction leaves an INVALID index; the next run builds it anew.
    with_sql bbbb2222 ' transaction=off
CREATE INDEX CONCURRENTLY i ON t_aaaa1111 (id);'
    start_over
    expect 0 gmig upgrade aaaa1111
    hold 'BEGIN ISOLATION LEVEL REPEATABLE READ' 'SELECT count(*) FROM t_aaaa1111'
    gmig_in_background upgrade
    building() { [ "$(query "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('i')")" = 1 ]; }
    wait_for building
    kill -INT "$started"
    ended 130
    let_go
    is "$(query "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass")" f
    expect 0 gmig upgrade
    is "$(query "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass")" t
    applied "aaaa1111 bbbb2222 cccc3333"
    revision_as_before

    # The backup waits for a table: nothing of it stays, and no pg_dump.
    start_over
    expect 0 gmig upgrade aaaa1111
    hold 'BEGIN' 'LOCK TABLE t_aaaa1111'
    # A terminal's Ctrl-C goes to pg_dump as well.
    for who in one group; do
        background setsid env --default-signal=INT,TERM gmig upgrade --backup-to "$PWD/copy.dump"
        dumping() { [ "$(query "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LOCK TABLE public.t_aaaa1111 IN ACCESS SHARE%'")" = 1 ]; }
        wait_for dumping
        [ $who = group ] || kill -TERM "$started"
        [ $who = one ] || kill -INT "-$started"
        ended 130
        said 'the backup was interrupted'
        is "$(find . -maxdepth 1 -name '*backup*' -o -maxdepth 1 -name '*dump*')" ""
        gone() { ! dumping; }
        wait_for gone
    done
    let_go
    applied aaaa1111

    # A server that is gone without a word: the first signal waits for it, the second one ends at once.
    with_sql bbbb2222 "
CREATE TABLE t_bbbb2222 (id INTEGER);
$(endless)"
    pg_proxy "$url" --freeze-before pg_sleep --later freeze
    gmig_in_background upgrade --allow-dirty --target "$PG_PROXY"
    wait_for grep -q fired "$PG_PROXY_LOG"
    kill -INT "$started"
    sleep 0.5
    kill -0 "$started" || fail 'it did not wait for the server'
    before=$(date +%s%N)
    kill -INT "$started"
    ended 130
    [ $((($(date +%s%N) - before) / 1000000)) -lt 2000 ] || fail 'the second signal took its time'
    pg_proxy_stop
    revision_as_before
    expect 0 gmig upgrade
    applied "aaaa1111 bbbb2222 cccc3333"
}

on_both scenario
