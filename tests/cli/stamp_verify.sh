#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# stamp --verify: records what the database has, and nothing where it has something else.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

scenario() {
    new_target "$1"
    revision aaaa1111 ''
    revision bbbb2222 aaaa1111
    commit history

    if [ "$dialect" = sqlite ]; then
        expect 1 gmig stamp --verify head
        has_err 'there is no database yet'
        [ ! -e db.sqlite ] || fail 'a database was made'
    fi
    query 'CREATE TABLE t_aaaa1111 (id INTEGER)'

    # It is at aaaa1111, not at the head: what the head has besides is named, nothing is recorded.
    expect 1 gmig stamp --verify head
    has_err 'db differs from what these revisions make'
    has_err '  drop table t_bbbb2222'
    hasnt_err column
    same </dev/null
    expect 0 gmig current --json
    json .applied '[]'
    expect 1 gmig stamp --verify head --json
    json '.error.code, .error.detail' '"refused"
"drop table t_bbbb2222"'
    expect 1 gmig stamp --verify base
    has_err '  add table t_aaaa1111'
    expect 0 gmig stamp --verify aaaa1111 --plan
    same <<'END'
stamp aaaa1111
END
    expect 0 gmig current --json
    json .applied '[]'
    expect 0 gmig stamp --verify aaaa1111
    same <<'END'
stamped aaaa1111
END
    applied aaaa1111
    expect 0 gmig upgrade
    applied 'aaaa1111 bbbb2222'
    expect 0 gmig stamp --verify head
    has_err 'nothing to do'

    # Somebody's change by hand.
    query 'ALTER TABLE t_bbbb2222 ADD COLUMN more INTEGER'
    expect 1 gmig stamp --verify head
    has_err '  add column t_bbbb2222.more'
    expect 0 gmig stamp head

    # What only the database has cannot be replayed.
    query 'ALTER TABLE t_bbbb2222 DROP COLUMN more'
    rm migrations/bbbb2222.sql
    expect 3 gmig stamp --verify aaaa1111
    has_err 'bbbb2222'
    expect 1 gmig stamp --verify --purge aaaa1111
    has_err '  add table t_bbbb2222'
    applied 'aaaa1111 bbbb2222'
    query 'DROP TABLE t_bbbb2222'
    expect 0 gmig stamp --verify --purge aaaa1111
    applied aaaa1111
    expect 2 gmig stamp --verify --sql head
    has_err 'none of --purge, --plan and --verify'

    # A schema of PostgreSQL that the ledger has to itself is no difference.
    [ "$dialect" = postgres ] || return 0
    echo 'ledger: {schema: ops}' >>gmig.yml
    expect 0 gmig stamp --verify aaaa1111
    expect 0 gmig stamp --verify aaaa1111
    expect 0 gmig check --database
    expect 0 gmig diff history db
    expect 0 gmig diff db history
    query 'CREATE TABLE ops.more (id integer)'
    expect 1 gmig diff history db
    has 'add table ops.more'
}

on_both scenario
