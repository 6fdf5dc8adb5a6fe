#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F19: a section outside a transaction is half run when its file is edited: what has run must stay, what follows may change.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

# Two statements have run, the third one fails.
half_run() {
    with_sql bbbb2222 ' transaction=off
INSERT INTO t_aaaa1111 VALUES (1);
INSERT INTO t_aaaa1111 VALUES (2);
INSERT INTO t_nowhere VALUES (3);'
    expect 4 gmig upgrade
    has_err 't_nowhere'
    is "$(query "SELECT count(*) FROM t_aaaa1111")" 2
}

# refused WHAT: nothing runs, and the message says what differs and what to do.
refused() {
    expect 1 gmig upgrade
    has_err 'revision bbbb2222 is half way'
    has_err "$1"
    has_err 'gmig repair bbbb2222'
    has_err "migrations/bbbb2222.sql:$2"
    is "$(query "SELECT count(*) FROM t_aaaa1111")" 2
    applied aaaa1111
}

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    commit history
    half_run

    # A statement that has run reads otherwise now.
    with_sql bbbb2222 ' transaction=off
INSERT INTO t_aaaa1111 VALUES (1);
INSERT INTO t_aaaa1111 VALUES (20);
INSERT INTO t_aaaa1111 VALUES (3);'
    refused 'its statement 2 has run, and the file has another one in its place now' 8

    # One has gone, and the others moved up.
    with_sql bbbb2222 ' transaction=off
INSERT INTO t_aaaa1111 VALUES (2);
INSERT INTO t_aaaa1111 VALUES (3);'
    refused 'its statement 1 has run, and the file has another one in its place now' 7

    # The file is shorter than what has run.
    with_sql bbbb2222 ' transaction=off
INSERT INTO t_aaaa1111 VALUES (1);'
    refused 'its statement 2 has run, and the file has fewer statements now' 6

    # The section went into a transaction.
    with_sql bbbb2222 '
INSERT INTO t_aaaa1111 VALUES (1);
INSERT INTO t_aaaa1111 VALUES (2);'
    expect 1 gmig upgrade
    has_err 'its statement 1 has run, and the section was transaction=off then'
    is "$(query "SELECT count(*) FROM t_aaaa1111")" 2
    applied aaaa1111

    # Comments and layout are no change, and what has not run may be another statement.
    with_sql bbbb2222 ' transaction=off
-- the first two
INSERT INTO t_aaaa1111 VALUES (1);

INSERT INTO t_aaaa1111 VALUES (2);
INSERT INTO t_aaaa1111 VALUES (4);
INSERT INTO t_aaaa1111 VALUES (5);'
    expect 0 gmig upgrade
    has_err 'revision bbbb2222 goes on at statement 3 of 4'
    is "$(query "SELECT id FROM t_aaaa1111 ORDER BY id" | tr '\n' ' ')" '1 2 4 5 '
    applied "aaaa1111 bbbb2222"
}

on_both scenario
