#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Guarded targets take only committed revisions, keep data without a yes, and run nothing late unasked.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

scenario() {
    new_target "$1" "development: false"
    revision aaaa1111 ""
    expect 1 gmig upgrade
    has_err 'migrations/aaaa1111.sql'
    has_err --allow-dirty
    [ ! -e db.sqlite ] || fail "a refused upgrade made the file"
    git add -A
    expect 1 gmig upgrade
    commit first
    echo '-- late remark' >>migrations/aaaa1111.sql
    expect 1 gmig upgrade
    git checkout -q migrations
    expect 0 gmig upgrade
    revision bbbb2222 aaaa1111
    expect 0 gmig upgrade --allow-dirty
    commit second

    # An index takes no rows with it; a table does.
    revision cccc3333 bbbb2222
    with_sql cccc3333 '
CREATE INDEX i ON t_bbbb2222 (id);' '
DROP INDEX i;'
    commit third
    expect 0 gmig upgrade
    expect 0 gmig downgrade
    expect 1 gmig downgrade
    has_err 'may lose data'
    has_err --yes
    applied "aaaa1111 bbbb2222"
    expect 0 gmig downgrade --yes
    applied aaaa1111

    expect 0 gmig upgrade
    revision dddd4444 aaaa1111
    sed -i 's/^-- parents: .*/-- parents: [dddd4444]/' migrations/bbbb2222.sql
    commit reordered
    expect 1 gmig upgrade
    has_err --allow-late
    expect 0 gmig upgrade --allow-late
    applied "aaaa1111 bbbb2222 cccc3333 dddd4444"
}

on_both scenario
