#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F18: a revision that is half reverted, or half applied, is never passed over: going the other way is refused, also where
# there is nothing else to do, and names the revision and the way out.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    with_sql bbbb2222 ' transaction=off
INSERT INTO t_aaaa1111 VALUES (1);
INSERT INTO t_aaaa1111 VALUES (2);' ' transaction=off
DELETE FROM t_aaaa1111 WHERE id = 1;
DELETE FROM t_nowhere;'
    commit history
    expect 0 gmig upgrade
    expect 4 gmig downgrade

    # Nothing is pending, and yet the database is not where the ledger says.
    expect 1 gmig upgrade
    has_err 'revision bbbb2222 is half reverted'
    has_err 'Finish it first with'
    has_err 'gmig repair bbbb2222'
    expect 1 gmig upgrade --json
    json .error.code '"refused"'
    expect 0 gmig upgrade --plan
    is "$(query "SELECT count(*) FROM t_aaaa1111")" 1
    applied "aaaa1111 bbbb2222"

    # Cut off in a statement that nobody can look up: a person is asked.
    query "DELETE FROM gmig_journal WHERE kind = 'failed' AND direction = 'down'"
    expect 1 gmig upgrade
    has_err 'revision bbbb2222 is half reverted'
    has_err 'gmig resolve bbbb2222:2'
    expect 0 gmig resolve bbbb2222:2 --done
    expect 1 gmig upgrade
    expect 0 gmig downgrade
    applied aaaa1111

    # The same the other way round.
    with_sql bbbb2222 ' transaction=off
INSERT INTO t_aaaa1111 VALUES (1);
INSERT INTO t_nowhere VALUES (2);' '
SELECT 1;'
    expect 4 gmig upgrade
    for goal in aaaa1111 base; do
        expect 1 gmig downgrade "$goal"
        has_err 'revision bbbb2222 is half applied'
        has_err 'Finish it first with'
    done
    applied aaaa1111

    # What failed in its first statement has not begun: there is nothing to finish.
    expect 0 gmig repair bbbb2222
    with_sql bbbb2222 ' transaction=off
INSERT INTO t_nowhere VALUES (2);'
    expect 4 gmig upgrade
    expect 0 gmig downgrade aaaa1111
    expect 0 gmig downgrade base
    applied ""
}

on_both scenario
