#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A Flask application with Flask-Migrate, developed over two branches by its own commands, guarded by gmig's hooks,
# merged and rebased by gmig, and upgraded by its own commands again.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

python=/usr/bin/python3
$python -c 'import flask_migrate, alembic' 2>/dev/null || {
    echo "$test_name: skipped, there is no Flask-Migrate (Debian's package python3-flask-migrate)"
    exit 77
}
PYTHONDONTWRITEBYTECODE=1
FLASK_APP=app.py
export PYTHONDONTWRITEBYTECODE FLASK_APP
flask_db() { "$python" -W ignore -m flask db "$@"; }

# column NAME: a column more in the model.
column() {
    sed "s/^    # more/    $1 = db.Column(db.String(20))\n&/" app.py >app.new
    mv app.new app.py
}

# migrate ID MESSAGE: Flask-Migrate writes the difference between database and models.
migrate() {
    expect 0 flask_db upgrade
    expect 0 flask_db migrate --rev-id "$1" -m "$2"
}

new_repo app
cat >app.py <<'END'
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///" + app.root_path + "/dev.db"
db = SQLAlchemy(app)
Migrate(app, db)


class Card(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    # more
END
printf 'dev.db\n__pycache__\n' >.gitignore
expect 0 flask_db init
migrate aaaa1111 'first'
expect 0 gmig init --no-hooks
has 'created gmig.yml'
hasnt '.gitkeep'
grep -q '^format: alembic' gmig.yml || fail 'init has not seen Flask-Migrate'
grep -qF '`*.gmig_*` in .gitignore' gmig.yml || fail 'nothing says that notes lie beside the database'
echo 'targets: {dev: {url: "sqlite:dev.db", development: true}}' >>gmig.yml
commit first
git init -q --bare "$box/hub.git"
git remote add origin "$box/hub.git"
expect 0 git push -q origin main

# What gmig sees, without Python.
expect 0 gmig heads
same <<'END'
aaaa1111 (head), first
END
expect 0 gmig check
expect 0 gmig history --json
json '.revisions[0].path' '"migrations/versions/aaaa1111_first.py"'
json '.revisions[0].base' true
expect 0 gmig hook install

# Two branches.
git checkout -q -b ada
column colour
migrate bbbb1111 'add colour'
expect 0 git add -A
expect 0 git commit -m 'add colour'
git checkout -q -b bob main
rm dev.db
column size
migrate cccc1111 'add size'
expect 0 git add -A
expect 0 git commit -m 'add size'
git checkout -q main
expect 0 git merge -q ada
expect 0 git push -q --no-verify origin main # as a host merges a pull request
git checkout -q bob

# The union is told before anything is merged, and by the push hook as an error.
expect 1 gmig check --base main
has 'migrations/versions/cccc1111_add_size.py:14: error: with origin/main there are 2 heads in lineage default: cccc1111, bbbb1111'
expect 1 gmig check --all-refs
has '[divergent-heads]'
expect 1 git push -q origin bob
has_err 'divergent-heads'

# Both ways out. The file that gmig writes is as Alembic's, and Flask-Migrate goes on from it.
expect 1 git merge main
git checkout -q --ours app.py
column colour
git add app.py
expect 1 gmig heads
expect 0 gmig merge --stage
cat "$out" >"$box/merge"
grep -q '^migrations/versions/[0-9a-f]*_merge_bbbb1111_cccc1111.py$' "$box/merge" || fail "$(cat "$box/merge")"
expect 0 git commit --no-edit
expect 0 gmig heads
merge=$(cut -c 1-12 "$out")
expect 0 flask_db upgrade
expect 0 flask_db current
has "$merge (head)"
expect 0 gmig current
has "$merge (head)"
expect 0 flask_db heads
has "$merge (head)"
sed -n '/^# revision/,/^depends_on/p' "$(cat "$box/merge")" >"$out"
same <<END
# revision identifiers, used by Alembic.
revision = '$merge'
down_revision = ('bbbb1111', 'cccc1111')
branch_labels = None
depends_on = None
END
expect 0 flask_db migrate -m 'nothing'
has_err 'No changes in schema detected'
expect 0 git push -q origin bob

# The other clone makes the same merge: the same name and the same bytes.
git branch -q again ada
git worktree add -q "$box/again" again
(
    cd "$box/again"
    cp "$box/here/app/migrations/versions/cccc1111_add_size.py" migrations/versions/
    at 100000
    expect 0 gmig merge
    cmp "$(cat "$box/merge")" "$box/here/app/$(cat "$box/merge")" || fail "the merge is another one"
)

# Or a rebase: only the parent and what the docstring says of it change.
git checkout -q -f -B carol main
rm -f dev.db
git checkout -q -b dora aaaa1111 2>/dev/null || git checkout -q -b dora "main~1"
expect 0 gmig revision -m 'add weight' --rev-id dddd1111 --stage
same <<'END'
migrations/versions/dddd1111_add_weight.py
END
cp migrations/versions/dddd1111_add_weight.py "$box/old"
expect 0 git commit -m 'add weight'
expect 0 git merge -q carol -m merge --no-verify
expect 0 gmig rebase origin/main
has_err "Alembic keeps the heads of a database alone"
expect 1 diff "$box/old" migrations/versions/dddd1111_add_weight.py
same <<'END'
4c4
< Revises: aaaa1111
---
> Revises: bbbb1111
14c14
< down_revision = 'aaaa1111'
---
> down_revision = 'bbbb1111'
END
expect 0 gmig check
expect 0 flask_db upgrade
expect 0 flask_db current
has 'dddd1111 (head)'
expect 0 gmig status
has 'up to date'

# A shipped revision is left alone.
commit dddd
sed -i.bak 's/colour/color/' migrations/versions/bbbb1111_add_colour.py
expect 1 gmig check
has 'bbbb1111_add_colour.py:13: error: origin/main has this revision'
has '[shipped-revision-changed]'
mv migrations/versions/bbbb1111_add_colour.py.bak migrations/versions/bbbb1111_add_colour.py

# What only running would tell is a finding with its line, not a guess.
printf 'import os\nrevision = "eeee1111"\ndown_revision = os.environ["PARENT"]\n' >migrations/versions/eeee.py
expect 1 gmig check
has 'migrations/versions/eeee.py:3: error: only running the file would tell its down_revision'
expect 1 gmig heads
rm migrations/versions/eeee.py

# Ids that gmig itself would not give are kept in no cache, and are read all the same.
printf 'revision = "été 1"\ndown_revision = "dddd1111"\n' >migrations/versions/odd.py
printf 'revision = "ffff1111"\ndown_revision = "été 1"\n' >migrations/versions/ffff.py
git add migrations
expect 0 gmig heads --at index
has 'ffff1111 (head)'
expect 0 gmig history --at index
has 'dddd1111 -> été 1'
git rm -qf migrations/versions/odd.py migrations/versions/ffff.py

# The folder may move; each commit is read as it is.
git mv migrations db_migrations
commit moved
expect 0 gmig heads
has 'dddd1111 (head), add weight'
expect 0 gmig heads --at HEAD~1
has 'dddd1111 (head), add weight'
expect 0 gmig whence cccc1111
has 'migrations/versions/cccc1111_add_size.py'
expect 0 gmig heads --all-refs --json
json '[.refs[] | select(.ref == "refs/heads/dora") | .heads[]]' '["dddd1111"]'
json '[.refs[] | select(.ref == "refs/heads/bob") | .heads[]]' "[\"$merge\"]"

# What needs SQL says so.
expect 3 gmig check --replay
has 'read and never run'
expect 3 gmig diff history models
has_err "read and never run"
expect 0 gmig show dddd1111 --sql
has "down_revision = 'bbbb1111'"
