#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F5, F8: the server crashes in the middle of a revision, in and outside of a transaction; or it is gone for good just
# after COMMIT, so that nobody can say how that ended. The next run settles it.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

pg_required
# A server of its own: a crash ends the sessions of all.
sh "$GMIG_SOURCE/tests/support/postgres.sh" start "$box/server" >/dev/null
GMIG_TEST_POSTGRES=$(cat "$box/server/url")
stop_server() {
    status=$?
    set +e
    sh "$GMIG_SOURCE/tests/support/postgres.sh" stop "$box/server"
    (exit $status)
    end_background
}
trap stop_server EXIT
# What was committed survives a crash, as on a server that is not for tests.
pg_query "$GMIG_TEST_POSTGRES" 'ALTER SYSTEM SET synchronous_commit = on' >/dev/null
pg_query "$GMIG_TEST_POSTGRES" 'SELECT pg_reload_conf()' >/dev/null
new_target postgres
revision aaaa1111 ""
revision bbbb2222 aaaa1111
expect 0 gmig upgrade aaaa1111

asleep() {
    sleeper=$(query "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'")
    [ -n "$sleeper" ]
}

# crash_in OPTION: a process of the server is killed while it sleeps, and the server throws all others out and recovers.
crash_in() {
    with_sql bbbb2222 "$1
CREATE TABLE t_bbbb2222 (id INTEGER);
SELECT pg_sleep(60);
INSERT INTO t_bbbb2222 VALUES (1);" '
DROP TABLE t_bbbb2222;'
    background gmig upgrade
    wait_for asleep
    kill -9 "$sleeper"
    crashed=0
    wait "$started" || crashed=$?
    is "$crashed" 4
    wait_for query 'SELECT 1'
    applied aaaa1111
}

crash_in ''
agrees
crash_in ' transaction=off'
expect 1 gmig upgrade
has_err 'gmig resolve bbbb2222:2 --done'
expect 0 gmig resolve bbbb2222:2 --done
expect 0 gmig upgrade
is "$(query 'SELECT count(*) FROM t_bbbb2222')" 1
applied "aaaa1111 bbbb2222"

# gone_in OPTION REVISION PARENT: the answer to its COMMIT is lost, and no new connection is to be had.
gone_in() {
    revision "$2" "$3"
    with_sql "$2" "$1
CREATE TABLE t_$2 (id INTEGER);"
    pg_proxy "$url" --later refuse --cut-after COMMIT
    to_end="$to_end $PG_PROXY_PID"
    expect 6 gmig upgrade --target "$PG_PROXY" --allow-dirty
    pg_proxy_stop
    agrees
    expect 0 gmig upgrade
    has_err 'nothing to do'
    agrees
}
gone_in '' cccc3333 bbbb2222
gone_in ' transaction=off' dddd4444 cccc3333
applied "aaaa1111 bbbb2222 cccc3333 dddd4444"
