#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# pre-push looks at what is pushed, ref by ref, not at the work tree.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

git init -q --bare remote.git
new_repo repo
git remote add origin ../remote.git
revision aaaa1 ""
revision bbbb2 aaaa1
commit base
git checkout -q -b broken
revision cccc3 aaaa1
commit "two heads"
git checkout -q main
gmig hook install pre-push >/dev/null

# The work tree is broken, what is pushed is not.
cp migrations/bbbb2.sql migrations/copy.sql
expect 0 git push -q origin main
same_err </dev/null
rm migrations/copy.sql

expect 1 git push -q origin broken
has_err "refs/heads/broken:"
has_err "migrations/cccc3.sql:2: error: 2 heads"
has_err "gmig: pre-push refuses"
[ -z "$(git ls-remote origin refs/heads/broken)" ] || fail "the broken branch was pushed"

# One bad ref among several refuses the push; deleting and tags of trees are no commits.
git branch fine
expect 1 git push -q origin fine broken
[ -z "$(git ls-remote origin refs/heads/fine)" ] || fail "part of a refused push arrived"
expect 0 git push -q origin fine
expect 0 git push -q origin :fine
git tag tree 'main^{tree}'
expect 0 git push -q origin tree
git tag -a -m annotated bad broken
expect 1 git push -q origin bad
has_err "refs/tags/bad:"

# What is there already, broken or not, does not stop a push that leaves it as it is.
git push -q --no-verify origin broken
git checkout -q broken
echo text >note
commit "innocent"
expect 0 git push -q origin broken
same_err </dev/null
GMIG_ALLOW=divergent-heads expect 0 git push -q origin broken:refs/heads/again
has_err "because: GMIG_ALLOW"

# The examining gmig.yml judges, not the pushed one.
git checkout -q -b cunning
printf 'rules: {divergent-heads: off}\n' >gmig.yml
commit cunning
git checkout -q main
expect 1 git push -q origin cunning
has_err "[divergent-heads]"
