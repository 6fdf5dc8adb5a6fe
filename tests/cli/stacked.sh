#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stacked pull requests: three branches, each on top of the one before. Files that they share are no conflict, and whichever way
# the first one lands, the next is told what has become of what it stands on.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# stack NAME: a server, the clones ann and bob, and the branches one, two, three of Ann's; Bob's cccc1111 has landed since.
stack() {
    mkdir "$box/here/$1"
    cd "$box/here/$1"
    git init -q --bare hub.git
    new_repo ann
    git remote add origin ../hub.git
    echo 'trunk: origin/main' >gmig.yml
    revision aaaa1111 ''
    commit base
    git push -q -u origin main
    git clone -q ../hub.git ../bob
    git checkout -q -b one
    revision bbbb1111 aaaa1111
    commit one
    git checkout -q -b two
    revision bbbb2222 bbbb1111
    commit two
    git checkout -q -b three
    revision bbbb3333 bbbb2222
    commit three
    git push -q origin one two three
    cd ../bob
    # Alone they are one line.
    expect 0 gmig check --all-refs
    has 'nothing found'
    revision cccc1111 aaaa1111
    commit 'of bob'
    git push -q origin main
    cd ../ann
    git fetch -q
}
in_line() { # in_line ID...: the work tree's history, newest first
    expect 0 gmig history --json
    json '[.revisions[].revision] | join(" ")' "\"$*\""
    expect 0 gmig check
}

# ---- the trunk has moved: that is one finding, and each branch of the stack is named with what it shares
stack moved
expect 1 gmig check --all-refs
has '3 branches go on from aaaa1111 in lineage default, and so does origin/main with cccc1111 (migrations/cccc1111.sql): '
for branch in one two three; do
    has "$branch and 1 that have the same with bbbb1111 (migrations/bbbb1111.sql)"
done
[ "$(grep -c divergent-heads "$out")" -eq 1 ] || fail 'a stack is more than one finding'
hasnt same-id

# ---- the first lands as a merge, with the heads joined: the files are the same, and the rest of the stack goes on from them
stack merged
git checkout -q -b landing origin/main
git merge -q --no-commit one 2>"$box/log"
expect 0 gmig merge --stage
commit 'merge one'
git push -q origin landing:main
merge=$(gmig heads --json | jq -r '.heads[0].revision')
git fetch -q
git checkout -q two
expect 1 gmig check
has "with origin/main there are 2 heads in lineage default: $merge, bbbb2222; bbbb1111 has the children bbbb2222"
hasnt same-id
git rebase -q origin/main
expect 0 gmig rebase
in_line bbbb2222 "$merge" cccc1111 bbbb1111 aaaa1111

# ---- the first is rebased, pushed by force and squashed: bbbb1111 stands on another parent in the trunk than in the stack
landed() {
    stack "$1"
    git checkout -q one
    git rebase -q origin/main
    expect 0 gmig rebase
    commit 'behind bob'
    git push -q --force origin one
    git checkout -q -B landing origin/main
    git merge -q --squash one >"$box/log"
    commit 'one (#1)'
    git push -q origin landing:main
    git fetch -q
    git checkout -q two
    # Nobody is told to give it another id: a database would run it twice.
    expect 1 gmig check
    same <<END
migrations/bbbb1111.sql:1: error: origin/main has this revision otherwise: the statements are the same, its parents or words are not: bbbb1111 (migrations/bbbb1111.sql; origin/main, $(git rev-parse --short=12 origin/main) by Ada Example <ada@example.org>) [same-id-different-content]
    fix: Run \`git rebase origin/main\` or \`git merge origin/main\`, and take its file in the conflict: \`git checkout origin/main -- migrations/bbbb1111.sql\`.
1 error in 3 revisions of migrations/ at worktree; united with origin/main ($(git rev-parse --short=12 origin/main), from trunk: of gmig.yml)
END
}
# What it says works in a rebase …
landed rebased
! git rebase -q origin/main >"$box/log" 2>&1 || fail 'git has seen no conflict'
git checkout -q origin/main -- migrations/bbbb1111.sql
GIT_EDITOR=true git rebase --continue >"$box/log" 2>&1 || git rebase --skip >"$box/log" 2>&1
in_line bbbb2222 bbbb1111 cccc1111 aaaa1111
git push -q --force origin two
# … and the third branch, moved onto the second as it is now, needs nothing at all.
git checkout -q three
git rebase -q --onto two 'HEAD~1'
in_line bbbb3333 bbbb2222 bbbb1111 cccc1111 aaaa1111
# … and in a merge.
landed joined
! git merge -q origin/main >"$box/log" 2>&1 || fail 'git has seen no conflict'
git checkout -q origin/main -- migrations/bbbb1111.sql
commit 'merge the trunk'
in_line bbbb2222 bbbb1111 cccc1111 aaaa1111
# The stack that stays as it was is in the trunk's way with every file that it has otherwise.
expect 1 gmig check --at three --base origin/main
has same-id-different-content
hasnt divergent-heads

# ---- a reviewer's edit while it landed makes it another revision
stack edited
git checkout -q -B landing origin/main
git checkout -q one -- migrations
sed -i 's/^-- parents: .*/-- parents: [cccc1111]/; s/INTEGER/TEXT/' migrations/bbbb1111.sql
commit 'one, otherwise (#1)'
git push -q origin landing:main
git fetch -q
expect 1 gmig check --at two --base origin/main
has 'origin/main has another revision of this id: bbbb1111'
has 'Give yours another id'

# ---- of Alembic's files, which nobody runs, the parent is all that may differ
# alembic ID PARENT
alembic() {
    cat >"migrations/versions/$1.py" <<END
"""add $1

Revision ID: $1
Revises: ${2:-}

"""
from alembic import op
revision = '$1'
down_revision = None


def upgrade():
    op.execute('SELECT 1')


def downgrade():
    pass
END
    [ -z "${2:-}" ] || sed -i "s/^down_revision = .*/down_revision = '$2'/" "migrations/versions/$1.py"
    commit "$1"
}
cd "$box/here"
new_repo alembic
mkdir -p migrations/versions
printf '[alembic]\n' >migrations/alembic.ini
printf 'format: alembic\ntrunk: main\n' >gmig.yml
alembic aaaa1111
git checkout -q -b one
alembic bbbb1111 aaaa1111
git checkout -q -b two
alembic bbbb2222 bbbb1111
git checkout -q main
alembic cccc1111 aaaa1111
git checkout -q one
git rebase -q main
expect 0 gmig rebase
commit 'behind the trunk'
git checkout -q main
git merge -q --squash one >"$box/log"
commit 'one (#1)'
expect 1 gmig check --at two --base main
has 'main has this revision otherwise'
hasnt divergent-heads
echo '# more' >>migrations/versions/bbbb1111.py
commit 'more to it'
expect 1 gmig check --at two --base main
has 'main has another revision of this id: bbbb1111'
