#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A sqitch project, taken in turn by gmig and by sqitch on one database, on both engines.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/sqitch.sh"

command -v sqitch >/dev/null || {
    echo 'there is no sqitch here: gmig was not run beside it'
    exit 77
}

# in_turn: each tool goes on where the other one has stopped.
in_turn() {
    project "$1" in_turn
    expect 0 gmig upgrade users
    expect 0 sqitch status
    has 'Name:     users'
    has 'Undeployed changes:'
    expect 0 sqitch deploy --to app/flips
    expect 0 gmig current --json
    json '.applied, .phantoms, .pending' '["users","app_flips"]
[]
["tags"]'
    expect 0 gmig upgrade
    expect 0 sqitch status
    has 'Nothing to deploy (up-to-date)'
    expect 0 sqitch verify
    has 'Verify successful'
    expect 0 sqitch revert --to @HEAD^
    is "$(tables)" "$(printf 'flips\nusers')"
    expect 0 gmig downgrade
    is "$(tables)" users
    expect 0 sqitch deploy
    expect 0 gmig current --check-heads
    expect 0 gmig downgrade base
    expect 1 sqitch status
    has 'No changes deployed'
    expect 0 gmig stamp head
    expect 0 sqitch status --show-tags
    has 'Nothing to deploy (up-to-date)'
    has '#   @v1.1 - '
    # A reworked change keeps its earlier script under the name of a tag.
    expect 0 gmig stamp base
    expect 0 sqitch deploy
    for folder in deploy revert verify; do
        cp "$folder/users.sql" "$folder/users@v1.sql"
    done
    change users 'ALTER TABLE users ADD COLUMN email text;' 'ALTER TABLE users DROP COLUMN email;'
    echo "users [users@v1] 2026-02-01T00:00:00Z $by# Again" >>sqitch.plan
    commit rework
    expect 0 gmig current --json
    json '.applied, .pending' '["users_v1","app_flips","tags"]
["users"]'
    expect 0 gmig upgrade
    expect 0 sqitch verify
    expect 0 sqitch revert --to users@v1
    expect 0 gmig current --json
    json .applied '["users_v1"]'
}

# alike: what gmig writes into a registry is what sqitch writes.
alike() {
    project "$1" by_sqitch
    expect 0 sqitch deploy
    expect 0 sqitch revert --to @v1
    all >"$box/by_sqitch"
    events >>"$box/by_sqitch"
    schema >"$box/schema_by_sqitch"
    project "$1" by_gmig
    expect 0 gmig upgrade
    expect 0 gmig downgrade
    all >"$box/by_gmig"
    events >>"$box/by_gmig"
    schema >"$box/schema_by_gmig"
    diff "$box/by_sqitch" "$box/by_gmig" || fail "gmig's rows are not those of sqitch"
    diff "$box/schema_by_sqitch" "$box/schema_by_gmig" || fail "gmig's tables are not those of sqitch"
    [ "$(grep -c '^change' "$box/by_gmig")" = 2 ] || fail 'no rows were compared'
}

# One waits for the other, and says so.
locks() {
    project postgres locks
    expect 0 gmig upgrade users
    (
        echo 'SELECT pg_advisory_lock(75474063);'
        while [ ! -e "$box/go_on" ]; do sleep 0.1; done
    ) | psql -qAtX "$url" >"$box/held" &
    while [ ! -s "$box/held" ]; do sleep 0.1; done
    expect 5 gmig upgrade
    has_err 'sqitch is at work in this database'
    touch "$box/go_on"
    wait
    expect 0 gmig upgrade
}

scenario() {
    in_turn "$1"
    alike "$1"
    [ "$1" = sqlite ] || locks
}

on_both scenario
