#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --sql: a script that leaves the database as the runner would, and stops where it does not fit.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

apply() { # apply FILE
    if [ "$dialect" = sqlite ]; then
        sqlite3 -batch "${url#sqlite:}" <"$1"
    else
        psql -X -q -d "$url" -f "$1"
    fi
}

rows() {
    query "SELECT id, parents, message, blob, up_sha256, down_sql, down_options, commit_id FROM gmig_revisions ORDER BY sequence"
}

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    with_sql bbbb2222 '
INSERT INTO t_aaaa1111 VALUES (1); -- it'\''s ; here
CREATE TABLE t_bbbb2222 (note TEXT DEFAULT '\''a;b'\'');' '
DROP TABLE t_bbbb2222;
DELETE FROM t_aaaa1111;'
    revision cccc3333 bbbb2222
    with_sql cccc3333 ' transaction=off
CREATE INDEX i ON t_bbbb2222 (note);' ' transaction=off
DROP INDEX i;'
    commit history

    expect 0 gmig upgrade
    rows >"$box/by-runner"
    expect 0 gmig downgrade base

    # The runner's own ledger is there, so the script only fills it.
    expect 0 gmig upgrade --sql
    cp "$out" up.sql
    has 'transaction=off'
    expect 0 apply up.sql
    rows >"$box/by-script"
    diff -u "$box/by-runner" "$box/by-script" || fail "the script leaves other rows"
    expect 0 gmig current --check-heads
    is "$(query "SELECT count(*) FROM t_aaaa1111")" 1

    # Once more: it stops at its first guard.
    expect "$([ "$1" = sqlite ] && echo 1 || echo 3)" apply up.sql
    has_err 'applied already'
    is "$(query "SELECT count(*) FROM t_aaaa1111")" 1

    expect 0 gmig downgrade --sql cccc3333:aaaa1111
    cp "$out" down.sql
    expect 0 apply down.sql
    applied aaaa1111
    is "$(tables)" t_aaaa1111

    # A range that does not fit: its first parent is not there.
    expect 0 gmig upgrade --sql bbbb2222:cccc3333
    hasnt 'CREATE TABLE t_bbbb2222'
    cp "$out" up.sql
    expect "$([ "$1" = sqlite ] && echo 1 || echo 3)" apply up.sql
    applied aaaa1111

    # Nothing to do makes no ledger, and the wrong way round is no way.
    expect 0 gmig upgrade --sql head:head
    [ "$(wc -l <"$out")" -eq 1 ] || fail 'there is more than a comment'
    has ', 0 revisions; there is nothing to do'
    expect 1 gmig upgrade --sql cccc3333:bbbb2222
    same </dev/null
    has_err "the range 'cccc3333:bbbb2222' is empty: cccc3333 does not come before bbbb2222"

    # Another revision that needs this one, not as its child, holds it too.
    revision dddd4444 '' needs 'depends: [aaaa1111]' 'labels: [side]'
    expect 0 gmig upgrade --sql aaaa1111:side@head
    cp "$out" side.sql
    expect 0 apply side.sql
    applied "aaaa1111 dddd4444"
    expect 0 gmig downgrade --sql aaaa1111:base
    cp "$out" down.sql
    expect "$([ "$1" = sqlite ] && echo 1 || echo 3)" apply down.sql
    has_err 'still applied'
    expect 0 gmig downgrade side@base --yes
    rm migrations/dddd4444.sql

    # stamp: rows alone, up and down.
    expect 0 gmig stamp --sql aaaa1111:head
    has 'stamp bbbb2222: add bbbb2222'
    hasnt 'CREATE TABLE t_'
    cp "$out" stamp.sql
    expect 0 apply stamp.sql
    applied "aaaa1111 bbbb2222 cccc3333"
    is "$(tables)" t_aaaa1111
    expect 0 gmig current --check-heads
    expect 0 gmig stamp --sql head:aaaa1111
    cp "$out" stamp.sql
    expect 0 apply stamp.sql
    applied aaaa1111
    expect "$([ "$1" = sqlite ] && echo 1 || echo 3)" apply stamp.sql
    has_err 'not applied'
    expect 2 gmig stamp --sql --purge head
    expect 0 gmig stamp --sql head --json
    json .dialect "\"$1\""

    expect 2 gmig downgrade --sql aaaa1111
    has_err 'FROM:TO'
    expect 0 gmig upgrade --sql --from aaaa1111 bbbb2222 --json
    json '.dialect' "\"$1\""
}

on_both scenario
