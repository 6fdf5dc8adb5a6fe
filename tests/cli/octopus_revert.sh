#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What git merges three at a time, and what it takes back: an octopus leaves as many heads as branches, one `gmig merge`
# joins them; the revert of a merge deletes revisions that are shipped.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo repo
echo 'trunk: main' >gmig.yml
revision aaaa1111 ''
commit first
for name in ann bob eve; do
    git checkout -q -b $name main
    revision "${name}2222" aaaa1111 "$name"
    commit $name
done
git checkout -q main
git branch before
expect 1 gmig check --all-refs
has '3 branches go on from aaaa1111'
git commit -q --allow-empty -m 'main goes on'
expect 0 git merge -q ann bob eve -m octopus
[ "$(git rev-list --parents -n 1 HEAD | wc -w)" -eq 5 ] || fail "git has made no octopus"
expect 1 gmig check
has '[divergent-heads]'
expect 0 gmig merge --json
json '.parents' '["ann2222","bob2222","eve2222"]'
commit joined
expect 0 gmig check
expect 0 gmig heads --json
json '.heads | length' 1

# A branch that takes the merge back, as `git revert -m 1` does, deletes what the trunk has.
git checkout -q -b undo
expect 0 git revert --no-edit HEAD
expect 0 git revert --no-edit -m 1 HEAD~2
expect 1 gmig check --base main
for name in ann bob eve; do
    has "main has revision ${name}2222, and here it is deleted"
done
has '[shipped-revision-deleted]'
hasnt 'aaaa1111'

# The revert of the revert brings them back.
expect 0 git revert --no-edit HEAD
expect 0 git revert --no-edit HEAD~2
expect 0 gmig check --base main

# A branch from before it has deleted nothing; of one that shares no commit that cannot be told.
git checkout -q -b late before
expect 0 gmig check --base main
hasnt 'deleted'
git checkout -q --orphan alone
git commit -q -m 'no history of its own'
expect 0 gmig check --base main
has 'shares no commit with it: deletions cannot be judged'
