#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Applied revisions whose files are not what they were: repair accepts other statements, other text goes on.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    commit history
    expect 0 gmig upgrade
    was=$(git rev-parse HEAD:migrations/bbbb2222.sql)

    # A comment and CRLF line ends change no statement.
    sed -i 's/^-- gmig:up/-- why\n&/; s/^CREATE/-- because\n&/' migrations/bbbb2222.sql
    sed -i 's/$/\r/' migrations/bbbb2222.sql
    expect 0 gmig upgrade
    has_err 'bbbb2222 has the same statements as applied, but other text'
    expect 0 gmig upgrade
    hasnt_err 'other text'
    is "$(query "SELECT blob FROM gmig_revisions WHERE id = 'bbbb2222'")" "$(git hash-object migrations/bbbb2222.sql)"
    git checkout -q migrations

    # Other parents, as after a rebase.
    revision cccc3333 aaaa1111
    sed -i 's/^-- parents: .*/-- parents: [cccc3333]/' migrations/bbbb2222.sql
    expect 0 gmig upgrade
    has_err 'other parents'
    has_err 'cccc3333 comes late'
    is "$(query "SELECT parents FROM gmig_revisions WHERE id = 'bbbb2222'")" cccc3333
    expect 0 gmig current
    same <<'END'
bbbb2222 (head), add bbbb2222
END

    # Other statements: refused with both blobs, nothing is run.
    sed -i 's/id INTEGER/id INTEGER, name TEXT/' migrations/bbbb2222.sql
    revision dddd4444 bbbb2222
    expect 1 gmig upgrade --json
    json .error.code '"changed"'
    expect 1 gmig upgrade
    has_err "$(git hash-object migrations/bbbb2222.sql)"
    has_err 'gmig repair bbbb2222'
    applied "aaaa1111 bbbb2222 cccc3333"

    expect 0 gmig repair --plan
    same <<'END'
repair bbbb2222: the record becomes as the file is
END
    expect 1 gmig upgrade
    expect 0 gmig repair bbbb2222 --json
    json '.repaired, .forgotten' '["bbbb2222"]
[]'
    is "$(query "SELECT count(*) FROM gmig_journal WHERE kind = 'repair' AND revision = 'bbbb2222'")" 1
    expect 0 gmig repair
    has_err 'nothing to repair'
    expect 1 gmig repair dddd4444
    expect 0 gmig upgrade
    applied "aaaa1111 bbbb2222 cccc3333 dddd4444"
    [ -n "$was" ]
}

on_both scenario
