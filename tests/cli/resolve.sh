#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# resolve: a run was cut off in a statement that nobody can look up; a person says how it ended.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# As a killed run leaves it: the result of the statement is not in the journal.
cut_off() {
    query "DELETE FROM gmig_revisions WHERE id = 'bbbb2222'; DELETE FROM gmig_journal WHERE revision = 'bbbb2222' AND (kind = 'applied' OR kind LIKE 'resolve%' OR statement > 2 OR (statement = 2 AND kind = 'done'))"
}

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    with_sql bbbb2222 ' transaction=off
INSERT INTO t_aaaa1111 VALUES (1);
INSERT INTO t_aaaa1111 VALUES (2);
INSERT INTO t_aaaa1111 VALUES (3);' ' transaction=off
DELETE FROM t_aaaa1111;'
    commit history
    expect 0 gmig upgrade
    cut_off

    expect 1 gmig upgrade
    has_err 'migrations/bbbb2222.sql:8'
    has_err 'gmig resolve bbbb2222:2 --done'
    has_err 'gmig resolve bbbb2222:2 --redo'
    is "$(query "SELECT count(*) FROM t_aaaa1111")" 3
    # Nothing else runs on top of it.
    revision cccc3333 aaaa1111
    expect 1 gmig upgrade cccc3333
    has_err 'half applied'
    rm migrations/cccc3333.sql

    expect 2 gmig resolve bbbb2222:2
    expect 2 gmig resolve bbbb2222 --done
    expect 2 gmig resolve bbbb2222:two --done
    has_err "'bbbb2222:two' names no statement"
    expect 1 gmig resolve bbbb2222:3 --done
    has_err 'To be resolved: bbbb2222:2'
    expect 0 gmig resolve bbbb2222:2 --done
    expect 0 gmig upgrade
    has_err 'goes on at statement 3 of 3'
    is "$(query "SELECT count(*) FROM t_aaaa1111 WHERE id = 2")" 1
    is "$(query "SELECT count(*) FROM t_aaaa1111 WHERE id = 3")" 2
    expect 1 gmig resolve bbbb2222:2 --done

    cut_off
    expect 0 gmig resolve bbbb:2 --redo --json
    json '.revision, .resolved' '"bbbb2222"
"redo"'
    expect 0 gmig upgrade
    is "$(query "SELECT count(*) FROM t_aaaa1111 WHERE id = 1")" 1
    is "$(query "SELECT count(*) FROM t_aaaa1111 WHERE id = 2")" 2

    # The part that has run is edited, or gone: named, and repair starts over.
    cut_off
    sed -i 's/VALUES (1)/VALUES (10)/' migrations/bbbb2222.sql
    expect 1 gmig upgrade
    has_err 'statement 1 has run, and the file has another one in its place now'
    has_err 'gmig repair bbbb2222'
    with_sql bbbb2222 ' transaction=off
INSERT INTO t_aaaa1111 VALUES (1);'
    expect 1 gmig upgrade
    has_err 'fewer statements'
    expect 0 gmig repair bbbb2222
    has 'forgotten bbbb2222'
    expect 0 gmig upgrade
    is "$(query "SELECT count(*) FROM t_aaaa1111 WHERE id = 1")" 2
    applied "aaaa1111 bbbb2222"
}

on_both scenario
