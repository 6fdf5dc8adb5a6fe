#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A Flask application with Flask-Migrate: gmig reads alembic_version, and has the project's own command do the rest.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# command WORDS...: what `runner.command` names.
command_is() {
    sed -i '/^runner:/d' gmig.yml
    printf 'runner: {command: [%s], migrate: [/usr/bin/python3, -m, flask, db, migrate], env: {DATABASE_URL: "{url}"}}\n' \
        "$1" >>gmig.yml
}

# notes: what gmig has noted beside Alembic's table.
notes() {
    if [ "$dialect" = sqlite ]; then
        sqlite3 -batch db.sqlite.gmig_alembic 'SELECT id, blob FROM gmig_revisions ORDER BY sequence'
    else
        query 'SELECT id, blob FROM gmig_alembic.gmig_revisions ORDER BY sequence'
    fi
}

# blob_of ID
blob_of() {
    git rev-parse "HEAD:$(git grep -l "^revision = '$1'" migrations/versions)"
}

scenario() {
    new_target "$1"
    cat >app.py <<'END'
import os
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_migrate import Migrate

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"]
app.config["SQLALCHEMY_TRACK_MODIFICATIONS"] = False
db = SQLAlchemy(app)
migrate = Migrate(app, db)


class Card(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    front = db.Column(db.String(40))
END
    echo 'format: alembic' >>gmig.yml
    echo __pycache__ >>.gitignore
    FLASK_APP=app.py
    PYTHONDONTWRITEBYTECODE=1
    export FLASK_APP PYTHONDONTWRITEBYTECODE
    DATABASE_URL=sqlite:// /usr/bin/python3 -m flask db init >/dev/null 2>&1

    # Without `runner` each command says what it lacks, and who could do it.
    expect 2 gmig migrate -m first
    has_err 'flask db migrate'
    command_is '/usr/bin/python3, -m, flask, db'
    expect 0 gmig migrate -m first
    first=$(sed -n 's/^revision = .\(.*\).$/\1/p' "$(cat "$out")")
    commit first
    expect 2 gmig migrate --plan
    has_err '--plan and --sql are'

    # Up: one call, and what the table says afterwards is what is told.
    expect 0 gmig upgrade --plan
    same <<END
up   $first first
END
    is "$(tables)" alembic_version
    expect 0 gmig upgrade --json
    json '.applied, .outcome' "[\"$first\"]
\"done\""
    is "$(query 'SELECT version_num FROM alembic_version')" "$first"
    expect 0 gmig current
    same <<END
$first (head), first
END
    expect 0 gmig upgrade
    has_err 'nothing to do'

    # gmig notes which file has brought it, where Alembic does not look.
    is "$(notes)" "$first|$(blob_of "$first")"

    # A second one, written by Alembic from the models; nothing of gmig's own is in its way.
    echo '    back = db.Column(db.String(40))' >>app.py
    expect 0 gmig migrate -m second --stage
    second=$(sed -n 's/^revision = .\(.*\).$/\1/p' "$(cat "$out")")
    if grep -q 'drop_table\|gmig' "$(cat "$out")"; then
        fail "Alembic wants to drop a table"
    fi
    is "$(grep -c add_column "$(cat "$out")")" 1
    commit second
    expect 0 gmig status
    has "Pending    $second  second"
    expect 0 gmig upgrade
    has "applied $second second"
    expect 0 gmig downgrade
    has "reverted $second second"
    is "$(query 'SELECT version_num FROM alembic_version')" "$first"
    expect 0 gmig stamp head
    same <<END
stamped $second
END
    is "$(notes)" "$first|$(blob_of "$first")
$second|$(blob_of "$second")"
    expect 0 gmig stamp base
    is "$(notes)" ''
    is "$(query 'SELECT count(*) FROM alembic_version')" 0
    expect 0 gmig stamp "$first"

    # What gmig's own runner would do, this one cannot.
    expect 2 gmig upgrade --at HEAD
    has_err '--at is not possible'
    expect 2 gmig downgrade --last-run
    expect 2 gmig upgrade --sql
    has_err "another tool's"

    # The command's word is not enough.
    command_is 'true'
    expect 4 gmig upgrade
    has_err "said that all is well, and alembic_version is at $first, not at $second"
    expect 4 gmig stamp head
    command_is 'false'
    expect 4 gmig upgrade --json
    json '.pending, .outcome, .error.code' "[\"$second\"]
\"failed\"
\"database\""
    command_is 'no-such-program'
    expect 2 gmig upgrade
    has_err "cannot run 'no-such-program'"
    # A signal that ends it is a failure, too.
    command_is 'sh, -c, "kill -9 $$"'
    expect 4 gmig upgrade
    has_err 'status 137'
    is "$(query 'SELECT version_num FROM alembic_version')" "$first"

    # Its environment has the password, its words have not.
    command_is 'sh, -c, "echo words $0 $@; env | grep ^DATABASE_URL= | cut -c1-18; exit 3"'
    expect 4 gmig upgrade
    has_err 'words upgrade'
    has_err 'DATABASE_URL='

    # Of two targets the command must be told which.
    cp gmig.yml keep.yml
    sed -i '/^runner:/d; s/^targets:/targets:\n  other: {url: "sqlite:other.db"}/' gmig.yml
    echo 'runner: {command: [true]}' >>gmig.yml
    expect 2 gmig upgrade -t db
    has_err 'which of 2 targets'
    mv keep.yml gmig.yml

    # A row that no file has.
    query "UPDATE alembic_version SET version_num = 'feedfeedfeed'" >/dev/null
    expect 0 gmig current --json
    json '.phantoms' '["feedfeedfeed"]'
    expect 1 gmig upgrade
    has_err 'feedfeedfeed'
    query "UPDATE alembic_version SET version_num = '$first'" >/dev/null

    # Gone over to gmig's own format, the newest that the tool had are named, and adopted.
    command_is '/usr/bin/python3, -m, flask, db'
    expect 0 gmig upgrade
    expect 0 gmig import --into revisions
    sed -i '/^runner:/d; s/^format: .*/format: gmig/; s/^migrations: .*//' gmig.yml
    echo 'migrations: revisions' >>gmig.yml
    commit imported
    expect 0 gmig status
    has "Next       gmig stamp --from-tool  (its tables are not gmig's: Alembic was at $second)"
    expect 0 gmig stamp --verify head
    expect 0 gmig upgrade
    has_err 'nothing to do'
}

# revision_file ID PARENT LABEL
revision_file() {
    cat >"migrations/versions/$1.py" <<END
from alembic import op

revision = '$1'
down_revision = $2
branch_labels = $3


def upgrade():
    op.execute('CREATE TABLE t$1 (id integer)')


def downgrade():
    op.execute('DROP TABLE t$1')
END
}

# Two branches that begin on their own: one goes down, and the other stays.
two_branches() {
    new_target sqlite
    mkdir -p migrations/versions
    printf 'format: alembic\nrunner: {command: [/usr/bin/python3, -m, alembic], env: {DATABASE_URL: "{url}"}}\n' >>gmig.yml
    printf '[alembic]\nscript_location = migrations\n' >alembic.ini
    cat >migrations/env.py <<'END'
import os
from alembic import context
from sqlalchemy import create_engine

with create_engine(os.environ["DATABASE_URL"]).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
END
    revision_file aaaa1111 None "('a',)"
    revision_file aaaa2222 "'aaaa1111'" None
    revision_file bbbb1111 None "('b',)"
    commit two
    expect 0 gmig upgrade heads
    expect 0 gmig downgrade aaaa1111
    has_err 'alembic downgrade aaaa1111'
    is "$(query 'SELECT version_num FROM alembic_version ORDER BY 1')" "aaaa1111
bbbb1111"
    # gmig has no one goal for it; what it names does it.
    expect 1 gmig downgrade b@base
    has_err 'what stays is of other branches: aaaa1111'
    DATABASE_URL="sqlite:///$PWD/db.sqlite" /usr/bin/python3 -m alembic downgrade b@base 2>/dev/null
    is "$(query 'SELECT version_num FROM alembic_version')" aaaa1111
    expect 0 gmig downgrade base
    is "$(tables)" alembic_version
}

on_both scenario
test_name=runner_two_branches
(cd "$box/here" && two_branches)
