#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# rebase: a branch's own revisions come to stand on the heads of the branch that it is merged into.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# parents ID: the parents that the file of ID names.
parents() { sed -n 's/^-- parents: //p' "$(grep -l "^-- revision: $1" migrations/*)" | tr -d '\r'; }

# stands ID PARENTS
stands() { [ "$(parents "$1")" = "$2" ] || fail "$1 stands on $(parents "$1"), not $2"; }

# Two clones of one repository: Bob pushes while Ada works on a chain, a fork in it and its merge.
git init -q --bare "$box/hub.git"
new_repo ada
git remote add origin "$box/hub.git"
cat >gmig.yml <<'END'
trunk: origin/main
file_template: "%(created)_%(id).sql"
targets: {dev: {url: "sqlite:dev.db", development: true}}
END
echo '/dev.db*' >.gitignore
revision aaaa1111 ''
commit base
git push -q origin main
git clone -q "$box/hub.git" "$box/bob"
git checkout -q -b feature
revision ffff1111 aaaa1111
mv migrations/ffff1111.sql migrations/20260101000300_ffff1111.sql
revision ffff2222 ffff1111
revision ffff3333 ffff1111
revision ffff4444 'ffff2222, ffff3333' '' 'models: {sqlite: 1234567890abcdef}'
commit feature
expect 0 gmig upgrade
cp migrations/20260101000300_ffff1111.sql "$box/old"
(
    cd "$box/bob"
    at 600
    revision bbbb1111 aaaa1111
    revision bbbb2222 bbbb1111
    commit 'of bob'
    git push -q origin main
)
at 1200

# The other branch's files come first.
expect 0 gmig rebase
same_err <<'END'
gmig: nothing to move: this branch's revisions stand on origin/main (from trunk: of gmig.yml)
END
git fetch -q
expect 1 gmig rebase
same_err <<'END'
gmig: this checkout lacks bbbb1111, bbbb2222 of origin/main
  hint: Bring the files together first: `git rebase origin/main`, or `git merge origin/main`.
END
git rebase -q origin/main
expect 1 gmig heads

# --plan writes nothing.
expect 0 gmig rebase --plan
same <<'END'
ffff1111: aaaa1111 -> bbbb2222, migrations/20260101002000_ffff1111.sql (renamed)
ffff2222: ffff1111 -> ffff1111, migrations/ffff2222.sql
ffff3333: ffff1111 -> ffff1111, migrations/ffff3333.sql
ffff4444: ffff2222, ffff3333 -> ffff2222, ffff3333, migrations/ffff4444.sql
END
has_err 'would move onto origin/main (from trunk: of gmig.yml); the new order is proved in scratch'
[ -z "$(git status --porcelain)" ] || fail '--plan has written'

# Uncommitted changes are not written over.
echo >>migrations/ffff3333.sql
expect 1 gmig rebase
has_err 'the file of ffff3333 has uncommitted changes'
has_err migrations/ffff3333.sql
git checkout -q migrations

# The chain moves once; its ids, statements and models stay.
git status --porcelain >"$box/before"
expect 0 gmig rebase --json
json '[.onto, .proof, .written]' '["origin/main","proved",true]'
json '.moves[0] | [.revision, .new_path, .parents, .new_parents]' \
    '["ffff1111","migrations/20260101002000_ffff1111.sql",["aaaa1111"],["bbbb2222"]]'
same_file migrations/20260101002000_ffff1111.sql <<'END'
-- revision: ffff1111
-- parents: [bbbb2222]
-- message: add ffff1111
-- created: 2026-01-01T00:20:00Z

-- gmig:up
CREATE TABLE t_ffff1111 (id INTEGER);

-- gmig:down
DROP TABLE t_ffff1111;
END
stands ffff4444 '[ffff2222, ffff3333]'
grep -q '^-- models: {sqlite: 1234567890abcdef}$' migrations/ffff4444.sql || fail 'the models are gone'
expect 0 gmig heads
[ -z "$(git diff --cached --name-only)" ] || fail 'the index was written'

# --undo gives every byte back, once.
expect 0 gmig rebase --undo
has 'ffff1111: migrations/20260101000300_ffff1111.sql is as it was'
[ -z "$(git status --porcelain)" ] || fail '--undo left something behind'
cmp "$box/old" migrations/20260101000300_ffff1111.sql
expect 1 gmig rebase --undo
has_err 'there is no rebase to take back'
expect 2 gmig rebase --undo origin/main
expect 0 gmig rebase
has_err 'git does not know the new names yet: `git add -A migrations` before you commit'
echo '-- mine' >>migrations/ffff2222.sql
expect 1 gmig rebase --undo
has_err 'the file of ffff2222 is not as the rebase wrote it'
sed -i '$d' migrations/ffff2222.sql
expect 0 gmig rebase --undo --json
json '.undone | length' 4

# --stage is for the index.
expect 0 gmig rebase --stage
hasnt_err 'git does not know'
git status --porcelain >"$box/staged"
! grep -qv '^[MRAD] ' "$box/staged" || fail "not all is staged: $(cat "$box/staged")"
expect 0 gmig rebase --undo --stage
[ -z "$(git status --porcelain)" ] || fail '--undo --stage left something behind'

# A database that has the chain gets what it lacks and new parents, and runs nothing again.
expect 0 gmig rebase
git commit -q -a -m moved
git add -A
git commit -q --amend --no-edit
expect 0 gmig upgrade
json_rows() { sqlite3 dev.db "SELECT group_concat(id, ' ') FROM (SELECT id FROM gmig_revisions ORDER BY sequence)"; }
[ "$(json_rows)" = 'aaaa1111 ffff1111 ffff2222 ffff3333 ffff4444 bbbb1111 bbbb2222' ] || fail "applied: $(json_rows)"
[ "$(sqlite3 dev.db "SELECT parents FROM gmig_revisions WHERE id = 'ffff1111'")" = bbbb2222 ] ||
    fail "the ledger has $(sqlite3 dev.db "SELECT parents FROM gmig_revisions WHERE id = 'ffff1111'")"
expect 0 gmig upgrade
expect 0 gmig status
hasnt Phantom
hasnt Changed
expect 0 gmig rebase
has_err 'nothing to move'
git push -q origin feature

# A merge with what comes below loses that parent; revisions of the other branch are never touched.
(
    cd "$box/bob"
    git checkout -q -b topic HEAD~1
    revision dddd1111 aaaa1111
    commit topic
    git merge -q -m 'merge main' main
    revision dddd2222 'bbbb2222, dddd1111' 'merge bbbb2222, dddd1111'
    revision dddd3333 dddd2222
    commit 'merged by hand'
    expect 0 gmig rebase main
    stands dddd1111 '[bbbb2222]'
    stands dddd2222 '[dddd1111]'
    stands dddd3333 '[dddd2222]'
    stands bbbb2222 '[bbbb1111]'
    git diff --name-only | grep bbbb && fail 'a revision of main was written'
    expect 0 gmig rebase --undo

    # What is shipped elsewhere stays.
    git branch release HEAD
    sed -i 's/^trunk:.*/&\nshipped: [release]/' gmig.yml
    expect 0 gmig rebase main
    has_err 'nothing to move'
    git checkout -q gmig.yml
)

# A branch that a label keeps apart stays; a second beginning of the same lineage does not.
cd "$box/bob"
git checkout -q -b apart main
revision eeee1111 aaaa1111 '' 'labels: [web]'
commit apart
expect 0 gmig rebase
has_err 'nothing to move'
git checkout -q -b begin main
revision eeee2222 ''
commit begin
expect 0 gmig rebase
stands eeee2222 '[bbbb2222]'
git checkout -q migrations

# The new order must run.
git checkout -q -b clash main
revision eeee3333 aaaa1111
sed -i 's/t_eeee3333/t_bbbb1111/' migrations/eeee3333.sql
commit clash
expect 1 gmig rebase
has_err 'the new order does not run: the up of eeee3333 fails'
has_err --unproved
expect 0 gmig rebase --plan
has_err 'not proved: the up of eeee3333 fails'
[ -z "$(git status --porcelain)" ] || fail 'a refused rebase has written'
expect 0 gmig rebase --unproved
stands eeee3333 '[bbbb2222]'
git checkout -q migrations

# Headers as people write them.
git checkout -q -b written main
printf -- '-- revision: eeee4444\r\n-- parents:\r\n--   - aaaa1111\r\n-- message: of a list\r\n\r\n-- gmig:up\r\nSELECT 1;\r\n' \
    >migrations/eeee4444.sql
commit written
expect 0 gmig rebase
stands eeee4444 '[bbbb2222]'
hasnt renamed
hasnt_err 'git does not know'
! grep -qv "$(printf '\r')$" migrations/eeee4444.sql || fail 'a line end has changed'
grep -q '^-- message: of a list' migrations/eeee4444.sql || fail 'the message is gone'
git checkout -q migrations

# Two heads of the other branch are not chosen from.
git checkout -q -b forked main
revision eeee5555 aaaa1111
commit forked
git checkout -q -b own
revision eeee6666 aaaa1111
commit own
expect 1 gmig rebase forked
has_err 'forked has several heads that eeee6666 could stand on'
expect 2 gmig rebase nosuch

# Conflicts, no repository, no base.
git checkout -q -b side main
echo '-- a' >>migrations/bbbb2222.sql
commit side
git checkout -q -b other main
echo '-- b' >>migrations/bbbb2222.sql
commit other
git merge -q side >/dev/null 2>&1 || :
expect 1 gmig rebase
has_err 'unresolved conflicts'
git merge --abort
mkdir "$box/plain"
cd "$box/plain"
expect 3 gmig rebase
new_repo "$box/lonely"
revision aaaa1111 ''
commit base
expect 2 gmig rebase
has_err 'there is no branch to rebase onto'
