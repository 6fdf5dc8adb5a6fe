#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A Flask application: gmig's hook asks for a revision when its models change, and for nothing else.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo flask
mkdir -p app/models migrations/versions tests
cat >gmig.yml <<'END'
format: alembic
END
cat >app/__init__.py <<'END'
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
END
cat >app/kinds.py <<'END'
import enum


class Kind(enum.Enum):
    PERSON = "person"
    ROBOT = "robot"
END
cat >app/models/__init__.py <<'END'
from .user import User
END
cat >app/models/user.py <<'END'
from app import db
from app.kinds import Kind


class User(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    email = db.Column(db.String(80), nullable=False)
    kind = db.Column(db.Enum(Kind))

    def __repr__(self):
        return self.email
END
echo '[alembic]' >migrations/alembic.ini
echo '# runs migrations' >migrations/env.py

# py_revision ID PARENT LINE: what `flask db revision` would write, with LINE as its upgrade.
py_revision() {
    cat >"migrations/versions/$1_.py" <<END
"""$1

Revision ID: $1
"""
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

py_revision aaaa1111 None 'op.create_table("user", sa.Column("id", sa.Integer()))'
commit start
expect 0 gmig check
expect 0 gmig hook install

# What a database does not see is committed at once.
cat >app/models/user.py <<'END'
"""Users."""
from app import db
from app.kinds import Kind

LIMIT = 5


class User(db.Model):
    # Which of them is it?
    kind = db.Column(
        db.Enum(Kind),
    )
    email = db.Column(db.Unicode(length=80), nullable=False, default="")
    id = db.Column(db.Integer, primary_key=True)

    friends = db.relationship("User")

    @property
    def name(self):
        return self.email.split("@")[0]
END
git add -A
expect 0 git commit -q -m 'More methods'

# A column is not.
sed -i 's/^    friends = .*/    phone = db.Column(db.String(40))/' app/models/user.py
git add -A
expect 1 git commit -q -m phone
has_err 'app/models/user.py:16: error: column phone of user is new, and no revision says so [missing-migration]'
has_err 'Run `flask db migrate -m TEXT`, and add the file it writes.'

# A revision of something else does not help, one of that column does.
py_revision bbbb2222 '"aaaa1111"' 'op.add_column("user", sa.Column("fax", sa.String(40)))'
git add -A
expect 1 git commit -q -m phone
has_err 'column phone of user is new'
py_revision bbbb2222 '"aaaa1111"' 'op.add_column("user", sa.Column("phone", sa.String(40)))'
git add -A
expect 0 git commit -q -m phone

# So does one that cannot be read.
sed -i 's/String(40)/String(50)/' app/models/user.py
git add -A
expect 1 git commit -q -m longer
has_err 'column phone of user has changed, and no revision says so'
py_revision cccc3333 '"bbbb2222"' 'helpers.lengthen(op)'
git add -A
expect 0 git commit -q -m longer

# An Enum in a file without any model counts; tests and what is not committed do not.
sed -i 's/ROBOT = "robot"/ROBOT = "robot"\n    ALIEN = "alien"/' app/kinds.py
expect 0 gmig hook run pre-commit
git add app/kinds.py
expect 1 git commit -q -m alien
has_err 'column kind of user has changed'
py_revision dddd4444 '"cccc3333"' 'op.execute("ALTER TYPE kind ADD VALUE '"'ALIEN'"'")'
git add -A
expect 0 git commit -q -m alien
cat >tests/test_user.py <<'END'
from app import db


class Fake(db.Model):
    id = db.Column(db.Integer, primary_key=True)
END
git add -A
expect 0 git commit -q -m tests

# A table that is gone, and one that is new.
cat >app/models/user.py <<'END'
from app import db

groups = db.Table("groups", db.metadata, db.Column("id", db.Integer, primary_key=True))
END
git add -A
expect 1 git commit -q -m groups
has_err 'app/models/user.py:3: error: table groups is new, and no revision says so'
has_err 'error: table user is gone, and no revision says so'
hasnt_err 'column '
git reset -q --hard

# A revert takes the revision away with what it made.
git revert --no-commit HEAD~1
expect 0 git commit -q -m 'No aliens'
git reset -q --hard HEAD~1

# Against a base, as CI does: what the whole branch has changed.
git checkout -q -b topic
sed -i 's/^    phone = .*/    phone = db.Column(db.String(60))/' app/models/user.py
git add -A
expect 0 git commit -q --no-verify -m unnoticed
expect 0 gmig check
expect 1 gmig check --base main
has 'column phone of user has changed, and no revision says so [missing-migration]'
py_revision eeee5555 '"dddd4444"' 'op.alter_column("user", "phone", type_=sa.String(60))'
commit noticed
expect 0 gmig check --base main

# What cannot be told stops nobody, and is said; a hint makes it known.
sed -i 's/^    phone = .*/    phone = db.Column(db.String(60))\n    code = db.Column(db.String(length()))/' app/models/user.py
py_revision ffff6666 '"eeee5555"' 'op.add_column("user", sa.Column("code", sa.String(5)))'
commit code
sed -i 's/length()/length(5)/' app/models/user.py
expect 0 gmig check
has 'info: column code of user has changed as far as can be told without running the models [unresolved-models]'
sed -i 's/db.String(length(5))/code_type(5)/' app/models/user.py
commit other
sed -i 's/code_type(5)/code_type(6)/' app/models/user.py
expect 1 gmig check
printf 'format: alembic\ntype_hints: {code_type: String(5)}\n' >gmig.yml
expect 0 gmig check
hasnt 'unresolved-models'
printf 'format: alembic\ntype_hints: {code_type: "String("}\nrunner: {command: [flask, db], migrate: [make, revision]}\n' >gmig.yml
expect 2 gmig check
has_err 'gmig.yml:2:25'

# The project's own words for writing one.
printf 'format: alembic\nrunner: {command: [flask, db], migrate: [make, revision]}\n' >gmig.yml
sed -i 's/String(60)/String(70)/' app/models/user.py
expect 1 gmig check
has 'Run `make revision -m TEXT`'

# A foreign key goes along with the table that it points at, when that is only renamed.
new_repo ../renamed
mkdir -p app migrations/versions
printf 'format: alembic\n' >gmig.yml
echo '[alembic]' >migrations/alembic.ini
echo '# runs migrations' >migrations/env.py
# teams NAME: a table NAME, and one that points at it.
teams() {
    cat >app/models.py <<END
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()


class Team(db.Model):
    __tablename__ = "$1"
    id = db.Column(db.Integer, primary_key=True)


class Player(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    team_id = db.Column(db.Integer, db.ForeignKey("$1.id", ondelete="$2"))
END
}
teams teams CASCADE
py_revision aaaa1111 None 'op.create_table("teams", sa.Column("id")); op.create_table("player", sa.Column("id"))'
commit start
teams clubs CASCADE
py_revision bbbb2222 '"aaaa1111"' 'op.rename_table("teams", "clubs")'
expect 0 gmig check
teams clubs 'SET NULL'
expect 1 gmig check
has 'foreign key (team_id) of player has changed, and no revision says so'
py_revision bbbb2222 '"aaaa1111"' 'op.create_table("clubs"); op.drop_table("teams")'
teams clubs CASCADE
expect 1 gmig check
has 'foreign key (team_id) of player has changed'

# SQLModel's classes are read as well.
cat >app/models.py <<'END'
from sqlmodel import Field, SQLModel


class Hero(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    name: str
END
py_revision bbbb2222 '"aaaa1111"' 'op.create_table("hero"); op.drop_table("teams"); op.drop_table("player")'
expect 0 gmig check
commit heroes
sed -i 's/^    name: str/    name: str | None = None/' app/models.py
expect 1 gmig check
has 'app/models.py:6: error: column name of hero has changed, and no revision says so'

# Lines that are no Python make no alarm of what they hide, and are told.
git checkout -q app/models.py
sed 's/^    name: str/<<<<<<< HEAD\n&\n=======\n    title: str\n>>>>>>> topic/' app/models.py >conflict
mv conflict app/models.py
expect 0 gmig check
has 'app/models.py:6: info: this is no Python, so that nobody can tell what the models want [unresolved-models]'
hasnt missing-migration
commit 'committed with its conflict' --no-verify
expect 0 gmig check
hasnt unresolved-models
git checkout -q HEAD~1 app/models.py
expect 0 gmig check
hasnt missing-migration
