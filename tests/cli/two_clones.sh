#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two developers and a server, all with hooks: what each way of bringing work together is told, and that once.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

git init -q --bare server.git
gmig -C server.git hook install >/dev/null
new_repo ann
git remote add origin ../server.git
gmig hook install >/dev/null
revision aaaa1111 ''
commit base
git push -q -u origin main
cd ..
git clone -q server.git ben
cd ben
gmig hook install >/dev/null
told() { # what gmig said of the last command, without git's progress
    tr '\r' '\n' <"$err" | grep -o 'gmig: .*' || :
}

# Both add a revision. The second is refused by git, and pulls.
cd ../ann
revision bbbb2222 aaaa1111
git add -A
expect 0 git commit -qm left
expect 0 git push -q
same_err </dev/null
cd ../ben
revision cccc3333 aaaa1111
git add -A
expect 0 git commit -qm right
expect 1 git push -q
hasnt_err gmig:

# pull with a merge: pre-merge-commit refuses, and what it says mends the merge.
expect 1 git pull -q --no-rebase --no-edit
has_err 'error: 2 heads in lineage default: cccc3333, bbbb2222'
has_err 'gmig: pre-merge-commit refuses'
expect 0 gmig merge --stage
expect 0 git commit -qm 'merged, with the merge revision'
same_err </dev/null
expect 0 git push -q --dry-run
git reset -q --hard HEAD~1

# pull --rebase: told once, at its end; pushed it is not.
expect 0 git pull -q --rebase
named="this branch's cccc3333 came beside bbbb2222 in the rebase"
mended='run `gmig rebase`, or `gmig merge`'
[ "$(told)" = "gmig: 2 heads in migrations/: cccc3333, bbbb2222; $named; $mended" ] || fail "told: $(told)"
expect 1 git push -q
has_err 'gmig: pre-push refuses'
expect 0 gmig merge --stage
expect 0 git commit -qm 'merge revision'
expect 0 git push -q
same_err </dev/null

# The other fast-forwards, and hears nothing.
cd ../ann
expect 0 git pull -q
same_err </dev/null
merged=$(gmig heads --json | jq -r '.heads[0].revision')

# Amended, reverted, reverted again, picked.
revision dddd4444 "$merged"
git add -A
expect 0 git commit -qm more
sed -i 's/add dddd4444/better/' migrations/dddd4444.sql
expect 0 git commit -qa --amend --no-edit
expect 0 git revert --no-edit HEAD
expect 0 git revert --no-edit HEAD
same_err </dev/null
expect 0 gmig check --at HEAD
git checkout -qb side HEAD~3
revision eeee5555 "$merged"
git add -A
git commit -qm side
git checkout -q main
expect 0 git cherry-pick side
hasnt_err gmig:
expect 1 git push -q
has_err '[divergent-heads]'

# A rebase that stops at each commit: quiet in between, also where a commit is amended.
GIT_SEQUENCE_EDITOR='sed -i s/^pick/edit/'
export GIT_SEQUENCE_EDITOR
expect 0 git rebase -q -i HEAD~2
expect 0 git commit -q --amend --no-edit
hasnt_err gmig:
expect 0 git rebase --continue
hasnt_err gmig:
expect 0 git rebase --continue
[ "$(told | wc -l)" -eq 1 ] || fail "told: $(told)"

# A squashed merge is told, and refused as a commit.
git checkout -q -b squash HEAD~1
expect 0 git merge -q --squash side
[ "$(told | wc -l)" -eq 1 ] || fail "told: $(told)"
expect 1 git commit -qm squashed
has_err 'gmig: pre-commit refuses'
git reset -q --hard
expect 0 git stash -q -u || :

# Several refs: one that must be refused, one that goes away, a tag, a forced one.
git checkout -q main
git branch sound HEAD~1
expect 1 git push -q origin main sound
has_err 'refs/heads/main:'
hasnt_err 'refs/heads/sound:' # main is refused, so sound is judged without it
expect 0 git push -q origin sound
git tag -a -m tag v1 main
expect 1 git push -q origin v1
has_err 'refs/tags/v1:'
expect 0 git push -q --force origin HEAD~2:refs/heads/sound
expect 0 git push -q origin :sound
same_err </dev/null
expect 1 git push -q --all --force origin
expect 0 gmig merge --stage
expect 0 git commit -qm mended
expect 0 git push -q origin main v1~1:refs/heads/old
same_err </dev/null
