#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F13: a runner is killed in a long statement; its lock is free within ten seconds.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

pg_required
new_target postgres
revision aaaa1111 ""
with_sql aaaa1111 '
CREATE TABLE t_aaaa1111 (id INTEGER);
SELECT pg_sleep(60);'
commit history
background gmig upgrade
sleeping() {
    [ "$(query "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid() AND datname = current_database() AND state = 'active'")" = 1 ]
}
wait_for sleeping

# Another one sees who has the lock.
expect 5 gmig upgrade --wait 0
has_err gmig
kill -9 "$started"
with_sql aaaa1111 '
CREATE TABLE t_aaaa1111 (id INTEGER);'
expect 0 gmig upgrade --wait 10s
applied aaaa1111
