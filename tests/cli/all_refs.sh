#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# heads --all-refs and --refs: every branch with its own gmig.yml, divergent ones marked, broken ones told apart.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo repo
revision aaaa1111 ''
commit base
git switch -qc left
revision bbbb2222 aaaa1111
commit left
git switch -qc both
revision cccc3333 aaaa1111
commit both
git switch -q main

expect 1 gmig heads --all-refs
same <<'END'
both: cccc3333 bbbb2222 (divergent)
left: bbbb2222
main: aaaa1111
END
same_err <<'END'
gmig: heads diverge in 1 of 3 refs
END
expect 0 gmig heads --refs main --refs 'refs/heads/l*'
same <<'END'
left: bbbb2222
main: aaaa1111
END
expect 2 gmig heads --refs 'nosuch/*'
has_err 'no ref matches nosuch/*'
expect 2 gmig heads --all-refs --at main
has_err '--at looks at one place'

expect 1 gmig heads --all-refs --json
json '[.refs[] | [.ref, .heads, .divergent]]' \
    '[["refs/heads/both",["cccc3333","bbbb2222"],true],["refs/heads/left",["bbbb2222"],false],["refs/heads/main",["aaaa1111"],false]]'
json .revisions 3
json .refs[2].commit "\"$(git rev-parse main)\""

# Lineages count per branch.
git switch -q both
revision cccc3333 aaaa1111 'own lineage' 'labels: [api]'
commit labelled
git switch -q main
expect 0 gmig heads --all-refs
has 'both: cccc3333 bbbb2222'
hasnt divergent

# A branch that moved its folder says so in its own gmig.yml.
git switch -qc moved left
mkdir db
git mv migrations db/
echo 'migrations: db/migrations' >gmig.yml
commit moved
git switch -q main
expect 0 gmig heads --all-refs
same <<'END'
both: cccc3333 bbbb2222
left: bbbb2222
main: aaaa1111
moved: bbbb2222
END

# A branch without any revision, and one whose folder is something else.
git switch -q --orphan empty
commit empty
git switch -q main
expect 0 gmig heads --refs empty
same <<'END'
empty:
END

# What cannot be told of one branch does not hide the others; the exit status is 3, unless the answer is no.
git switch -qc broken
echo 'migrations: [' >gmig.yml
commit broken
git switch -q main
git switch -qc lost
revision dddd4444 nowhere1
commit lost
git switch -q main
expect 3 gmig heads --all-refs
has 'broken: (cannot tell) gmig.yml:'
has 'lost: (cannot tell) migrations/dddd4444.sql:2'
has 'main: aaaa1111'
expect 3 gmig heads --all-refs --json
json '[.refs[] | select(.error) | [.ref, .error.code]]' \
    '[["refs/heads/broken","config"],["refs/heads/lost","history"]]'
git switch -qc worse
revision eeee5555 aaaa1111
revision ffff6666 aaaa1111
commit worse
git switch -q main
expect 1 gmig heads --all-refs

# A branch and its upstream at the same commit count once; further on they are two.
git clone -q . ../clone
cd ../clone
expect 0 gmig heads --refs main --refs origin/main
same <<'END'
main: aaaa1111
END
revision bbbb7777 aaaa1111
commit ahead
expect 0 gmig heads --refs main --refs origin/main
same <<'END'
main: bbbb7777
origin/main: aaaa1111
END

# Names of branches and texts of files cannot steer the terminal.
git -C ../repo branch -D broken lost worse -q
cd ../repo
git switch -qc "$(printf 'b\302\233m')" main
expect 0 gmig heads --refs 'b*'
has 'b\xc2\x9bm: aaaa1111'
