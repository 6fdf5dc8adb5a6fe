#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F38: memory runs out at any allocation, once or for good: gmig ends by itself, the database holds what its ledger says,
# success is only told of what was done, and the next run comes to the end.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

[ -n "${GMIG_NO_MEMORY:-}" ] || { echo "skipped: nothing can be preloaded in this build"; exit 77; }

# without N COMMAND...: its exit status in $ended
without() {
    fail_at=$1
    shift
    ended=0
    GMIG_FAIL_AT=$fail_at LD_PRELOAD=$GMIG_NO_MEMORY "$@" >"$out" 2>"$err" || ended=$?
    [ "$ended" -lt 128 ] || fail "allocation $fail_at: gmig was ended by signal $((ended - 128))"
    agrees
}

recorded() {
    [ -n "$recorded" ] && [ "$(echo "$recorded" | wc -l)" = 2 ]
}

# sweep STEP: until a run comes to its end before memory runs out
sweep() {
    nth=1
    failures=0
    until [ "$nth" -gt 20000 ]; do
        start_over
        without "$nth" gmig upgrade
        [ "$ended" != 0 ] || recorded || fail "allocation $nth: success, and not all is recorded"
        start_over
        without "$nth+" gmig upgrade
        [ "$ended" != 0 ] || break
        failures=$((failures + 1))
        expect 0 gmig upgrade
        agrees
        recorded || fail "allocation $nth: the next run did not come to the end"
        nth=$((nth + $1))
    done
    [ "$failures" -gt 10 ] || fail "only $failures runs had no memory"
}

new_target sqlite
# Without a repository: libgit2 does not survive all of this, and the database is what counts.
rm -rf .git
revision aaaa1111 ""
revision bbbb2222 aaaa1111
with_sql bbbb2222 '
CREATE TABLE t_bbbb2222 (id INTEGER);
INSERT INTO t_bbbb2222 VALUES (1);'
sweep 61
