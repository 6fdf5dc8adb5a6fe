#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# heads_file in gmig.yml: what writes revisions lists the heads along, and check finds a list that is not theirs.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "${GMIG_SOURCE:?}/tests/support/heads_file.sh"

# Off unless it is asked for.
new_repo project
expect 0 gmig revision -m first --rev-id aaaa1111
[ "$(ls migrations)" = 20260101000000_aaaa1111_first.sql ] || fail 'something else was written'
expect 2 gmig heads --write
has_err 'no file is named to list the heads in'
has_err 'Write `heads_file: migrations/HEADS` into gmig.yml.'

# Where it is named, and is not there, check says what makes it.
echo 'heads_file: migrations/HEADS' >gmig.yml
expect 1 gmig check
same <<'END'
migrations/HEADS: error: the heads file is not there [heads-file]
    fix: `gmig heads --write --stage` writes it anew.
1 error in 1 revision of migrations/ at worktree
END
expect 0 gmig heads --write
same <<'END'
migrations/HEADS
END
same_file migrations/HEADS <<'END'
# gmig heads: where the migration history ends, one revision a line and its lineage.
# gmig writes this file. `gmig merge` or `gmig rebase` mends a conflict in it.

# default
aaaa1111 default
END
expect 0 gmig check
expect 0 gmig heads --write --json
json '.heads_file | .path, .written' "$(printf '"migrations/HEADS"\nfalse')"
commit base

# revision, and with --stage into the index with it; another lineage has lines of its own.
expect 0 gmig revision -m second --rev-id bbbb2222 --stage
has_err 'gmig: migrations/HEADS lists the heads as they are now'
lists migrations/HEADS 'bbbb2222 default'
expect 0 git diff --quiet
expect 0 gmig revision -m side --rev-id 00aa0000 --head aaaa1111 --splice --label reports --json
json '.heads_file | .path, .written' "$(printf '"migrations/HEADS"\ntrue')"
lists migrations/HEADS 'bbbb2222 default' '00aa0000 reports'
same_file migrations/HEADS <<'END'
# gmig heads: where the migration history ends, one revision a line and its lineage.
# gmig writes this file. `gmig merge` or `gmig rebase` mends a conflict in it.

# default
bbbb2222 default

# reports
00aa0000 reports
END
expect 0 gmig check
commit second

# A revision by hand: found at the line, in what is committed alone, and with GMIG_ALLOW let through.
revision cccc3333 bbbb2222
expect 1 gmig check
has 'migrations/HEADS:5: error: it lists bbbb2222, which is no head: cccc3333 comes after it [heads-file]'
expect 0 gmig hook install
has 'installed merge-driver'
git add migrations/cccc3333.sql
expect 1 git commit -qm 'by hand'
has_err 'migrations/HEADS:5: error'
expect 0 gmig heads --write
expect 1 git commit -qm 'not staged'
expect 1 git commit -qm 'partial' migrations/cccc3333.sql
has_err 'it lists bbbb2222'
expect 0 env GMIG_ALLOW=heads-file git commit -qm 'allowed'
expect 1 gmig check --at HEAD
expect 0 git commit -qm 'the list alone' migrations/HEADS
expect 0 gmig check --at HEAD

# A list that says something else.
says() { # says LINE MESSAGE
    expect 1 gmig check
    has "migrations/HEADS:$1: error: $2 [heads-file]"
    git checkout -q migrations/HEADS
}
sed -i '/reports/d' migrations/HEADS
says 6 'it leaves out 00aa0000, the head of lineage reports'
sed -i 's/^00aa0000 reports/00aa0000 other/' migrations/HEADS
says 8 '00aa0000 is a head of lineage reports, not of other'
sed -i 's/^cccc3333/dddd4444/' migrations/HEADS
says 5 'it lists dddd4444, which no revision file has'
printf 'cccc3333 default\n00aa0000 reports\n' >migrations/HEADS
says 1 'this is no file of heads'
printf 'nonsense\n' >>migrations/HEADS
says 9 'this is no file of heads'
printf '%s\n' '<<<<<<< HEAD' '00aa0000 reports' '=======' '>>>>>>> x' >>migrations/HEADS
says 9 'there is a conflict in it'
awk 'NR < 4 { print } / reports/ { r = $0 } / default/ { d = $0 } END { print r; print d }' \
    migrations/HEADS >x && mv x migrations/HEADS
says 4 'its lines are in another order'
rm migrations/HEADS && ln -s ../gmig.yml migrations/HEADS
expect 1 gmig check
has 'migrations/HEADS: error: this is no file, and heads are to be listed in it [heads-file]'
git checkout -q migrations/HEADS

# Carriage returns and other comments are no difference; the rule can be switched off.
sed -i 's/$/\r/; 2s/.*/# another comment/' migrations/HEADS
expect 0 gmig check
expect 0 gmig heads --write
has_err 'it lists the heads as they are already'
git checkout -q migrations/HEADS
sed -i 's/^cccc3333/dddd4444/' migrations/HEADS
echo 'rules: {heads-file: off}' >>gmig.yml
expect 0 gmig check
git checkout -q .

# A branch that does without it is told so.
git checkout -qb without
sed -i '/heads_file/d' gmig.yml
git rm -q migrations/HEADS
commit without
expect 0 gmig check --base main
has 'gmig.yml: warning: heads_file is not set here, and is migrations/HEADS in main [rules-weakened]'
git checkout -q main

# A file that is none of gmig's is not written over, and nothing else is written then.
expect 0 gmig check
echo 'notes' >migrations/HEADS
files=$(ls migrations)
expect 1 gmig revision -m no
has_err 'this is no file of heads, and heads are to be listed in it'
[ "$(ls migrations)" = "$files" ] || fail 'a revision was written all the same'
expect 1 gmig heads --write
git checkout -q .
echo 'heads_file: migrations/heads.sql' >gmig.yml
expect 2 gmig check
has_err 'gmig.yml:1'
has_err 'has the name of a revision file'
echo 'heads_file: gmig.yml' >gmig.yml
expect 2 gmig check
echo 'heads_file: ../HEADS' >gmig.yml
expect 2 gmig check
git checkout -q .

# Usage.
expect 2 gmig heads --stage
expect 2 gmig heads --write --at HEAD
expect 2 gmig heads --write --all-refs

# A list that cannot be written takes the revision back.
cd "$box/here"
new_repo fails
mkdir lists
printf 'heads_file: lists/HEADS\n' >gmig.yml
expect 0 gmig revision -m first --rev-id aaaa1111
commit base
rm -r lists && : >lists
expect 1 gmig revision -m second --rev-id bbbb2222 --stage
[ "$(ls migrations | wc -l)" -eq 1 ] || fail 'the revision was left'
[ -z "$(git diff --cached --name-only --diff-filter=A)" ] || fail 'the revision was left in the index'

# migrate, merge, rebase and --undo.
cd "$box/here"
new_repo flows
mkdir models
printf 'heads_file: HEADS\ntrunk: main\n' >gmig.yml
printf 'tables:\n  cards:\n    columns:\n      id: {type: integer}\n' >models/m.yml
expect 0 gmig migrate -m cards --rev-id aaaa1111 --plan
has_err 'HEADS would be written along'
[ ! -e HEADS ] || fail '--plan has written the list'
expect 0 gmig migrate -m cards --rev-id aaaa1111 --stage --json
json .heads_file.written true
lists HEADS 'aaaa1111 default'
commit base
expect 0 gmig migrate
expect 0 git diff --quiet
git checkout -qb one
at 200
expect 0 gmig revision -m one --rev-id bbbb2222
commit one
git checkout -qb two main
at 300
expect 0 gmig revision -m two --rev-id cccc3333
commit two
expect 1 git merge -q one
expect 0 gmig merge --stage --json
json .heads_file.written true
merged=$(jq -r .revision "$out")
lists HEADS "$merged default"
[ -z "$(git ls-files -u)" ] || fail 'the conflict is still in the index'
commit merged
expect 0 gmig check
git reset -q --hard HEAD~1
expect 1 git merge -q one
expect 0 gmig rebase one --plan --json
json '.written, .heads_file.written' "$(printf 'false\nfalse')"
expect 0 gmig rebase one --plan
has_err 'HEADS would be written along'
expect 0 gmig rebase one --stage
has_err 'HEADS lists the heads as they are now'
lists HEADS 'cccc3333 default'
expect 0 gmig rebase --undo --stage
lists HEADS 'bbbb2222 default' 'cccc3333 default'
[ -z "$(git ls-files -u)" ] || fail 'the conflict came back'
expect 0 gmig rebase one --stage
git commit -qm rebased
expect 0 gmig check

# Without a repository it is written as well.
cd "$box"
mkdir plain
cd plain
echo 'heads_file: lists/HEADS' >gmig.yml
expect 0 gmig revision -m first --rev-id aaaa1111
lists lists/HEADS 'aaaa1111 default'
expect 0 gmig check

# Every format.
cd "$box/here"
new_repo formats
for app in blog shop; do
    mkdir -p $app/migrations
    : >$app/migrations/__init__.py
    cat >$app/migrations/0001_initial.py <<'END'
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = []
END
done
printf 'format: django\nheads_file: HEADS\n' >gmig.yml
git add -A
expect 0 gmig heads --write
lists HEADS 'blog.0001_initial blog' 'shop.0001_initial shop'
expect 0 gmig revision -m more --head blog.0001_initial
expect 0 gmig check
grep -q '^blog.0002_' HEADS || fail 'a new Django migration is not in the list'
cd "$box/here"
new_repo versions
mkdir migrations
printf 'format: versioned\npreset: flyway\nmigrations: migrations\nheads_file: migrations/HEADS\n' >gmig.yml
echo 'SELECT 1;' >migrations/V1__one.sql
echo 'SELECT 1;' >migrations/V2__two.sql
echo 'SELECT 1;' >migrations/R__view.sql
expect 0 gmig heads --write
[ "$(grep -vc -e '^#' -e '^$' migrations/HEADS)" -eq 1 ] || fail 'what is repeated counts as a head'
expect 0 gmig revision -m three
expect 0 gmig check
