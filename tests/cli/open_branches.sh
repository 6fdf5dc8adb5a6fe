#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# gmig check --all-refs: which open branches get in each other's way once they are in the base.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# branch NAME FROM ID PARENTS [EXTRA-HEADER-LINE]: a branch of FROM that adds a revision.
branch() {
    git checkout -q -b "$1" "$2"
    revision "$3" "$4" "add $3" ${5:+"$5"}
    commit "$3"
}

new_repo repo
revision aaaa1 ""
revision bbbb2 aaaa1
commit start
expect 3 gmig check --all-refs
has "cannot tell: there is no base that branches could be merged into"
has "    fix: Name it with --base, or set trunk: in gmig.yml."
main=$(git rev-parse HEAD)
expect 0 gmig check --all-refs --base main
same <<END
nothing found in 2 revisions of migrations/ at main and in 1 ref, 0 with revisions of their own; the base is main ($(echo "$main" | cut -c1-12), from --base)
END

# Two that go on from one revision; a third is stacked on the second, a fourth is the second by another name, a fifth
# has a lineage of its own, a sixth adds nothing.
branch one main cccc3 bbbb2
branch two main dddd4 bbbb2
branch three two eeee5 dddd4
git branch four two
branch five main ffff6 bbbb2 'labels: [web]'
git checkout -q -b six main
echo 'trunk: main' >gmig.yml
commit 'no revision'
expect 1 gmig check --all-refs
same <<END
migrations/dddd4.sql:2: error: 3 branches go on from bbbb2 in lineage default: four and 1 that have the same with dddd4 (migrations/dddd4.sql), one with cccc3 (migrations/cccc3.sql), three with dddd4 (migrations/dddd4.sql) [divergent-heads]
    fix: Merge one into main; on each of the others then run \`git rebase main\`, then \`gmig rebase main\`.
1 error in 2 revisions of migrations/ at main and in 7 refs, 5 with revisions of their own; the base is main ($(echo "$main" | cut -c1-12), from trunk: of gmig.yml)
END
expect 1 gmig check --all-refs --json
json '.seen.refs, .findings[0].rule, .findings[0].revision' '{"seen":7,"open":5}
"divergent-heads"
"dddd4"'

# What matches alone is looked at, and said.
expect 0 gmig check --refs 'two' --refs 'three' --refs 'f*'
has "in 4 refs, 4 with revisions of their own"
expect 1 gmig check --refs one --refs four
expect 2 gmig check --refs nothing
has_err "no ref matches nothing"
expect 2 gmig check --all-refs --at HEAD
has_err "--at looks at one place, --all-refs and --refs at many"
GMIG_ALLOW=divergent-heads expect 0 gmig check --all-refs
has "allowed: 3 branches go on"

# Once one is in, each of the others is in its way, and a single one is told of, too.
git checkout -q main
git merge -q one
expect 1 gmig check --all-refs --base main
has "2 branches go on from bbbb2 in lineage default, and so does main with cccc3 (migrations/cccc3.sql): "
has 'fix: One after the other goes into main; on each run `git rebase main`, then `gmig rebase main`.'
has "7 refs, 4 with revisions of their own"
expect 1 gmig check --refs three --base main
has "1 branch goes on from bbbb2 in lineage default, and so does main with cccc3 (migrations/cccc3.sql): three with dddd4"
has 'fix: On the branch run `git rebase main`, then `gmig rebase main`.'
# One that has joined what the base has is on top of it.
git checkout -q -b up_to_date three
git merge -q -m both main
expect 0 gmig merge --stage
commit "up to date"
expect 0 gmig check --refs up_to_date --base main
git checkout -q main
git branch -q -D up_to_date

# A branch that has joined both is on top of them; two that join them alike have the same file.
git checkout -q main
git reset -q --hard "$main"
git checkout -q -b joined one
git merge -q -m both two
expect 0 gmig merge --stage
commit joined
expect 0 gmig check --refs one --refs joined --base main
expect 1 gmig check --refs one --refs two --refs joined --base main

# One id with two meanings; a branch and what it follows are one branch at two times.
branch seven main abcd7 bbbb2
branch eight main abcd7 bbbb2
echo '-- otherwise' >>migrations/abcd7.sql
commit eight
expect 1 gmig check --refs seven --refs eight --base main
has "migrations/abcd7.sql:1: error: 2 branches mean different files by abcd7: eight with abcd7 (migrations/abcd7.sql), seven with abcd7"
git config branch.eight.remote .
git config branch.eight.merge refs/heads/seven
expect 0 gmig check --refs seven --refs eight --base main

# Two lineages that begin at nothing.
branch nine main nnnn9 "" 'labels: [n]'
branch ten main oooo9 "" 'labels: [o]'
expect 0 gmig check --refs nine --refs ten --base main
branch eleven main pppp9 ""
branch twelve main qqqq9 ""
expect 1 gmig check --refs eleven --refs twelve --base main
has "2 branches begin lineage default"

# A branch whose revisions cannot be read is no "nothing found".
git checkout -q -b broken main
echo junk >migrations/junk.sql
commit junk
expect 3 gmig check --refs broken --refs one --base main
has "broken:migrations/junk.sql:1: error: cannot tell: 1 of 2 refs; the first:"
expect 3 gmig check --refs one --base broken
has "cannot tell:"
cd "$box/here"
mkdir plain
cd plain
expect 3 gmig check --all-refs
has "needs a git repository"
