#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# stamp: records without running, leaves other lineages alone; tables without a ledger are refused until then.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    revision cccc3333 bbbb2222
    revision xxxx1111 "" "start x" "labels: [x]"
    revision xxxx2222 xxxx1111
    commit history

    # Something else made this database: refused, with its tool and where it stands.
    query "CREATE TABLE t_aaaa1111 (id INTEGER); CREATE TABLE alembic_version (version_num VARCHAR(32)); INSERT INTO alembic_version VALUES ('9f00')" >/dev/null
    expect 1 gmig upgrade
    has_err 'Alembic has kept alembic_version there, at 9f00'
    has_err 'gmig stamp'
    is "$(tables)" "alembic_version
t_aaaa1111"

    expect 0 gmig stamp bbbb2222 --plan
    same <<'END'
stamp aaaa1111
stamp bbbb2222
END
    expect 0 gmig current --json
    json .applied '[]'
    expect 0 gmig stamp aaaa1111
    same <<'END'
stamped aaaa1111
END
    applied aaaa1111
    is "$(tables)" "alembic_version
t_aaaa1111"
    expect 0 gmig upgrade heads
    applied "aaaa1111 bbbb2222 cccc3333 xxxx1111 xxxx2222"

    # Down and up the one lineage; the other stays.
    expect 0 gmig stamp aaaa1111 --json
    json '.added, .removed' '[]
["bbbb2222","cccc3333"]'
    applied "aaaa1111 xxxx1111 xxxx2222"
    expect 0 gmig stamp x@base
    applied aaaa1111
    expect 0 gmig stamp heads
    expect 0 gmig current --check-heads
    expect 0 gmig stamp base
    applied ""
    is "$(query "SELECT count(*) FROM gmig_journal WHERE kind = 'unstamp'")" 9

    expect 0 gmig stamp base
    same </dev/null
    has_err 'nothing to do: no revision is recorded'

    # --purge forgets what no file has; without it that stays, and is said.
    expect 0 gmig stamp cccc3333
    expect 0 gmig stamp cccc3333
    has_err 'nothing to do: the database is recorded at cccc3333'
    rm migrations/cccc3333.sql
    expect 0 gmig stamp bbbb2222
    has_err 'what no file has stays recorded: cccc3333; --purge forgets it'
    applied "aaaa1111 bbbb2222 cccc3333"
    expect 0 gmig stamp --purge bbbb2222
    applied "aaaa1111 bbbb2222"
    expect 2 gmig stamp nosuch
    expect 2 gmig stamp
}

on_both scenario
