#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What `shipped:` names besides the trunk is protected, too: a release branch and tags.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo repo
printf 'trunk: main\nshipped: [release/*, v*]\n' >gmig.yml
revision aaaa1111 ''
commit first

# A release has one of its own, and tags; main goes on.
git checkout -q -b release/1
revision bbbb2222 aaaa1111 hotfix
commit hotfix
git tag v1.0
git tag v1.0-again
git commit -q --allow-empty -m 'packaging'
git tag v1.1
git checkout -q main
revision cccc3333 aaaa1111 more
commit more

# A branch from the release edits the hotfix, which main has never had.
git checkout -q -b topic release/1
expect 0 git merge -q main -m 'merge main'
expect 0 gmig merge --stage
commit merged
expect 0 gmig check --base main
echo '-- edited' >>migrations/bbbb2222.sql
commit edited
expect 1 gmig check --base main
has 'migrations/bbbb2222.sql:1: error: release/1'
has 'has this revision (migrations/bbbb2222.sql), and here it is edited'
has '[shipped-revision-changed]'
[ "$(grep -c shipped-revision "$out")" -eq 1 ] || fail "the edit is told twice"
git checkout -q HEAD~1 -- migrations/bbbb2222.sql
git mv migrations/bbbb2222.sql migrations/hotfix.sql
commit renamed
expect 0 gmig check --base main
has '[shipped-revision-renamed]'
git rm -q migrations/hotfix.sql
commit deleted
expect 1 gmig check --base main
has 'release/1 has revision bbbb2222, and here it is deleted'
has 'git checkout release/1 -- migrations/bbbb2222.sql'

# What main itself has changed of a release was judged when it landed there.
git checkout -q main
echo '-- edited' >>migrations/aaaa1111.sql
commit 'edited by main'
git checkout -q -b other
revision dddd4444 cccc3333 other
commit other
expect 0 gmig check --base main

# Without `shipped:` nobody asks.
git checkout -q main
sed -i '/^shipped:/d' gmig.yml
commit 'no releases'
git checkout -q topic
git merge -q main -m merge >/dev/null 2>&1 || git checkout -q --ours . 2>/dev/null || :
expect 1 gmig check --base main
hasnt 'release/1'
