#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F2: killed at any write, sync or removal of a file; SQLite stays whole, and a rerun ends in the same state.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

needs strace sqlite3
new_target sqlite
revision aaaa1111 ""
revision bbbb2222 aaaa1111
revision cccc3333 bbbb2222
with_sql cccc3333 '
CREATE TABLE t_cccc3333 (id INTEGER);
INSERT INTO t_cccc3333 VALUES (1), (2);
CREATE INDEX i ON t_cccc3333 (id);' '
DROP TABLE t_cccc3333;'
commit history

sweep() { # sweep CALLS STEP
    rm -f db.sqlite*
    total=$(count_calls "$1" gmig upgrade -q)
    n=1
    while [ "$n" -le "$total" ]; do
        rm -f db.sqlite*
        kills_at "$1" "$n" gmig upgrade -q || :
        is "$(query 'PRAGMA integrity_check')" ok
        agrees
        expect 0 gmig upgrade -q
        applied "aaaa1111 bbbb2222 cccc3333"
        is "$(query 'SELECT count(*) FROM t_cccc3333')" 2
        n=$((n + $2))
    done
    [ "$total" -gt 3 ] || fail "only $total calls of $1"
}

sweep pwrite64 2
sweep fdatasync 1
sweep unlink 1
