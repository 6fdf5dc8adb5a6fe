#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The models of two branches of a Flask application, as they will be together: what both make and neither has a revision for.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# py_revision ID PARENT LINE: what `flask db revision` would write, with LINE as its upgrade.
py_revision() {
    cat >"migrations/versions/$1_.py" <<END
"""$1"""
from alembic import op
import sqlalchemy as sa

revision = "$1"
down_revision = $2


def upgrade():
    $3


def downgrade():
    pass
END
}

new_repo flask
mkdir -p app migrations/versions
printf 'format: alembic\n' >gmig.yml
echo '[alembic]' >migrations/alembic.ini
echo '# runs migrations' >migrations/env.py
cat >app/__init__.py <<'END'
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
END
cat >app/mixins.py <<'END'
from app import db


class Stamped:
    created = db.Column(db.DateTime)
    # Nothing else is stamped,
    # and nothing else needs to be.
    # (Three lines of comment.)
END
cat >app/user.py <<'END'
from app import db
from app.mixins import Stamped


class User(Stamped, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    # Names are not unique.
    # Neither are faces.
    # Fingers are, nearly.
    name = db.Column(db.String(40))
END
# What is no file of either is nobody's change.
ln -s user.py app/latest.py
py_revision aaaa1111 None 'op.create_table("user", sa.Column("id", sa.Integer()), sa.Column("name"), sa.Column("created"))'
commit start
git branch topic

# The mixin learns a column, and the trunk's revision has it for the table that the trunk knows.
sed -i 's/    created = .*/&\n    updated = db.Column(db.DateTime)/' app/mixins.py
py_revision bbbb2222 '"aaaa1111"' 'op.add_column("user", sa.Column("updated", sa.DateTime()))'
commit 'updated'
expect 0 gmig check --at main

# The branch has a new table with the mixin, and its own revision.
git checkout -q topic
cat >app/card.py <<'END'
from app import db
from app.mixins import Stamped


class Card(Stamped, db.Model):
    id = db.Column(db.Integer, primary_key=True)
END
py_revision cccc3333 '"bbbb2222"' 'op.create_table("card", sa.Column("id", sa.Integer()), sa.Column("created", sa.DateTime()))'
commit 'cards'
git show main:migrations/versions/bbbb2222_.py >migrations/versions/bbbb2222_.py
commit 'the revision it stands on'
expect 1 gmig check --base main
has 'app/card.py:5: error: column updated of card is new together with main, and no revision says so [missing-migration]'
has 'Run `git merge main`, then `flask db migrate -m TEXT`.'
hasnt 'name of user'
expect 1 gmig check --base main --json
json '[.findings[] | select(.rule == "missing-migration") | .path, .line]' '["app/card.py",5]'

# Nothing was written, and git merge itself comes to the same.
expect 0 git fsck --no-reflogs --unreachable
same </dev/null
git checkout -q -b merged
expect 0 git merge -q -m merged main
expect 1 gmig check --at merged --base topic
has 'column updated of card is new'

# With a revision for it, all is well.
git checkout -q topic
py_revision cccc3333 '"bbbb2222"' 'op.create_table("card", sa.Column("created", sa.DateTime()), sa.Column("updated", sa.DateTime()))'
commit 'updated cards'
expect 0 gmig check --base main

# The same column on both branches, each with a revision.
git checkout -q -b one main
sed -i 's/^    name = .*/&\n    mail = db.Column(db.String(80))/' app/user.py
py_revision dddd4444 '"bbbb2222"' 'op.add_column("user", sa.Column("mail", sa.String(80)))'
commit 'mail'
git checkout -q -b two main
git show one:app/user.py >app/user.py
py_revision eeee5555 '"bbbb2222"' 'op.add_column("user", sa.Column("mail", sa.String(80)))'
commit 'mail as well'
expect 1 gmig check --base one
has 'app/user.py:11: error: column mail of user is new here and in one, and each has a revision for it [models-out-of-step]'

# A revision that was carried over is one revision.
git checkout -q -b three main
git show one:app/user.py >app/user.py
git show one:migrations/versions/dddd4444_.py >migrations/versions/dddd4444_.py
echo '# three' >>app/mixins.py
commit 'mail, picked'
expect 0 gmig check --base one

# Lines that git will not merge: that cannot be told, and everything else goes on.
git checkout -q -b four main
sed -i 's/^    name = .*/    name = db.Column(db.String(50))/' app/user.py
py_revision ffff6666 '"bbbb2222"' 'op.alter_column("user", "name", type_=sa.String(50))'
commit 'longer'
git checkout -q -b five main
sed -i 's/^    name = .*/    name = db.Column(db.String(60))/' app/user.py
py_revision 99997777 '"bbbb2222"' 'op.alter_column("user", "name", type_=sa.String(60))'
commit 'longer still'
expect 1 gmig check --base four
has 'divergent-heads'
has 'app/user.py: error: cannot tell: the models of both branches cannot be read together: both branches have changed it, and git will not merge it by itself'
has 'Run: git merge four'
expect 1 gmig check --base four --json
json '[.findings[0].rule, .unknown[0].where]' '["divergent-heads","app/user.py"]'
git checkout -q -b six five
git rm -q migrations/versions/99997777_.py
py_revision 99997777 '"ffff6666"' 'op.alter_column("user", "name", type_=sa.String(60))'
git show four:migrations/versions/ffff6666_.py >migrations/versions/ffff6666_.py
commit 'behind it'
expect 3 gmig check --base four
expect 0 gmig check --base four --if-unknown=warn

# Branches that were merged crosswise have several merge bases.
git checkout -q -b left main
sed -i 's/^class Stamped:/&\n    seen = db.Column(db.DateTime)/' app/mixins.py
py_revision 11118888 '"bbbb2222"' 'op.add_column("user", sa.Column("seen", sa.DateTime()))'
commit 'left'
git checkout -q -b right main
sed -i 's/^    name = .*/&\n    nick = db.Column(db.String(9))/' app/user.py
py_revision 11119999 '"bbbb2222"' 'op.add_column("user", sa.Column("nick", sa.String(9)))'
commit 'right'
git checkout -q -b cross right
git merge -q -m 'left into right' left
git checkout -q left
git merge -q -m 'right into left' right
expect 0 git merge-base --all left cross
[ "$(wc -l <"$out")" -eq 2 ] || fail 'there is one merge base'
expect 1 gmig check --base cross
hasnt 'missing-migration'
hasnt 'cannot-tell'

# A hook before a commit says nothing of it.
git checkout -q six
expect 0 gmig hook install
git config gmig.trunk four
echo '# no change' >app/empty.py
git add -A
expect 0 git commit -q -m 'a file'
hasnt_err 'cannot be read'

# Models of the base that cannot be read: that is not "no change".
git checkout -q -b eight main
echo 'LIMIT = 5' >>app/user.py
commit 'limit'
expect 0 gmig check --at eight
expect 0 gmig check --base main
blob=$(git rev-parse main:app/user.py)
rm -f ".git/objects/$(echo "$blob" | cut -c1-2)/$(echo "$blob" | cut -c3-)"
expect 3 gmig check --at eight
has 'cannot be read, so that a revision may be missing'
expect 3 gmig check --base main
has 'cannot be read, so that a revision may be missing'
expect 0 gmig check --at eight --if-unknown=warn
expect 0 gmig check
