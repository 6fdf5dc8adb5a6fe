#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# downgrade: reverts what is above the goal, newest first; the down comes from the file or from the ledger's copy.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    revision cccc3333 bbbb2222
    revision dddd4444 cccc3333
    commit history
    expect 0 gmig upgrade bbbb2222
    expect 0 gmig upgrade

    expect 0 gmig downgrade --plan --json
    json '.steps' '[{"revision":"dddd4444","direction":"down","path":"migrations/dddd4444.sql"}]'
    expect 0 gmig downgrade
    has 'reverted dddd4444'
    applied "aaaa1111 bbbb2222 cccc3333"
    is "$(tables)" "t_aaaa1111
t_bbbb2222
t_cccc3333"

    # Of the last run dddd4444 is gone already.
    expect 0 gmig downgrade --last-run --json
    json '.reverted' '["cccc3333"]'
    expect 0 gmig downgrade --last-run --json
    json '.reverted' '["bbbb2222","aaaa1111"]'
    expect 1 gmig downgrade --last-run
    has_err 'nothing is applied'
    is "$(tables)" ""

    # The file was edited since: what is run is the down that was recorded with the ups that ran.
    expect 0 gmig upgrade
    with_sql dddd4444 '
CREATE TABLE other (id INTEGER);' '
DROP TABLE other;'
    expect 0 gmig downgrade
    applied "aaaa1111 bbbb2222 cccc3333"
    is "$(tables | tail -n 1)" t_cccc3333

    # Only the down was edited: the file's counts.
    with_sql cccc3333 '
CREATE TABLE t_cccc3333 (id INTEGER);' '
ALTER TABLE t_cccc3333 RENAME TO kept;'
    expect 0 gmig downgrade
    is "$(tables)" "kept
t_aaaa1111
t_bbbb2222"

    # No down, and an irreversible one: refused before anything is touched.
    with_sql bbbb2222 '
CREATE TABLE t_bbbb2222 (id INTEGER);'
    printf -- '-- gmig:irreversible rows were merged\n' >>migrations/bbbb2222.sql
    expect 1 gmig downgrade base
    has_err 'rows were merged'
    with_sql bbbb2222 '
CREATE TABLE t_bbbb2222 (id INTEGER);'
    expect 1 gmig downgrade base
    has_err 'has no down'
    applied "aaaa1111 bbbb2222"
    expect 1 gmig downgrade dddd4444
}

on_both scenario
