#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The models in hooks and in the index: a partial commit, a merge, a revert and a rebase are judged by what they commit.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo models
cat >gmig.yml <<'END'
dialects: [sqlite]
END
mkdir models
echo 'CREATE TABLE a (id INTEGER);' >models/schema.sql
expect 0 gmig migrate -m a --rev-id aaaa1111
commit a
expect 0 gmig hook install

# A change of the models without its migration is refused, whichever way it is committed.
echo 'CREATE TABLE b (id INTEGER);' >>models/schema.sql
expect 1 git commit -q -a -m b
has_err 'models/schema.sql:2: error: table b is new, and no revision says so [missing-migration]'
expect 1 git commit -q -m b -- models/schema.sql
has_err 'missing-migration'
expect 0 gmig migrate -m b --rev-id bbbb2222
expect 1 git commit -q -a -m b
git add -A
# The migration alone, without the models that it leads to, is out of step too.
expect 1 git commit -q -m b -- migrations
has_err 'models-out-of-step'
expect 0 git commit -q -m b

# Two branches that each add a table; their sums add up.
git checkout -q -b other HEAD~1
echo 'CREATE TABLE c (id INTEGER);' >models/c.sql
expect 0 gmig migrate -m c --rev-id cccc3333 --stage
git add -A
expect 0 git commit -q -m c
expect 1 git merge -q -m merged main
has_err 'divergent-heads'
expect 0 gmig merge --stage
expect 0 git commit -q -m merged
expect 0 gmig check

# A revert takes both away.
git checkout -q main
expect 0 git revert --no-edit HEAD
expect 0 gmig check
expect 0 gmig check --replay

# The other branch on top of main.
git checkout -q -b linear main
git cherry-pick other^1 >/dev/null 2>&1 || fail 'the cherry-pick is in conflict'
expect 0 gmig check

# Models that cannot be read are a finding with their place.
echo 'CREATE TABLE c (id INTEGER);' >>models/schema.sql
expect 1 gmig check
has 'error: table c is defined twice [unreadable-models]'
git checkout -q -- models

# An undo takes back what the undone revision has added, once the models say so too.
echo 'CREATE TABLE d (id INTEGER);' >models/d.sql
expect 0 gmig migrate -m d --rev-id dddd4444 --stage
git add -A
expect 0 git commit -q -m d
expect 0 gmig revision --undo dddd4444 --rev-id eeee5555 --stage
expect 1 gmig check
has 'models-out-of-step'
expect 1 git commit -q -m 'undo d'
git rm -q models/d.sql
expect 0 git commit -q -m 'undo d'
expect 0 gmig check
expect 0 gmig check --replay
expect 0 gmig migrate
has_err 'nothing to do'
# The undo of the undo is the first again.
git checkout -q HEAD~1 -- models/d.sql
expect 0 gmig revision --undo eeee5555 --rev-id ffff6666
expect 0 gmig check --at worktree
grep -h '^-- models' migrations/*_dddd4444_*.sql >"$box/first"
grep -h '^-- models' migrations/*_ffff6666_*.sql | diff - "$box/first" || fail 'the undo of the undo adds something else'
sed -i 's/^-- models.*/-- models: {sqlite: x}/' migrations/*_ffff6666_*.sql
expect 1 gmig revision --undo ffff6666
has_err "'models' wants 16 hex digits for each dialect"
expect 1 gmig migrate
has_err "hint: Take that line away"
rm migrations/*_ffff6666_*.sql
git rm -qf models/d.sql
expect 0 gmig check

# ---- a part of the work tree, chosen hunk by hunk ----

new_repo ../hunks
printf 'dialects: [sqlite]\n' >gmig.yml
mkdir models
printf 'CREATE TABLE a (\n    id INTEGER\n);\n\n\n\n\n\n\nCREATE TABLE z (\n    id INTEGER\n);\n' >models/schema.sql
expect 0 gmig migrate -m tables --rev-id aaaa1111
# In the first commit there is nothing to compare with.
expect 0 gmig hook install
git add models gmig.yml
expect 1 git commit -q -m tables
has_err 'table a is new, and no revision says so [missing-migration]'
git add -A
expect 0 git commit -q -m tables

sed -i 's/^    id INTEGER$/&,\n    more TEXT/' models/schema.sql
expect 0 gmig migrate -m more --rev-id bbbb2222 --stage
chosen() { # chosen STATUS ANSWERS: commits the hunks that are answered with y, with what is staged
    printf '%b' "$2" >"$box/answers"
    expect "$1" git commit -q -m more -p <"$box/answers"
}
# One of two columns, and the migration of both: neither the old models nor the new ones.
chosen 1 'y\nn\n'
has_err 'models/schema.sql:3: error: column more of a is new'
hasnt_err 'more of z'
git reset -q
chosen 1 'y\ny\n'
has_err 'models/schema.sql:3: error: column more of a is new, and no revision says so [missing-migration]'
has_err 'models/schema.sql:13: error: column more of z is new'
git reset -q
git add migrations
chosen 0 'y\ny\n'
expect 0 gmig check --at HEAD

# What is amended is judged whole, not by what it adds.
echo '-- a word more' >>models/schema.sql
expect 0 git commit -q -a --amend --no-edit
echo 'CREATE TABLE b (id INTEGER);' >>models/schema.sql
expect 1 git commit -q -a --amend --no-edit
has_err 'table b is new'
git checkout -q -- .

# ---- branches ----

# Both sides make the same change: each alone is right, their sum is not, and the merge says so until migrate has looked.
change() { # change BRANCH ID: a branch that drops z.more
    git checkout -q -b "$1" main
    sed -i '/^CREATE TABLE z/,$ { /more TEXT/d; s/id INTEGER,/id INTEGER/; }' models/schema.sql
    expect 0 gmig migrate -m "$1" --rev-id "$2" --stage
    git add -A
    expect 0 git commit -q -m "$1"
}
change one cccc3333
change two dddd4444
expect 1 git merge -q one
has_err 'divergent-heads'
expect 1 gmig merge --stage
has_err 'concerned: drop column z.more'
expect 0 gmig merge --stage --allow-conflict
expect 1 git commit -q -m merged
has_err 'models-out-of-step'
git reset -q --hard

# A rebase keeps what each revision adds: one head more, and the sum is right.
change three eeee5555
git checkout -q -b four main
echo 'CREATE TABLE four (id INTEGER);' >models/four.sql
expect 0 gmig migrate -m four --rev-id ffff6666 --stage
git add -A
expect 0 git commit -q -m four
expect 0 git rebase -q three
expect 1 gmig check
has 'divergent-heads'
hasnt models-out-of-step
hasnt missing-migration
expect 0 gmig merge --stage
expect 0 git commit -q -m joined
expect 0 gmig check --replay
expect 0 gmig migrate
has_err 'nothing to do'

# A revert of the models alone is none of their migration: the hook and check say so.
git revert --no-commit HEAD~1 2>/dev/null
git reset -q -- migrations
git checkout -q -- migrations
expect 1 git commit -q -m 'half a revert'
has_err 'table four is gone'
hasnt_err 'of four is gone'
git reset -q --hard
