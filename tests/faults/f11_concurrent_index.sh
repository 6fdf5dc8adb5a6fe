#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F11: an index is built concurrently while five other runners wait for the lock: nobody deadlocks, and it is built once.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

pg_required
new_target postgres
revision aaaa1111 ""
revision bbbb2222 aaaa1111
with_sql bbbb2222 ' transaction=off
CREATE INDEX CONCURRENTLY i ON t_aaaa1111 (id);'
expect 0 gmig upgrade aaaa1111

# A reader keeps the build waiting until all have come.
hold 'BEGIN ISOLATION LEVEL REPEATABLE READ' 'SELECT count(*) FROM t_aaaa1111'
query "CREATE TABLE ballast AS SELECT 1" # the reader's snapshot is older than this
runners=
for runner in 1 2 3 4 5 6; do
    gmig upgrade >"$box/runner$runner" 2>&1 5>&- & # it must not keep the reader from its end
    runners="$runners $!"
done
to_end="$to_end $runners"
building() {
    [ "$(query "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX CONC%' AND wait_event_type = 'Lock' AND datname = current_database()")" = 1 ]
}
five_wait() {
    [ "$(grep -l 'waiting' "$box"/runner? | wc -l)" = 5 ]
}
wait_for building
wait_for five_wait
let_go
for runner in $runners; do
    wait "$runner" || fail "a runner failed: $(cat "$box"/runner?)"
done
is "$(query "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass")" t
is "$(query "SELECT count(*) FROM gmig_journal WHERE kind = 'intent'")" 1
applied "aaaa1111 bbbb2222"
