#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F10: twenty runners start at once, and gmig's lock keeps none of them out; each revision is applied once all the same.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

[ -n "${GMIG_NO_FLOCK:-}" ] || { echo "skipped: nothing can be preloaded in this build"; exit 77; }

# A lock that everybody gets: on SQLite flock does nothing, in this PostgreSQL database the lock is a shared one.
take_lock_away() {
    if [ "$dialect" = sqlite ]; then
        slow="WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000) SELECT max(i) FROM n"
        unlocked="env LD_PRELOAD=$GMIG_NO_FLOCK"
    else
        slow="SELECT pg_sleep(0.5)"
        unlocked=
        query "ALTER FUNCTION pg_catalog.pg_try_advisory_lock(int, int) RENAME TO pg_try_advisory_lock_kept;
            CREATE FUNCTION pg_catalog.pg_try_advisory_lock(int, int) RETURNS boolean LANGUAGE sql
            AS 'SELECT pg_catalog.pg_try_advisory_lock_shared(\$1, \$2)'"
    fi
}

scenario() {
    new_target "$1"
    take_lock_away
    revision aaaa1111 ""
    with_sql aaaa1111 "
$slow;
CREATE TABLE t_aaaa1111 (id INTEGER);"
    revision bbbb2222 aaaa1111
    with_sql bbbb2222 '
CREATE TABLE t_bbbb2222 (id INTEGER);
INSERT INTO t_bbbb2222 VALUES (1);' '
DROP TABLE t_bbbb2222;'
    revision cccc3333 bbbb2222
    commit history

    mkfifo "$box/$1.start"
    runners=
    i=0
    while [ $i -lt 20 ]; do
        (
            read -r _ <"$box/$1.start" || :
            exec $unlocked gmig upgrade >"$box/$1.$i.out" 2>"$box/$1.$i.err"
        ) &
        runners="$runners $!"
        i=$((i + 1))
    done
    sleep 0.3
    : >"$box/$1.start"
    i=0
    for runner in $runners; do
        wait "$runner" || { cat "$box/$1.$i.err"; fail "runner $i failed"; }
        i=$((i + 1))
    done
    applied "aaaa1111 bbbb2222 cccc3333"
    is "$(query "SELECT count(*) FROM t_bbbb2222")" 1
    is "$(query "SELECT count(*) FROM gmig_journal WHERE kind = 'applied'")" 3
    is "$(cat "$box/$1".*.out | grep -c '^applied bbbb2222')" 1

    # The others were in at the same time: they planned the same, and found it done.
    grep -q 'aaaa1111 was applied by another runner meanwhile' "$box/$1".*.err || fail "$1: the lock still holds"
}

on_both scenario
