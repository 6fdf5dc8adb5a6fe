#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F9: forty runners start at once on an empty database; none fails, and each revision is applied once.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    with_sql bbbb2222 '
CREATE TABLE t_bbbb2222 (id INTEGER);
INSERT INTO t_bbbb2222 VALUES (1);' '
DROP TABLE t_bbbb2222;'
    commit history

    # They wait for a lock on one file, so that they start together.
    mkfifo "$box/$1.start"
    runners=
    i=0
    while [ $i -lt 40 ]; do
        (
            read -r _ <"$box/$1.start" || :
            exec gmig upgrade --wait 120s >"$box/$1.$i.out" 2>"$box/$1.$i.err"
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
    applied "aaaa1111 bbbb2222"
    is "$(query "SELECT count(*) FROM t_bbbb2222")" 1
    is "$(query "SELECT count(*) FROM gmig_journal WHERE kind = 'applied'")" 2
    is "$(cat "$box/$1".*.out | grep -c '^applied bbbb2222')" 1
}

on_both scenario
