#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# revert: what a commit or a merge brought is taken back by new revisions, newest first; files that git has taken away come back.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# undone: what the new files undo, in the order in which they run, by the tables of their statements.
undone() {
    expect 0 gmig history --json
    jq -r '[.revisions[] | select(.message | startswith("undo ")) | .message | sub("undo add "; "")] | reverse | join(" ")' "$out"
}

scenario() {
    new_target "$1"
    echo 'trunk: main' >>gmig.yml
    revision aaaa1111 ""
    commit base
    git checkout -q -b topic
    revision bbbb1111 aaaa1111
    commit 'topic, one'
    revision bbbb2222 bbbb1111
    commit 'topic, two'
    git checkout -q -b other main
    revision eeee1111 aaaa1111
    commit other
    git checkout -q main
    git merge -q --no-ff --no-edit topic
    merge=$(git rev-parse HEAD)
    git merge -q --no-edit other
    expect 0 gmig merge --stage
    commit joined
    revision cccc1111 "$(gmig heads --json | jq -r '.heads[0].revision')"
    commit 'on it goes'
    expect 0 gmig upgrade
    shipped="aaaa1111 bbbb1111 bbbb2222 eeee1111 $(gmig history --json | jq -r '.revisions[1].revision') cccc1111"
    applied "$shipped"

    # A plan writes nothing; what is asked for must have brought something.
    expect 0 gmig revert "$merge" --plan
    has_err 'undoes bbbb2222'
    [ -z "$(git status --porcelain)" ] || fail 'a plan has written'
    expect 2 gmig revert
    expect 2 gmig revert nosuch
    git commit -q --allow-empty -m 'only words'
    expect 1 gmig revert HEAD
    has_err 'has brought no revision'

    # A merge: both revisions of the branch, the newer one first, on top of what has come since.
    git tag before
    expect 0 gmig revert "$merge" --stage --json
    json '[.revisions[].undoes], .restored, .proof, .written' '["bbbb2222","bbbb1111"]
[]
"proved"
true'
    json '.revisions[0].parents, (.revisions[1].parents[0] == .revisions[0].revision)' '["cccc1111"]
true'
    [ "$(git diff --cached --name-only | wc -l)" -eq 2 ] || fail 'not both are staged'
    git commit -q -m 'take topic back'
    [ "$(undone)" = 'bbbb2222 bbbb1111' ] || fail "undone: $(undone)"
    expect 0 gmig check
    expect 0 gmig check --base before
    expect 0 gmig upgrade
    is "$(tables)" "t_aaaa1111
t_cccc1111
t_eeee1111"
    # A new database ends in the same.
    expect 0 gmig check --replay

    # And back again: the revert of the revert.
    expect 0 gmig revert HEAD --stage
    git commit -q -m 'topic after all'
    expect 0 gmig upgrade
    is "$(tables | wc -l | tr -d ' ')" 5

    # git's own revert of the merge takes files away that the database has run. The finding says how it is done …
    git reset -q --hard before
    git checkout -q -b by-git
    git revert --no-edit -m 1 "$merge" >/dev/null
    expect 1 gmig check
    has 'main has revision bbbb2222, and here it is deleted'
    has '[shipped-revision-deleted]'
    has '`gmig revert COMMIT`'
    has_missing=$(gmig check | grep -c missing-parent || :)
    [ "$has_missing" -gt 0 ] || fail 'the history is whole'
    # … and it is: the files come back as they were, and are undone.
    expect 0 gmig revert "$merge" --stage
    has_err 'bbbb1111.sql comes back: databases may have run it'
    git commit -q -m 'as gmig does it'
    [ -z "$(git diff --name-only before HEAD -- migrations/bbbb1111.sql migrations/bbbb2222.sql)" ] || fail 'a file came back otherwise'
    [ "$(undone)" = 'bbbb2222 bbbb1111' ] || fail "undone: $(undone)"
    expect 0 gmig check
    hasnt deleted

    # A single commit, one that came by a squash, and one picked elsewhere.
    git checkout -q main
    git reset -q --hard before
    expect 0 gmig revert topic --plan --json
    json '[.revisions[].undoes]' '["bbbb2222"]'
    git checkout -q -b squashed main~0
    revision dddd1111 cccc1111
    revision dddd2222 dddd1111
    commit 'two at once (#7)'
    expect 0 gmig revert HEAD --plan --json
    json '[.revisions[].undoes]' '["dddd2222","dddd1111"]'

    # One that cannot be taken back stops all of it; two heads have to be joined first; what does not run is refused.
    sed -i '/gmig:down/,$d' migrations/dddd1111.sql
    printf -- '-- gmig:irreversible rows were merged\n' >>migrations/dddd1111.sql
    git commit -q -a --amend --no-edit
    expect 1 gmig revert HEAD
    has_err 'revision dddd1111 is irreversible: rows were merged'
    [ -z "$(git status --porcelain)" ] || fail 'a refused revert has written'
    git checkout -q -b forked main
    revision ffff1111 cccc1111
    revision ffff2222 cccc1111
    commit forked
    expect 1 gmig revert "$merge"
    has_err '2 heads stand on revision bbbb2222'
    has_err 'gmig merge'
    git checkout -q -b used main
    revision gggg1111 cccc1111
    with_sql gggg1111 '
CREATE VIEW v AS SELECT id FROM t_bbbb2222;' '
DROP VIEW v;'
    commit 'uses it'
    if [ "$1" = postgres ]; then
        expect 1 gmig revert "$merge"
        has_err 'it cannot be taken back like that: the up of '
        [ -z "$(git status --porcelain)" ] || fail 'a refused revert has written'
        expect 0 gmig revert "$merge" --unproved
        git clean -qfd
    fi

    # Somebody else's files are not turned round.
    git checkout -q -b alembic main
    sed -i 's/^dialects.*/&\nformat: alembic/' gmig.yml
    commit alembic
    expect 1 gmig revert "$merge"
    has_err 'only revisions of its own format'
}

# An octopus is all of its branches; a first commit is all that it has; a clone without the parent cannot tell.
shapes() {
    new_repo shapes
    revision aaaa1111 ''
    commit first
    for name in ann bob eve; do
        git checkout -q -b $name main
        revision "${name}2222" aaaa1111 "$name"
        commit $name
    done
    git checkout -q main
    git commit -q --allow-empty -m 'main goes on'
    git merge -q ann bob eve -m octopus
    octopus=$(git rev-parse HEAD)
    expect 0 gmig merge --stage
    commit joined
    expect 0 gmig revert "$octopus" --plan --json
    json '[.revisions[].undoes] | sort' '["ann2222","bob2222","eve2222"]'
    expect 0 gmig revert HEAD --plan
    has_err 'nothing is to be undone in '
    # The list of heads is written along.
    echo 'heads_file: HEADS' >gmig.yml
    expect 0 gmig heads --write
    commit listed
    expect 0 gmig revert "$octopus" --plan
    has_err 'HEADS would be written along'
    expect 0 gmig revert "$octopus" --stage --json
    json .heads_file.written true
    expect 0 gmig check --at index
    git reset -q --hard
    expect 0 gmig revert "$(git rev-list --max-parents=0 HEAD)" --plan --json
    json '[.revisions[].undoes]' '["aaaa1111"]'
    git clone -q --depth 1 "file://$PWD" ../flat
    expect 3 gmig -C ../flat revert HEAD
    mkdir "$box/plain"
    expect 3 gmig -C "$box/plain" revert HEAD
}

# A commit that makes a file readable has not brought what is in it.
repaired() {
    new_repo repaired
    revision aaaa1111 ''
    commit one
    revision bbbb1111 aaaa1111
    sed -i 's/^-- message:/-- messagee:/' migrations/bbbb1111.sql
    commit 'with a typo'
    sed -i 's/^-- messagee:/-- message:/' migrations/bbbb1111.sql
    commit repaired
    expect 1 gmig revert HEAD
    has_err 'has brought no revision'
    [ -z "$(git status --porcelain)" ] || fail 'a refused revert has written'
}

# What git has taken away comes back beside what has come since, and that is said.
forks() {
    new_repo forks
    revision aaaa1111 ''
    commit one
    revision bbbb1111 aaaa1111
    commit two
    git revert --no-edit HEAD >/dev/null
    revision cccc1111 aaaa1111
    commit three
    expect 0 gmig revert HEAD~2 --plan
    has_err 'the history would have 2 heads: `gmig merge` joins them'
    expect 0 gmig revert HEAD~2 --json
    json '.restored, .divergent[1], (.divergent | length)' '["migrations/bbbb1111.sql"]
"cccc1111"
2'
    expect 1 gmig heads
    has_err 'lineage default has 2 heads'
    git clean -qfd
    expect 0 gmig revert HEAD --json
    json .divergent '[]'
    git clean -qfd
    expect 0 gmig revert HEAD~2
    has_err 'the history has 2 heads now: `gmig merge` joins them'
}

# An undo that fails in one dialect is not hidden by what has long failed in another.
dialects() {
    new_repo dialects
    echo 'dialects: [sqlite, postgres]' >gmig.yml
    revision aaaa1111 ''
    sed -i '/gmig:up/,$d' migrations/aaaa1111.sql
    cat >>migrations/aaaa1111.sql <<'END'
-- gmig:up dialect=sqlite
SELECT * FROM nowhere;

-- gmig:up dialect=postgres
CREATE TABLE t (id INTEGER);

-- gmig:down
DROP TABLE t;
END
    commit old
    revision bbbb1111 aaaa1111
    commit table
    revision cccc1111 bbbb1111
    sed -i '/gmig:up/,$d' migrations/cccc1111.sql
    cat >>migrations/cccc1111.sql <<'END'
-- gmig:up dialect=sqlite
SELECT 1;

-- gmig:up dialect=postgres
CREATE VIEW v AS SELECT id FROM t_bbbb1111;

-- gmig:down dialect=sqlite
SELECT 1;

-- gmig:down dialect=postgres
DROP VIEW v;
END
    commit view
    expect 1 gmig revert HEAD~1
    has_err 'it cannot be taken back like that: the up of '
    expect 0 gmig revert HEAD~1 --plan --json
    json '.proof | test("the up of aaaa1111 fails")' false
}

(shapes)
(repaired)
(forks)
on_both scenario
(cd "$box/here" && dialects)
