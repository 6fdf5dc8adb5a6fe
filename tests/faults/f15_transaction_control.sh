#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F15: statements that end the transaction or take the lock away are refused before the first one, or found out.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    commit history
    statements="COMMIT
ROLLBACK
END
BEGIN"
    [ "$1" = sqlite ] || statements="$statements
START TRANSACTION
ABORT
COMMIT AND CHAIN
PREPARE TRANSACTION 'x'
DISCARD ALL
SELECT pg_advisory_unlock_all()"
    echo "$statements" | while read -r statement; do
        for option in '' ' transaction=off'; do
            with_sql aaaa1111 "$option
CREATE TABLE t_aaaa1111 (id INTEGER);
$statement;
CREATE TABLE other (id INTEGER);"
            expect 1 gmig upgrade
            has_err 'migrations/aaaa1111.sql:8'
            is "$(tables)" ""
        done
    done
    [ "$1" = postgres ] || return 0

    # Hidden from any look at the text: found before COMMIT.
    with_sql aaaa1111 "
CREATE TABLE t_aaaa1111 (id INTEGER);
DO \$\$ BEGIN EXECUTE 'SELECT pg_advisory_' || 'unlock_all()'; END \$\$;"
    expect 4 gmig upgrade
    has_err "released gmig's lock"
    is "$(tables)" ""
    with_sql aaaa1111 "
CREATE TABLE t_aaaa1111 (id INTEGER);
DO \$\$ BEGIN COMMIT; END \$\$;"
    expect 4 gmig upgrade
    is "$(tables)" ""
    applied ""

    # Needs transaction=off, and says so before anything runs.
    with_sql aaaa1111 '
CREATE TABLE t_aaaa1111 (id INTEGER);
VACUUM t_aaaa1111;'
    expect 1 gmig upgrade
    has_err 'transaction=off'
    is "$(tables)" ""
}

on_both scenario
