#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A database that Alembic has brought to another branch's revision: git knows what that stands on.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# alembic ID PARENT
alembic() {
    cat >"migrations/versions/$1.py" <<END
"""add $1"""
revision = '$1'
down_revision = $2


def upgrade():
    pass


def downgrade():
    pass
END
    commit "$1"
}

new_repo repo
mkdir -p migrations/versions
printf '[alembic]\n' >migrations/alembic.ini
cat >gmig.yml <<'END'
format: alembic
trunk: main
targets: {dev: {url: "sqlite:dev.db", development: true}}
runner: {command: [false]}
END
echo dev.db >.gitignore
alembic aaaa1111 None
git checkout -q -b ann
alembic bbbb1111 "'aaaa1111'"
alembic bbbb2222 "'bbbb1111'"
git checkout -q -b bob main
alembic cccc1111 "'aaaa1111'"
sqlite3 -batch dev.db "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
INSERT INTO alembic_version VALUES ('bbbb2222')"

# The one row stands for three revisions, of which this branch has one.
expect 0 gmig current --json
json '.applied, .phantoms, .pending' '["aaaa1111","bbbb1111","bbbb2222"]
["bbbb1111","bbbb2222"]
["cccc1111"]'
expect 0 gmig upgrade --plan
same <<'END'
up   cccc1111 add cccc1111
END
expect 0 gmig switch --plan
same <<'END'
down bbbb2222 add bbbb2222
down bbbb1111 add bbbb1111
up   cccc1111 add cccc1111
END
expect 0 gmig status
has 'ann has it'
has 'gmig switch --plan'
expect 2 gmig switch
has_err 'gmig switch --plan'
expect 1 gmig upgrade
has_err 'Take it back where it is checked out'
hasnt_err 'applied on'

# Nor does the hook name what this runner cannot do.
expect 0 gmig hook install post-checkout
git checkout -q ann 2>/dev/null
expect 0 git checkout -q bob
has_err 'bbbb1111, bbbb2222 is not here, or is another: if dev has it, `git switch -`, then `gmig downgrade` takes it back'

# On its own branch there is nothing to do, and whence claims nothing that the table does not say.
git checkout -q ann
expect 0 gmig switch --plan
same </dev/null
expect 0 gmig whence bbbb1111
hasnt 'statements'

# What no branch has stands alone.
sqlite3 -batch dev.db "UPDATE alembic_version SET version_num = 'feed0000'"
expect 0 gmig current --json
json '.applied, .phantoms' '["feed0000"]
["feed0000"]'
