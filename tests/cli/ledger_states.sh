#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a ledger and git can have to do with each other, all of it in one database: each state has a name, its evidence, and a
# command; and a way down that cannot be gone to its end is not begun.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    revision cccc3333 bbbb2222
    commit base
    expect 0 gmig upgrade

    # Ben's branch, a work tree of somebody who has not committed yet, and a file that never was in git.
    git checkout -q -b feature
    GIT_AUTHOR_NAME='Ben Example'
    revision ffff4444 cccc3333
    commit feature
    GIT_AUTHOR_NAME='Ada Example'
    git worktree add -q --detach "$PWD/../side-$1" main
    (cd "../side-$1" && revision eeee5555 ffff4444)
    cp "../side-$1/migrations/eeee5555.sql" migrations/
    revision lost6666 eeee5555
    expect 0 gmig upgrade
    applied "aaaa1111 bbbb2222 cccc3333 ffff4444 eeee5555 lost6666"
    rm migrations/eeee5555.sql migrations/lost6666.sql
    git checkout -q main

    # Here one was edited, one came to stand on another parent, which is new, and one is only new.
    sed -i 's/id INTEGER/id INTEGER, name TEXT/' migrations/bbbb2222.sql
    revision late7777 bbbb2222
    sed -i 's/^-- parents: .*/-- parents: [late7777]/' migrations/cccc3333.sql
    revision next8888 cccc3333

    expect 0 gmig status
    has 'Changed    bbbb2222  add bbbb2222'
    has 'Pending    late7777  add late7777  late'
    has '           next8888  add next8888'
    has "ffff4444: feature has it (commit $(git rev-parse --short=12 feature) by Ben Example)"
    has 'eeee5555: '
    has 'lost6666: '
    expect 0 gmig status --json
    json '.database | [.changed, .late, .pending, .phantoms]' \
        '[["bbbb2222"],["late7777"],["late7777","next8888"],["ffff4444","eeee5555","lost6666"]]'

    # whence has the evidence for each: what is here, elsewhere and uncommitted, nowhere.
    expect 0 gmig whence aaaa1111
    has "(what db has)"
    expect 0 gmig whence bbbb2222
    has '(not what db has: other statements)'
    expect 0 gmig whence cccc3333
    has '(the statements that db has, in another file)'
    expect 0 gmig whence eeee5555
    has "work tree $(realpath "../side-$1"): migrations/eeee5555.sql"
    expect 0 gmig whence lost6666
    has 'no file of it is left here'
    has 'the ledger can take it back'

    # Nothing is begun that cannot be ended: one step of the way has no way down.
    git checkout -q migrations
    rm -f migrations/late7777.sql migrations/next8888.sql
    query "UPDATE gmig_revisions SET irreversible = 'rows are gone' WHERE id = 'ffff4444'"
    before=$(tables)
    expect 1 gmig downgrade --from-ledger cccc3333
    has_err 'revision ffff4444 is irreversible: rows are gone'
    is "$(tables)" "$before"
    query "UPDATE gmig_revisions SET irreversible = NULL WHERE id = 'ffff4444'"
    # The order is that in which they came.
    expect 0 gmig downgrade --from-ledger cccc3333 --plan --json
    json '.steps | map(.revision)' '["lost6666","eeee5555","ffff4444"]'
    expect 0 gmig downgrade --from-ledger cccc3333
    applied "aaaa1111 bbbb2222 cccc3333"
    expect 0 gmig status
    has 'nothing to do; the database is up to date'
}

on_both scenario
