#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check --all-refs says of Alembic's branches that collide whether they touch the same table.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# alembic ID PARENT STATEMENT
alembic() {
    cat >"migrations/versions/$1.py" <<END
"""$1"""
from alembic import op
import sqlalchemy as sa
revision = '$1'
down_revision = $2


def upgrade():
    $3


def downgrade():
    op.drop_table('card')
END
}

# branch NAME ID STATEMENT: from main, with a revision of its own.
branch() {
    git checkout -q -b "$1" main
    alembic "$2" "'aaaa1111'" "$3"
    commit "$1"
}

new_repo repo
mkdir -p migrations/versions
printf '[alembic]\n' >migrations/alembic.ini
printf 'format: alembic\ntrunk: main\n' >gmig.yml
alembic aaaa1111 None "op.create_table('card', sa.Column('id', sa.Integer()))"
commit first
branch ada bbbb1111 "op.add_column('card', sa.Column('hue', sa.Integer()))"
branch bob bbbb2222 "op.create_table('deck', sa.Column('id', sa.Integer()))"
git checkout -q main
expect 1 gmig check --all-refs
has 'ada with bbbb1111 (migrations/versions/bbbb1111.py), bob with bbbb2222'
has '; no two of them touch the same table [divergent-heads]'

# A third one that leads to the first one's table; what a down does counts for nothing.
branch eve bbbb3333 "op.create_foreign_key('fk', 'deal', 'card', ['card_id'], ['id'])"
git checkout -q main
expect 1 gmig check --all-refs
has '; more than one touches card [divergent-heads]'

# Where one cannot be told, nothing is said that could be wrong.
git branch -q -D eve
branch kim bbbb4444 'op.create_table(name())'
git checkout -q main
expect 1 gmig check --all-refs
has 'kim with bbbb4444'
hasnt 'touch'
