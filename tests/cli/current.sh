#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# current: says where a database is, and creates nothing in it.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    commit history
    expect 0 gmig current
    same </dev/null
    if [ "$1" = sqlite ]; then
        same_err <<END
gmig: no revision is applied: $url does not exist yet
END
    else
        has_err 'gmig: no revision is applied in postgresql://'
    fi
    [ ! -e db.sqlite ] || fail "current made the file"
    expect 1 gmig current --check-heads

    expect 0 gmig upgrade aaaa1111
    expect 0 gmig current
    same <<'END'
aaaa1111, add aaaa1111
END
    expect 1 gmig current -c
    same_err <<'END'
gmig: the database is not at the heads of the history: 1 applied, 1 pending, 0 phantoms; `gmig status` says what to do
END
    expect 0 gmig upgrade
    expect 0 gmig current
    same <<'END'
bbbb2222 (head), add bbbb2222
END
    expect 0 gmig current -c
    expect 0 gmig current -v
    has 'Database: db ('
    has '    applied 20'
    has "commit $(git rev-parse HEAD)"
    has '2 applied, 0 pending, 0 phantoms'

    git rm -q migrations/bbbb2222.sql
    expect 0 gmig current --json
    json '.heads, .applied, .phantoms, .pending' '["bbbb2222"]
["aaaa1111","bbbb2222"]
["bbbb2222"]
[]'
    expect 1 gmig current --check-heads
    expect 0 gmig current
    same <<'END'
bbbb2222 (phantom), add bbbb2222
END
    expect 0 gmig current -v
    has '2 applied, 0 pending, 1 phantom'
    hasnt phantoms
    expect 2 gmig current --target nosuch
}

on_both scenario
