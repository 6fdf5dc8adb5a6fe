#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Revisions that only the database has.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    commit base
    git checkout -q -b feature
    revision ffff1111 bbbb2222
    revision ffff2222 ffff1111
    commit feature
    expect 0 gmig upgrade
    git checkout -q main

    # An older image restarts: nothing pending, the phantoms stand on its goal.
    expect 0 gmig upgrade
    has_err 'ahead of this history: it also has ffff1111, ffff2222'
    # Not so for a goal that they do not stand on.
    expect 0 gmig upgrade aaaa1111
    revision cccc3333 bbbb2222
    expect 1 gmig upgrade --json
    json .error.code '"phantom"'
    expect 1 gmig upgrade
    has_err ffff1111
    has_err "; feature has it (commit $(git rev-parse --short=12 feature) by Ada Example). Check out"
    has_err --from-ledger
    has_err --allow-phantom
    applied "aaaa1111 bbbb2222 ffff1111 ffff2222"
    expect 1 gmig upgrade --allow-phantom ffff1111
    expect 1 gmig downgrade
    has_err ffff1111
    expect 0 gmig upgrade --allow-phantom ffff1111 --allow-phantom ffff2222
    applied "aaaa1111 bbbb2222 ffff1111 ffff2222 cccc3333"
    expect 0 gmig downgrade --allow-phantom ffff1111 --allow-phantom ffff2222 bbbb2222
    applied "aaaa1111 bbbb2222 ffff1111 ffff2222"

    # status names the branch; so does whoever asks for a revision that this checkout lacks.
    expect 0 gmig status
    has "ffff1111: feature has it (commit $(git rev-parse --short=12 feature) by Ada Example)"
    expect 0 gmig status --json
    json '.database.elsewhere | map(.revision)' '["ffff1111","ffff2222"]'
    expect 2 gmig show ffff2222
    has_err "hint: feature has it (commit $(git rev-parse --short=12 feature) by Ada Example); \`gmig whence ffff2222\` tells more."
    expect 2 gmig show --json nosuch
    json .error.hint "\"\`gmig history\` lists the revisions of this checkout. \`gmig whence nosuch\` looks for it everywhere else.\""
    git checkout -q -B renamed feature
    git branch -q -D feature
    git commit -q --amend -m 'amended, and nothing else'
    git checkout -q main
    expect 2 gmig show ffff2222
    has_err 'hint: renamed has it'
    git branch -q -D renamed
    expect 1 gmig downgrade
    has_err '; HEAD@{1} has it (commit '

    # The ledger alone knows how to take them back.
    rm migrations/cccc3333.sql
    expect 0 gmig downgrade --from-ledger --plan --json bbbb2222
    json '.steps | map(.revision)' '["ffff2222","ffff1111"]'
    expect 0 gmig downgrade --from-ledger bbbb2222
    has 'reverted ffff2222'
    has 'reverted ffff1111'
    applied "aaaa1111 bbbb2222"
    is "$(tables)" "t_aaaa1111
t_bbbb2222"
}

on_both scenario
