#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F21: a revision and the application wait for each other, and the server ends the revision: it is tried once more as a
# whole, and applied once.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

pg_required
new_target postgres
revision aaaa1111 ""
with_sql aaaa1111 '
CREATE TABLE first (id INTEGER);
CREATE TABLE second (id INTEGER);'
revision bbbb2222 aaaa1111
with_sql bbbb2222 '
INSERT INTO first VALUES (1);
ALTER TABLE first ADD COLUMN more INTEGER;
ALTER TABLE second ADD COLUMN more INTEGER;'
expect 0 gmig upgrade aaaa1111

waiting() { # waiting TABLE
    [ "$(query "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '$1'::regclass")" = 1 ]
}

# Whoever finds the circle is ended: the revision looks first, after two seconds of waiting.
query "DO \$\$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = ''2s''', current_database()); END \$\$"
hold "SET deadlock_timeout = '60s'" BEGIN 'LOCK TABLE second'
background gmig upgrade --lock-timeout 60s
runner=$started
wait_for waiting second
echo "LOCK TABLE first; COMMIT;" >&5
wait "$runner" || fail "the revision failed: $(cat "$box/background")"
grep -q 'deadlock detected; trying once more' "$box/background" || fail "nothing was tried again: $(cat "$box/background")"
let_go
is "$(query 'SELECT count(*) FROM first')" 1
applied "aaaa1111 bbbb2222"
is "$(query "SELECT count(*) FROM gmig_journal WHERE kind = 'applied' AND revision = 'bbbb2222'")" 1
