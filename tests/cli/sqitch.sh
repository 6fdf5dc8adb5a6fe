#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A sqitch project, run by gmig with sqitch's registry, on both engines.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/sqitch.sh"

scenario() {
    project "$1" alone
    expect 0 gmig upgrade --plan
    is "$(tables)" ''
    expect 0 gmig current --json
    json '.pending' '["users","app_flips","tags"]'
    expect 0 gmig upgrade app_flips
    is "$(tables)" "$(printf 'flips\nusers')"
    is "$(registry 'SELECT change FROM changes ORDER BY committed_at' | tr '\n' ' ')" 'users app/flips '
    expect 0 gmig status
    has 'gmig upgrade  (1 revision to apply)'
    expect 0 gmig upgrade
    expect 0 gmig upgrade
    has_err 'nothing to do'
    expect 0 gmig downgrade
    is "$(tables)" "$(printf 'flips\nusers')"
    expect 0 gmig stamp head
    is "$(registry 'SELECT count(*) FROM changes')" 3
    # Times are the order in which sqitch reverts: none may be there twice.
    is "$(registry 'SELECT count(DISTINCT committed_at) FROM events')" "$(registry 'SELECT count(*) FROM events')"
    expect 0 gmig stamp base
    is "$(registry 'SELECT count(*) FROM changes')" 0
    is "$(registry 'SELECT count(*) FROM tags')" 0
    is "$(registry 'SELECT count(*) FROM dependencies')" 0

    # A statement that fails leaves neither its table nor its row, and cannot reach the registry where its own database has no
    # such table.
    expect 0 gmig stamp app_flips
    printf -- 'CREATE TABLE labels (id integer);\nDROP TABLE IF EXISTS tags;\nDELETE FROM changes;\n' >deploy/tags.sql
    expect 4 gmig upgrade --allow-dirty
    has_err 'changes'
    is "$(tables)" "$(printf 'flips\nusers')"
    is "$(registry 'SELECT count(*) FROM changes')" 2
    is "$(registry 'SELECT count(*) FROM tags')" 2

    # What conflicts is refused, and so is what lacks what it requires.
    change tags 'CREATE TABLE labels (id integer);' 'DROP TABLE labels;'
    sed -i 's/^tags \[.*\] /tags [!users] /' sqitch.plan
    expect 1 gmig upgrade --allow-dirty
    has_err 'change tags conflicts with users, which is deployed'
    is "$(tables)" "$(printf 'flips\nusers')"
    sed -i 's/^tags \[.*\] /tags [other:base] /' sqitch.plan
    expect 1 gmig upgrade --allow-dirty
    has_err 'change tags requires other:base, which is not deployed'
    git checkout -q .

    # Nothing keeps the way down of a change that the plan has lost.
    git checkout -q -b without
    plan "users 2026-01-01T00:00:00Z $by# Makes \"users\".\\nAnd keeps them."
    git commit -q -a -m without
    expect 1 gmig switch
    has_err 'revision app_flips has no down'
    git checkout -q main
    git branch -q -D without

    # A copy has the registry that is true of it.
    if [ "$1" = sqlite ]; then
        expect 0 gmig downgrade --backup-to "$box/kept"
        has_err "backup: $box/kept.sqitch.sqlite"
        is "$(sqlite3 -batch "$box/kept" 'SELECT count(*) FROM sqlite_schema')" 2
        is "$(sqlite3 -batch "$box/kept.sqitch.sqlite" 'SELECT group_concat(change) FROM changes')" users,app/flips
        is "$(registry 'SELECT change FROM changes')" users
        expect 0 gmig upgrade app_flips
    fi

    # A line that changes is another change, and so are those behind it.
    sed -i 's/^app\/flips/app\/flips /; s/2025-01-01/2025-01-02/' sqitch.plan
    expect 0 gmig current --json
    json '.phantoms, .pending' '["app_flips.'"$(registry "SELECT substr(change_id, 1, 12) FROM changes WHERE change = 'app/flips'")"'"]
["app_flips","tags"]'
    git checkout -q .

    # The project's line is what ids are made of.
    sed -i '/^%project/d' sqitch.plan
    expect 1 gmig upgrade --allow-dirty
    has_err 'sqitch.plan has no line %project=NAME'
    git checkout -q .
    sed -i '/^%uri/d' sqitch.plan
    expect 1 gmig stamp --purge users
    has_err 'project flipr is registered there with the URI https://Example.org/flipr'
    git checkout -q .

    if [ "$1" = postgres ]; then
        # gmig.yml names another schema.
        printf 'ledger: {schema: elsewhere}\n' >>gmig.yml
        query 'DROP TABLE users, flips; DROP SCHEMA sqitch CASCADE; CREATE TABLE strange (id integer)' >/dev/null
        expect 1 gmig upgrade users
        has_err 'has tables (public.strange) but no ledger'
        query 'DROP TABLE strange' >/dev/null
        expect 0 gmig upgrade users
        is "$(query 'SELECT change FROM elsewhere.changes')" users
        git checkout -q gmig.yml
    fi
}

on_both scenario
