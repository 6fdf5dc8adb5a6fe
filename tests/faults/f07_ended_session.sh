#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F7: the server ends the session at any statement of a revision.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

pg_required
new_target postgres
revision aaaa1111 ""
revision bbbb2222 aaaa1111
commit history
expect 0 gmig upgrade aaaa1111
end='SELECT pg_terminate_backend(pg_backend_pid());'

for place in 1 2 3; do
    one='' two='' three=''
    case $place in 1) one=$end ;; 2) two=$end ;; 3) three=$end ;; esac
    with_sql bbbb2222 "
$one
CREATE TABLE t_bbbb2222 (id INTEGER);
$two
INSERT INTO t_bbbb2222 VALUES (1);
$three"
    expect 4 gmig upgrade --json
    json '.applied, .failed.revision, .failed.code' '[]
"bbbb2222"
"database"'
    agrees
done
with_sql bbbb2222 '
CREATE TABLE t_bbbb2222 (id INTEGER);' '
DROP TABLE t_bbbb2222;'
expect 0 gmig upgrade
applied "aaaa1111 bbbb2222"

# Outside a transaction nobody knows whether that statement was done.
revision cccc3333 bbbb2222
with_sql cccc3333 " transaction=off
INSERT INTO t_bbbb2222 VALUES (1);
$end"
expect 4 gmig upgrade
expect 1 gmig upgrade
has_err 'gmig resolve cccc3333:2 --done'
is "$(query "SELECT count(*) FROM t_bbbb2222")" 1
expect 0 gmig resolve cccc3333:2 --done
expect 0 gmig upgrade
is "$(query "SELECT count(*) FROM t_bbbb2222")" 1
applied "aaaa1111 bbbb2222 cccc3333"
