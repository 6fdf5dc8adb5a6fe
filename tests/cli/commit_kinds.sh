#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every way to make a commit: the hook sees what will be committed, no more and no less.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

start() { # a repository with two heads in the work tree: bbbb2 committed, cccc3 not
    cd "$box/here"
    rm -rf repo linked
    new_repo repo
    revision aaaa1 ""
    revision bbbb2 aaaa1
    commit base
    gmig hook install pre-commit pre-merge-commit >/dev/null
    revision cccc3 aaaa1
    echo text >note
}

refused() {
    expect 1 "$@"
    has_err "migrations/cccc3.sql:2: error: 2 heads in lineage default: cccc3, bbbb2"
    has_err "fix: Run \`gmig merge --stage\`, and commit."
    has_err "gmig: pre-commit refuses"
}

passes() {
    expect 0 "$@"
    same_err </dev/null
}

# git commit: the index counts, not the work tree.
start
git add note
passes git commit -qm "only the note"
git add migrations
refused git commit -qm "two heads"
head=$(git rev-parse HEAD)
GMIG_ALLOW=divergent-heads expect 0 git commit -qm "allowed once"
has_err "because: GMIG_ALLOW"
[ "$(git rev-parse HEAD~1)" = "$head" ] || fail "the allowed commit was not made"
# The history is broken now, and that stops no commit that leaves it as it is.
echo more >note
passes git commit -qam "innocent"
echo '-- a comment' >>migrations/bbbb2.sql
refused git commit -qam "not innocent"

# A first commit.
cd "$box/here"
new_repo first
gmig hook install pre-commit >/dev/null
passes git commit -q --allow-empty -m "nothing"
cd "$box/here"
new_repo unborn
gmig hook install pre-commit >/dev/null
revision bbbb2 aaaa1
git add -A
expect 1 git commit -qm "a parent is missing"
has_err "[missing-parent]"

# commit -a takes tracked files from the work tree.
start
git add -N migrations/cccc3.sql
echo text >>note
refused git commit -qam "all"
start
passes git commit -qam "the new file is not tracked" --allow-empty

# commit -- FILE: a temporary index that has HEAD and this file, whatever is staged.
start
git add -A
passes git commit -qm "only the note" -- note
[ -n "$(git diff --cached --name-only)" ] || fail "the real index lost what was staged"
refused git commit -qm "only the migration" -- migrations/cccc3.sql
start
git add -A
mkdir -p sub
cd sub
refused git commit -qm "from below" -- ../migrations
cd ..

# An index that is not where it is said to be is no empty one.
start
git add -A
expect 3 env GIT_INDEX_FILE=gone/index gmig hook run pre-commit
has_err 'the index that GIT_INDEX_FILE names is not there'
mkdir sub
expect 1 env GIT_INDEX_FILE=.git/index gmig -C sub hook run pre-commit # as git says it, from the top

# Also in a linked worktree, with an index of its own.
start
git worktree add -q ../linked -b linked HEAD
cp migrations/cccc3.sql ../linked/migrations/
cd ../linked
git add -A
refused git commit -qm "linked"
git rm -q --cached migrations/cccc3.sql
passes git commit -q --allow-empty -m "linked"

# A deleted migration.
start
git rm -q migrations/aaaa1.sql
expect 1 git commit -qm "deleted"
has_err "migrations/bbbb2.sql:2: error:"
has_err "[missing-parent]"

# A clean merge that makes two heads: pre-merge-commit; mended in the middle of it.
fork() {
    start
    git switch -qc side HEAD~0
    rm migrations/cccc3.sql note
    git rm -q migrations/bbbb2.sql
    git commit -qm "without b" --no-verify
    revision cccc3 aaaa1
    commit side
    git switch -q main
    git reset -q --hard
}
fork
git reset -q --hard
git checkout -q -B other HEAD
revision dddd4 bbbb2
commit other
git checkout -q main
revision eeee5 bbbb2
commit main
expect 1 git merge --no-edit other
has_err "2 heads in lineage default: eeee5, dddd4"
has_err "gmig: pre-merge-commit refuses"
[ -f .git/MERGE_HEAD ] || fail "the merge is not left to be mended"
[ -z "$(git ls-files -u)" ] || fail "the index has conflicts"
revision ffff6 "dddd4, eeee5"
git add -A
expect 0 git commit -qm "merged, with its merge revision"
expect 0 gmig check

# A merge that brings the merge revision passes; so does one that leaves the history alone.
git checkout -q -b elsewhere HEAD~1
echo x >unrelated
commit elsewhere
expect 0 git merge -q --no-edit main
expect 0 gmig check --at HEAD

# A conflicted merge ends in a plain commit: pre-commit.
start
rm migrations/cccc3.sql
git add -A
git commit -qm note
git checkout -q -b theirs
revision cccc3 aaaa1
echo theirs >note
git add -A
git commit -qnm theirs
git checkout -q main
echo ours >note
git commit -qam ours
expect 1 git merge -q --no-edit theirs
echo both >note
git add note
refused git commit -qm "conflict solved"
git merge --abort

# Rebase and cherry-pick ask no hook of ours; check tells afterwards.
start
git add note
git commit -qm note
git checkout -q -b picks HEAD~1
git add -A
git commit -qnm "two heads"
git checkout -q main
expect 0 git cherry-pick picks
hasnt_err gmig
expect 1 gmig check --at HEAD

# Warnings are shown and stop nothing.
start
rm migrations/cccc3.sql
printf -- '-- revision: dddd4\n-- parents: [bbbb2]\n\n-- gmig:up\nSELECT 1;\n' >migrations/dddd4.sql
git add -A
expect 0 git commit -qm "no down"
has_err "migrations/dddd4.sql:4: warning:"
hasnt_err "refuses"
