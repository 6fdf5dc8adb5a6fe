#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A branch is pushed by force while another developer has its revisions in a database: the old ones are found where git still
# has them, taken back from the very file that ran, and what was shipped stays shipped whatever is pushed.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

scenario() {
    cd "$box/here"
    mkdir "on-$1"
    cd "on-$1"
    git init -q --bare hub.git
    new_target "$1"
    git remote add origin ../hub.git
    echo 'trunk: origin/main' >>gmig.yml
    revision aaaa1111 ''
    commit base
    git push -q -u origin main
    git clone -q ../hub.git ../ben

    # Ann opens a branch, and Ben has it in his database.
    git checkout -q -b topic
    revision bbbb1111 aaaa1111
    revision bbbb2222 bbbb1111
    commit topic
    git push -q -u origin topic
    cd ../ben
    git fetch -q
    git checkout -q topic
    expect 0 gmig upgrade
    applied "aaaa1111 bbbb1111 bbbb2222"
    query 'INSERT INTO t_aaaa1111 VALUES (1)'

    # She writes bbbb1111 otherwise, drops bbbb2222, and pushes by force.
    cd "../$test_name-$1"
    with_sql bbbb1111 '
CREATE TABLE better (id INTEGER);' '
DROP TABLE better;'
    git rm -q migrations/bbbb2222.sql
    git add -A
    git commit -q --amend -m 'topic, again'
    expect 1 git push -q
    git push -q --force-with-lease
    cd ../ben
    git fetch -q
    git reset -q --hard origin/topic
    expect 1 gmig upgrade
    has_err 'bbbb1111'
    expect 0 gmig status
    has 'Changed    bbbb1111'
    has 'Phantom    bbbb2222'
    expect 0 gmig whence bbbb2222
    has '(what db has)'
    # Both go down by the files that ran, of the reflog; the new one comes up; shared rows stay.
    expect 0 gmig switch
    applied "aaaa1111 bbbb1111"
    is "$(tables)" "better
t_aaaa1111"
    is "$(query 'SELECT count(*) FROM t_aaaa1111')" 1

    # When the reflog is gone as well, the ledger's own copy is what is left.
    revision bbbb3333 bbbb1111
    commit 'one more'
    expect 0 gmig upgrade
    git reset -q --hard origin/topic
    git reflog expire --expire=all --all
    git gc -q --prune=now
    expect 0 gmig whence bbbb3333
    has 'no file of it is left here'
    expect 0 gmig switch
    applied "aaaa1111 bbbb1111"

    # The trunk itself is pushed by force to before what has landed. Who is behind has deleted nothing; whose database has run
    # it is told who has it still.
    git checkout -q main
    git merge -q --ff-only topic
    git push -q origin main
    git fetch -q
    git reset -q --hard HEAD~1
    expect 0 gmig check
    git push -q --force origin main
    git fetch -q
    expect 0 gmig check
    expect 0 gmig status
    has 'Phantom    bbbb1111'
    has 'bbbb1111: topic has it'
}

on_both scenario
