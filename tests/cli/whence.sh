#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# whence: each place where a revision can hide, and what is said of one that is nowhere.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# oid NAME: the short id of what git calls NAME.
oid() { git rev-parse --short=12 "$1"; }

# Packs everything, and what nothing leads to as well.
pack_all() {
    git cat-file --batch-all-objects --batch-check='%(objectname)' >"$box/all"
    git pack-objects -q .git/objects/pack/pack <"$box/all" >"$box/name"
    git prune-packed
}

new_repo repo
echo 'targets: {dev: {url: "sqlite:dev.db", development: true}}' >gmig.yml
echo '/dev.db*' >.gitignore
revision aaaa1111 ''
commit base
base=$(oid HEAD)

# Work tree, then index, then the branch.
revision bbbb2222 aaaa1111
expect 0 gmig whence bbbb2222
same <<END
bbbb2222  add bbbb2222
  blob $(git hash-object migrations/bbbb2222.sql | cut -c1-12), on aaaa1111
  work tree: migrations/bbbb2222.sql
END
git add -A
expect 0 gmig whence bbbb --json
json '[.versions[].places[].where]' '["worktree","index"]'
json .complete true
commit second
git branch twin
expect 0 gmig whence bbbb2222
same <<END
bbbb2222  add bbbb2222
  blob $(oid HEAD:migrations/bbbb2222.sql), on aaaa1111
  work tree: migrations/bbbb2222.sql
  index: migrations/bbbb2222.sql
  main, twin: migrations/bbbb2222.sql
    commit $(oid HEAD), 2026-01-01T00:04:00Z, Ada Example <ada@example.org>
END
expect 0 gmig whence aaaa1111 --json
json .versions[0].places[2].commit "\"$(git rev-parse "$base")\""

# A file that is gone is found by its name, and the branch that has it no more is named so.
git rm -q migrations/bbbb2222.sql
commit 'third: no bbbb2222'
expect 0 gmig whence migrations/bbbb2222.sql
has '  twin: migrations/bbbb2222.sql'
git branch -q -D twin
expect 0 gmig whence migrations/bbbb2222.sql
same <<END
bbbb2222  add bbbb2222
  blob $(oid HEAD~1:migrations/bbbb2222.sql), on aaaa1111
  HEAD@{1}: migrations/bbbb2222.sql
    commit $(oid HEAD~1), 2026-01-01T00:04:00Z, Ada Example <ada@example.org>
END
rm -r .git/logs
expect 0 gmig whence bbbb2222
has '  main, not any more: migrations/bbbb2222.sql'
hasnt HEAD@

# An amended commit: both versions, and which of them the database has.
git checkout -q -b feature
revision cccc3333 aaaa1111
commit cccc
expect 0 gmig upgrade
applied=$(oid HEAD:migrations/cccc3333.sql)
first=$(oid HEAD)
echo '-- more' >>migrations/cccc3333.sql
git commit -q -a --amend -m amended
sed -i 's/INTEGER/TEXT/' migrations/cccc3333.sql
git commit -q -a --amend -m 'amended again'
expect 0 gmig whence cccc3333 --json
json '[.versions[] | [.blob[0:12], .applied]]' "$(printf '[["%s","exact"],["%s","same-sql"],["%s","other"]]' "$applied" \
    "$(oid 'HEAD@{1}:migrations/cccc3333.sql')" "$(oid HEAD:migrations/cccc3333.sql)")"
json '[.versions[0].places[] | [.where, .names[0]]]' '[["reflog","HEAD@{2}"]]'
json '[.versions[2].places[] | .where]' '["worktree","index","ref"]'
json .database.blob "\"$(git rev-parse "$applied")\""
json .database.reversible true
expect 0 gmig whence cccc3333
has "  blob $applied, on aaaa1111 (what dev has)"
has '(the statements that dev has, in another file)'
has '(not what dev has: other statements)'
has 'In dev since 2026-01-01T'
has 'the ledger can take it back'

# A deleted branch lives on in the reflog of HEAD, and when that is gone as objects.
git checkout -q main
git branch -q -D feature
rm -f .git/ORIG_HEAD
expect 0 gmig whence cccc3333 --json
json '[.versions[].places[].names[0]]' '["HEAD@{3}","HEAD@{2}","HEAD@{1}"]'
rm -r .git/logs
expect 0 gmig whence cccc3333
has '  a commit that nothing leads to: migrations/cccc3333.sql'
pack_all
[ "$(git count-objects)" = '0 objects, 0 kilobytes' ] || fail 'there are loose objects'
expect 0 gmig whence cccc3333 --json
json '[.versions[] | [.applied, .places[].where]]' '[["exact","unreachable"],["same-sql","unreachable"],["other","unreachable"]]'
# Without its objects the ledger is what is left.
git repack -q -a -d
git reflog expire --expire=all --all
git prune --expire=now
expect 0 gmig whence cccc3333
has '  no file of it is left here'
has "from commit $first, blob $applied; the ledger can take it back"
expect 0 gmig whence cccc --json
json '[.revision, (.versions | length)]' '["cccc3333",0]'

# A stash keeps what was changed, what was in the index, and with -u what was untracked.
revision dddd4444 aaaa1111
git add migrations/dddd4444.sql
revision eeee5555 aaaa1111
git stash -q -u
expect 0 gmig whence dddd4444 --json
json '[.versions[].places[] | [.where, .names[0]]]' '[["stash","stash@{0}"]]'
expect 0 gmig whence eeee5555
has '  stash@{0} (untracked files): migrations/eeee5555.sql'
revision ffff6666 aaaa1111
git stash -q -u
expect 0 gmig whence eeee5555
has '  stash@{1} (untracked files): migrations/eeee5555.sql'
git stash drop -q 'stash@{1}'
expect 0 gmig whence eeee5555
has '  a commit that nothing leads to: migrations/eeee5555.sql'
expect 0 gmig whence ffff6666
has '  stash@{0} (untracked files)'
# A stash without a log of its own, as another clone may fetch it.
rm -r .git/logs/refs/stash
expect 0 gmig whence ffff6666
has '  stash@{0} (untracked files)'

# What was added and never committed is a blob without a name.
revision abab7777 aaaa1111
git add migrations/abab7777.sql
git rm -q --cached migrations/abab7777.sql
rm migrations/abab7777.sql
expect 0 gmig whence abab7777
same <<END
abab7777  add abab7777
  blob $(git rev-list --all --objects >"$box/reachable"; git cat-file --batch-check='%(objectname)' --batch-all-objects |
    while read -r blob; do git cat-file -p "$blob" 2>/dev/null | grep -q '^-- revision: abab7777' && echo "$blob"; done | cut -c1-12), on aaaa1111
  a blob that nothing leads to
END

# Other worktrees, with what is not committed there; HEADs that are detached; ORIG_HEAD.
git worktree add -q --detach "$box/other"
there=$(realpath "$box/other")
(
    cd "$box/other"
    revision cdcd8888 aaaa1111
    revision dede9999 aaaa1111
    git add migrations/dede9999.sql
    git commit -q -m detached
)
expect 0 gmig whence cdcd8888
same <<END
cdcd8888  add cdcd8888
  blob $(git hash-object "$box/other/migrations/cdcd8888.sql" | cut -c1-12), on aaaa1111
  work tree $there: migrations/cdcd8888.sql
END
expect 0 gmig whence dede9999 --json
json '[.versions[].places[] | [.where, .names[0]]]' "[[\"worktree\",\"$there\"],[\"index\",\"$there\"],[\"head\",\"HEAD of $there\"]]"
expect 0 gmig -C "$box/other" whence dede9999 --json
json '[.versions[].places[] | [.where, .names[0]]]' '[["worktree",null],["index",null],["head","HEAD"]]'
GIT_DIR=$PWD/.git GIT_WORK_TREE=$PWD
export GIT_DIR GIT_WORK_TREE
expect 0 gmig whence dede9999
has "HEAD of $there: migrations/dede9999.sql"
has_err "$there could not be looked at"
unset GIT_DIR GIT_WORK_TREE

# A commit that only ORIG_HEAD remembers.
lost=$(git -C "$box/other" rev-parse HEAD)
git worktree remove --force "$box/other"
echo "$lost" >.git/ORIG_HEAD
expect 0 gmig whence dede9999
has '  ORIG_HEAD: migrations/dede9999.sql'
rm .git/ORIG_HEAD

# A folder that has moved, and a gmig.yml that said so.
git checkout -q -b moved
echo 'migrations: db/steps' >gmig.yml
mkdir db
git mv migrations db/steps
git mv db/steps/aaaa1111.sql db/steps/first.sql
commit move
expect 0 gmig whence bbbb2222
has 'not any more: migrations/bbbb2222.sql'
expect 0 gmig whence aaaa1111
has '  moved: db/steps/first.sql'
git checkout -q main

# Ids that are too short, ambiguous, or nowhere.
expect 1 gmig whence nosuch99
same <<'END'
nosuch99 is nowhere: no work tree, ref, stash, reflog or object has it
END
expect 1 gmig whence aaa
expect 1 gmig whence nosuch99 --json
json '[.revision, .versions, .database]' '["nosuch99",[],null]'
revision aaaa9999 aaaa1111
expect 2 gmig whence aaaa
has_err "'aaaa' stands for 2 revisions"
rm migrations/aaaa9999.sql
# So are two that only the database has.
revision cdcd1111 aaaa1111
revision cdcd2222 cdcd1111
expect 0 gmig upgrade cdcd2222 --allow-dirty -t sqlite:ambiguous.db
rm migrations/cdcd*.sql
expect 2 gmig whence cdcd -t sqlite:ambiguous.db
has_err "'cdcd' stands for 2 revisions: cdcd1111, cdcd2222"
has_err 'Write more of the one you mean.'
expect 0 gmig whence cdcd1 -t sqlite:ambiguous.db
has 'cdcd1111'
expect 0 gmig whence cdcd2222 -t sqlite:ambiguous.db
rm ambiguous.db*
expect 2 gmig whence
expect 2 gmig whence aaaa1111 -t nosuch
has_err nosuch

# A tag, with its object, and a pull request of another's.
git checkout -q --detach
revision fefe1010 aaaa1111
commit tagged
git tag -a -m tag v1
git update-ref refs/pull/7/head HEAD
git checkout -q main
expect 0 gmig whence fefe1010
has '  pull/7/head, v1: migrations/fefe1010.sql'

# What is not here cannot be told.
git clone -q --depth 1 "file://$PWD" "$box/shallow"
expect 3 gmig -C "$box/shallow" whence bbbb2222
same_err <<'END'
gmig: 'bbbb2222' is not in what is here, and this repository is not whole
  hint: This is a shallow clone. Run: git fetch --unshallow
END
expect 0 gmig -C "$box/shallow" whence aaaa1111
git config uploadpack.allowFilter true
git clone -q --filter=blob:none "file://$PWD" "$box/partial"
expect 0 gmig -C "$box/partial" whence bbbb2222
has 'not any more: migrations/bbbb2222.sql'
expect 3 gmig -C "$box/partial" whence nosuch99 --json
json .error.code '"cannot-tell"'
mkdir "$box/plain"
cp -r migrations "$box/plain"
expect 3 gmig -C "$box/plain" whence nosuch99
has_err 'no git repository'
expect 0 gmig -C "$box/plain" whence aaaa1111
has '  work tree: migrations/aaaa1111.sql'

# The same where git has to answer.
git init -q --object-format=sha256 "$box/sha256"
cd "$box/sha256"
revision aaaa1111 ''
commit base
git checkout -q -b gone
revision bbbb2222 aaaa1111
commit second
git checkout -q main
git branch -q -D gone
expect 0 gmig whence bbbb2222
has '  HEAD@{1}: migrations/bbbb2222.sql'
mkdir .git/reftable
expect 0 gmig whence bbbb2222
has '  a reflog: migrations/bbbb2222.sql'
rmdir .git/reftable
rm -r .git/logs
pack_all
expect 0 gmig whence bbbb2222
has '  a commit that nothing leads to: migrations/bbbb2222.sql'

# A larger repository is remembered, and the answer is the same with and without what was kept.
new_repo "$box/large"
revision aaaa1111 ''
commit base
{
    echo 'reset refs/heads/main'
    echo "from $(git rev-parse HEAD)"
    number=0
    while [ $number -lt 250 ]; do
        number=$((number + 1))
        printf 'commit refs/heads/main\ncommitter Ada Example <ada@example.org> %d +0000\ndata 2\nx\n\n' $((1767226000 + number))
        printf 'M 100644 inline file\ndata %d\n%d\n\n' $((${#number} + 1)) $number
    done
} >"$box/commits"
git fast-import --quiet <"$box/commits"
git reset -q --hard
expect 0 gmig whence aaaa1111
cp "$out" "$box/first"
[ -s .git/gmig/commits ] || fail 'nothing was kept'
revision bbbb2222 aaaa1111
commit second
expect 0 gmig whence bbbb2222
has '  main: migrations/bbbb2222.sql'
expect 0 gmig whence aaaa1111
same <"$box/first"

# So it is when the file is cut short, and what it knows of commits that are gone is not told.
cp .git/gmig/commits "$box/kept"
head -c 3000 "$box/kept" >.git/gmig/commits
expect 0 gmig whence aaaa1111
same <"$box/first"
git checkout -q -b brief
sed -e 's,refs/heads/main,refs/heads/brief,' -e "s,^from .*,from $(git rev-parse HEAD)," "$box/commits" |
    git fast-import --quiet
git reset -q --hard
revision cccc3333 bbbb2222
commit third
expect 0 gmig whence cccc3333
has '  brief: migrations/cccc3333.sql'
cmp -s .git/gmig/commits "$box/kept" && fail 'so many new commits are not kept'
git checkout -q main
git branch -q -D brief
expect 0 gmig whence cccc3333
has '  HEAD@{1}: migrations/cccc3333.sql'
git reflog expire --expire=now --all
git gc -q --prune=now
expect 1 gmig whence cccc3333
expect 0 gmig whence aaaa1111
same <"$box/first"

# What a shallow clone cuts off is not taken for the end of history once it is there.
git clone -q --depth 240 "file://$PWD" "$box/cut"
cd "$box/cut"
expect 0 gmig whence aaaa1111
[ -s .git/gmig/commits ] || fail 'nothing was kept of a shallow clone'
git fetch -q --unshallow
expect 0 gmig whence aaaa1111
grep -v HEAD "$box/first" >"$box/named"
grep '^    commit' "$out" >"$box/whole"
grep '^    commit' "$box/named" | cmp - "$box/whole" || fail 'the first commit is another'

# What is kept may tell of commits that git has thrown away since.
git init -q "$box/up"
cd "$box/up"
revision aaaa1111 ''
commit base
for count in $(seq 210); do
    printf 'commit refs/heads/main\ncommitter A <a@example.org> %s +0000\ndata 1\nx\n' "$((1767225600 + count))"
    [ "$count" -gt 1 ] || echo "from $(git rev-parse HEAD)"
done | git fast-import --quiet
git checkout -q -b topic
revision bbbb2222 aaaa1111
commit topic
git checkout -q main
git clone -q --single-branch "file://$PWD" "$box/down"
cd "$box/down"
git fetch -q origin refs/heads/topic
git merge -q --squash FETCH_HEAD >/dev/null
commit squashed
expect 0 gmig whence bbbb2222
has '  FETCH_HEAD: migrations/bbbb2222.sql'
[ -s .git/gmig/commits ] || fail 'nothing was kept'
git gc -q --prune=now
expect 0 gmig whence bbbb2222
has '  main: migrations/bbbb2222.sql'
hasnt FETCH_HEAD

# Objects that nothing leads to are looked at one by one, not all in memory together. (A sanitizer needs more than all of them.)
if ! ldd "$GMIG" | grep -q asan; then
    git init -q "$box/heavy"
    cd "$box/heavy"
    revision aaaa1111 ''
    commit base
    git config core.looseCompression 0
    head -c 140000000 /dev/zero | split -b 1000000 - blob.
    for file in blob.*; do echo "$file" >>"$file"; done
    git hash-object -w blob.* >/dev/null
    expect 1 sh -c 'ulimit -v 120000; exec gmig whence bbbb2222'
    has 'bbbb2222 is nowhere'
fi
