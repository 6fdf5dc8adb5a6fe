#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What users of other tools report of branches that meet, one section for each, and that it does not happen here.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# named FILE ID PARENTS [EXTRA-HEADER-LINE]: a revision in a file of that name.
named() {
    revision "$2" "$3" "add $2" ${4:+"$4"}
    mv "migrations/$2.sql" "migrations/$1"
}

# ---- gates that compare the numbers of files: a fork has two numbers, and one number need be no fork
new_repo numbers
named 0001_first.sql aaaa1111 ''
commit first
git checkout -q -b topic
named 0002_mine.sql bbbb1111 aaaa1111
named 0003_more.sql bbbb2222 bbbb1111
git mv migrations/0003_more.sql migrations/0007_more.sql 2>/dev/null || mv migrations/0003_more.sql migrations/0007_more.sql
commit topic
git checkout -q main
named 0005_theirs.sql cccc1111 aaaa1111
commit theirs
expect 1 gmig check --at topic --base main
has 'aaaa1111 has the children bbbb1111 (migrations/0002_mine.sql; topic,'
git checkout -q -b other HEAD~1
named 0005_other.sql dddd1111 aaaa1111 'labels: [reports]'
commit other
expect 0 gmig check --base main

# ---- django-linear-migrations: a merge and a rebase name their sides the other way round; the same files move in both
cd "$box/here"
new_repo sides
revision aaaa1111 ''
commit base
git checkout -q -b topic
revision bbbb1111 aaaa1111
revision bbbb2222 bbbb1111
commit 'a chain'
git checkout -q main
revision cccc1111 aaaa1111
revision cccc2222 cccc1111
commit theirs
for way in merge rebase; do
    git clone -q . "../by-$way"
    cd "../by-$way"
    git checkout -q topic
    case $way in
    merge) expect 0 git merge -q --no-edit origin/main ;;
    rebase) expect 0 git rebase -q origin/main ;;
    esac
    head=$(git rev-parse HEAD)
    expect 0 gmig rebase
    same <<'END'
bbbb1111: aaaa1111 -> cccc2222, migrations/bbbb1111.sql
bbbb2222: bbbb1111 -> bbbb1111, migrations/bbbb2222.sql
END
    [ -z "$(git diff --name-only | grep cccc)" ] || fail 'a revision of main was written'
    # A bot that makes merge commits is what people want to be rid of: no commit is made at all.
    [ "$(git rev-parse HEAD)" = "$head" ] || fail 'a commit was made'
    cd ../sides
done
cmp ../by-merge/migrations/bbbb1111.sql ../by-rebase/migrations/bbbb1111.sql

# ---- EF Core, Rails: no file says what all revisions make, so none is in conflict, and none is wrong behind a merge
cd "$box/here"
new_repo snapshot
mkdir models
echo 'CREATE TABLE a (id INTEGER);' >models/a.sql
expect 0 gmig migrate -m a --rev-id aaaa1111
commit a
git checkout -q -b topic
echo 'CREATE TABLE b (id INTEGER);' >models/b.sql
expect 0 gmig migrate -m b --rev-id bbbb1111
commit b
git checkout -q main
echo 'CREATE TABLE c (id INTEGER);' >models/c.sql
expect 0 gmig migrate -m c --rev-id cccc1111
commit c
expect 0 git merge -q --no-edit topic
expect 0 gmig merge
commit joined
expect 0 gmig check --replay
# One revision is taken out again, with the merge: its table is missing, and the other's is not.
rm "$(grep -l '^-- revision: bbbb1111' migrations/*)" migrations/*_merge_*
expect 1 gmig check
has '[models-out-of-step]'
expect 1 gmig check --replay
has 'add table b'
hasnt 'table c'
expect 0 gmig migrate -m 'b again' --rev-id bbbb2222
expect 0 gmig check --replay
expect 0 gmig migrate
has_err 'nothing to do'

# ---- Drizzle, Liquibase: a branch that lived long has older dates; nothing is skipped, nothing runs twice, nothing is "out of order"
cd "$box/here"
new_repo long
printf 'targets: {prod: {url: "sqlite:prod.db"}}\n' >gmig.yml
echo '/prod.db*' >.gitignore
revision aaaa1111 ''
commit base
git checkout -q -b long
revision bbbb1111 aaaa1111
commit 'in January'
git checkout -q main
at 2600000
revision cccc1111 aaaa1111
commit 'in February'
expect 0 gmig upgrade
git checkout -q long
at 5200000
revision bbbb2222 bbbb1111
git merge -q --no-commit main 2>"$box/log"
expect 0 gmig merge --stage
commit 'in March'
git checkout -q main
git merge -q --ff-only long
expect 0 gmig status
hasnt late
expect 0 gmig upgrade --json
json '.applied[0:2], (.applied | length)' '["bbbb1111","bbbb2222"]
3'

# ---- Sqitch: what a revision depends on is asked for when branches meet, and not when a database runs them
cd "$box/here"
new_repo depends
revision aaaa1111 ''
revision xxxx1111 '' x 'labels: [x]'
commit base
git checkout -q -b topic
revision bbbb1111 aaaa1111 b 'depends: [xxxx1111]'
commit topic
git checkout -q main
git rm -q migrations/xxxx1111.sql
commit 'without x'
expect 0 gmig check --at topic
expect 1 gmig check --at topic --base main
has 'migrations/bbbb1111.sql:'
has '[unknown-dependency]'

# ---- sg: what is undone after a rebase is what was applied last, whatever stands where now
cd "$box/here"
new_repo undo
printf 'trunk: main\ntargets: {dev: {url: "sqlite:dev.db", development: true}}\n' >gmig.yml
echo '/dev.db*' >.gitignore
revision aaaa1111 ''
commit base
git checkout -q -b topic
revision bbbb1111 aaaa1111
revision bbbb2222 bbbb1111
commit topic
expect 0 gmig upgrade
git checkout -q main
revision cccc1111 aaaa1111
commit theirs
git checkout -q topic
expect 0 git rebase -q main
expect 0 gmig rebase
expect 0 gmig downgrade
has 'reverted bbbb2222'
expect 0 gmig upgrade
expect 0 gmig downgrade --last-run
has 'reverted bbbb2222'
has 'reverted cccc1111'
hasnt 'reverted bbbb1111'
