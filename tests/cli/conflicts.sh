#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# In the middle of a merge: a conflict among the revisions stops every command, one elsewhere none.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo repo
printf 'dialects: [sqlite]\n' >gmig.yml
revision aaaa1111 ''
echo base >note
commit base
git switch -qc theirs
revision bbbb2222 aaaa1111
commit theirs
git switch -q main
revision cccc3333 aaaa1111
commit ours

conflict() { # conflict FILE: both sides add a comment, and the merge stops there
    case $1 in *.yml) mark='#' ;; *) mark='--' ;; esac
    git switch -q theirs
    echo "$mark theirs" >>"$1"
    commit "their $1"
    git switch -q main
    echo "$mark ours" >>"$1"
    commit "our $1"
    ! git merge -q theirs >/dev/null || fail "$1 has no conflict"
}
mend() {
    git checkout -q --ours -- "$1"
    git add -- "$1"
    git commit -qm merged --no-verify
}

conflict note
for where in worktree index; do
    expect 1 gmig check --at $where
    has "1 error in 3 revisions of migrations/ at $where"
done
expect 1 gmig hook run pre-commit
has_err '[divergent-heads]'
expect 0 gmig status
has 'Branch     main, in the middle of a merge'
expect 0 gmig merge --stage
expect 0 gmig check
mend note

conflict migrations/aaaa1111.sql
for question in heads history status check 'check --at index' merge 'revision -m x' 'hook run pre-commit' \
    'upgrade --target sqlite:x.db' 'show aaaa1111'; do
    # shellcheck disable=SC2086 # several words
    expect 1 gmig $question
    has_err 'at migrations/aaaa1111.sql'
    has_err 'esolve'
done
expect 0 gmig check --at HEAD
expect 0 gmig heads --all-refs
expect 0 gmig hook run post-merge 0
has_err 'git could not merge this file'
mend migrations/aaaa1111.sql

# One side took a file away that the other changed.
git switch -q theirs
git rm -q migrations/bbbb2222.sql
commit 'without bbbb2222'
git switch -q main
echo '-- changed' >>migrations/bbbb2222.sql
commit changed
! git merge -q theirs >/dev/null || fail 'there is no conflict'
expect 1 gmig heads
has_err 'at migrations/bbbb2222.sql'
expect 1 gmig check --at index
git merge --abort

conflict gmig.yml
for question in heads check 'hook run pre-commit' merge; do
    # shellcheck disable=SC2086 # several words
    expect 2 gmig $question
    has_err 'at gmig.yml:'
    has_err 'git left a conflict in it: resolve that, then: git add -- gmig.yml'
done
git merge --abort

# The gmig.yml of a project below, which the index alone has in conflict.
mkdir below
printf 'migrations: x\n' >below/gmig.yml
commit below
git switch -q theirs
git reset -q --hard main
conflict below/gmig.yml
git show main:below/gmig.yml >below/gmig.yml
expect 1 gmig check --at index
has_err 'at below/gmig.yml'
