#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A server refuses or takes a push: objects in quarantine, no work tree, rules from its own default branch.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

git init -q --bare server.git
git -C server.git config receive.advertisePushOptions false
gmig -C server.git hook install >/dev/null
new_repo dev
git remote add origin ../server.git

# A first push, into an empty repository.
revision aaaa1 ""
revision bbbb2 aaaa1
printf 'migrations: migrations\n' >gmig.yml
commit base
expect 0 git push -q origin main
same_err </dev/null

# Refused: nothing arrives, the finding and its cure do.
revision cccc3 aaaa1
commit "two heads"
before=$(git -C ../server.git rev-parse main)
objects=$(git -C ../server.git count-objects)
expect 1 git push -q origin main
has_err "remote: refs/heads/main:"
has_err "remote: migrations/cccc3.sql:2: error: 2 heads in lineage default: cccc3, bbbb2"
has_err "remote:     fix: Run \`gmig merge --stage\`, and commit."
has_err "pre-receive hook declined"
[ "$(git -C ../server.git rev-parse main)" = "$before" ] || fail "a refused push moved the branch"
[ "$(git -C ../server.git count-objects)" = "$objects" ] || fail "a refused push left objects behind"

# A new branch, several refs at once, a tag; a deleted one.
expect 1 git push -q origin main:refs/heads/new
has_err "remote: refs/heads/new:"
git branch sound HEAD~1
expect 1 git push -q origin sound main
[ -z "$(git ls-remote origin refs/heads/sound)" ] || fail "pre-receive took a part of the push"
expect 0 git push -q origin sound HEAD~1:refs/tags/v1
expect 0 git push -q origin :sound :refs/tags/v1
same_err </dev/null

# A branch cannot lower the bar for itself, and cannot move it by naming another folder.
printf 'rules: {divergent-heads: off}\n' >gmig.yml
commit "lower the bar"
expect 1 git push -q origin main
has_err "[divergent-heads]"
printf 'rules: {nonsense\n' >gmig.yml
commit "unreadable gmig.yml"
expect 1 git push -q origin main
has_err "gmig.yml:"
git reset -q --hard HEAD~2

# update refuses one ref and takes the others.
rm ../server.git/hooks/pre-receive
gmig -C ../server.git hook install update >/dev/null
expect 1 git push -q origin sound main
has_err "remote: refs/heads/main:"
has_err "hook declined"
[ -n "$(git ls-remote origin refs/heads/sound)" ] || fail "update refused more than the broken ref"

# Mended.
revision dddd4 "bbbb2, cccc3"
commit mended
expect 0 git push -q origin main
same_err </dev/null
expect 0 gmig -C ../server.git check
same <<'END'
nothing found in 4 revisions of migrations/ at HEAD
END

# Two pushes of a history that the server's own rules allow.
git -C ../server.git symbolic-ref HEAD refs/heads/main
printf 'rules: {divergent-heads: warning}\n' >gmig.yml
commit "the default branch says warning"
expect 0 git push -q origin main
revision eeee5 bbbb2
commit "another head"
expect 0 git push -q origin main
has_err "remote: migrations/eeee5.sql:2: warning:"
