#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Where Alembic's own configuration says that revision files are, and how new ones are named and made.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# file PATH ID PARENT: a revision; PARENT as in Python.
file() {
    mkdir -p "$(dirname "$1")"
    printf '"""%s"""\nrevision = "%s"\ndown_revision = %s\n' "$2" "$2" "$3" >"$1"
}

# heads ID...: the heads, in any order.
heads() {
    expect 0 gmig heads --json
    value=$(jq -r '[.heads[].revision] | sort | join(" ")' "$out")
    [ "$value" = "$*" ] || fail "the heads are $value, not $*"
}

# project NAME: with a gmig.yml that says no more than the format.
project() {
    new_repo "$box/$1"
    echo 'format: alembic' >gmig.yml
}

# %(here)s, another option's value, and what [DEFAULT] says.
project here
printf '[DEFAULT]\nroot = db\n[loggers]\nscript_location = no\n[alembic]\n# script_location = no\n' >alembic.ini
printf 'script_location =\n    %%(here)s/%%(root)s\nfile_template = %%%%(year)d_%%%%(month).2d-%%%%(rev)s\n' >>alembic.ini
file db/versions/a.py aaaa 'None'
file db/versions/deep/no.py nnnn 'None'
# shellcheck disable=SC2016 # Mako's
printf '"""${message}\n\n${create_date}\n"""\nfrom ours import op\nrevision: str = ${repr(up_revision)}\n' >db/script.py.mako
# shellcheck disable=SC2016
printf 'down_revision = ${repr(down_revision)}\nbranch_labels = ${repr(branch_labels)}\n' >>db/script.py.mako
# shellcheck disable=SC2016
printf 'depends_on = ${repr(depends_on)}\n' >>db/script.py.mako
heads aaaa
expect 0 gmig revision -m 'add x' --rev-id bbbb --label web --depends-on aaaa
same <<'END'
db/versions/2026_01-bbbb.py
END
same_file db/versions/2026_01-bbbb.py <<'END'
"""add x

2026-01-01 00:00:00
"""
from ours import op
revision: str = 'bbbb'
down_revision = 'aaaa'
branch_labels = ('web',)
depends_on = 'aaaa'
END
heads bbbb
expect 2 gmig revision -m x --rev-id b-c
has_err "'b-c' is no id that Alembic could find"
expect 0 gmig check

# pyproject.toml; several locations, new files beside their parents.
project toml
cat >pyproject.toml <<'END'
[project]
name = "x"
[tool.alembic]  # ours
script_location = "%(here)s/alembic"
version_locations = [
    "%(here)s/alembic/versions",  # the first
    'other/versions',
]
[tool.other]
script_location = "no"
END
file alembic/versions/a.py aaaa None
file other/versions/b.py bbbb None
printf 'branch_labels = "other"\n' >>other/versions/b.py
heads aaaa bbbb
expect 0 gmig revision -m more --head other@head --rev-id cccc
same <<'END'
other/versions/cccc_more.py
END
expect 0 gmig show other@head
has 'Lineage: other'

# Separators, and folders below folders.
project separators
printf '[alembic]\nscript_location = m\nversion_path_separator = os\n' >alembic.ini
printf 'version_locations = m/one:%%(here)s/m/two\nrecursive_version_locations = true\n' >>alembic.ini
file m/one/a.py aaaa None
file m/one/2026/01/b.py bbbb "'aaaa'"
file m/two/c.py cccc "'bbbb'"
file m/two/__pycache__/d.py dddd None
heads cccc
printf '[alembic]\nscript_location = m\nversion_locations = m/one, m/two\n' >alembic.ini
expect 1 gmig heads
has_err 'bbbb'

# A package, below a folder of prepend_sys_path.
project package
printf '[alembic]\nprepend_sys_path = lib\nscript_location = our.app:migrations\n' >alembic.ini
file lib/our/app/migrations/versions/a.py aaaa None
heads aaaa

# Elsewhere: the only one below; of several one must be named, and a section of it.
project below
mkdir -p backend
printf '[alembic]\nscript_location = db\n[second]\nscript_location = db2\n' >backend/alembic.ini
file backend/db/versions/a.py aaaa None
file backend/db2/versions/b.py bbbb None
commit one
heads aaaa
echo 'alembic: {name: second}' >>gmig.yml
heads bbbb
mkdir other
printf '[alembic]\nscript_location = db\n' >other/alembic.ini
file other/db/versions/c.py cccc None
commit two
expect 2 gmig heads
has_err 'there are 2 alembic.ini: backend/alembic.ini, other/alembic.ini'
printf 'format: alembic\nalembic: {config: backend/alembic.ini}\n' >gmig.yml
heads aaaa
printf 'format: alembic\nmigrations: other/db/versions\n' >gmig.yml
heads cccc

# A path of one machine is none.
project absolute
printf '[alembic]\nscript_location = /srv/app/db\n' >alembic.ini
expect 2 gmig heads
has_err "'/srv/app/db' is a folder of one machine"

# Nothing yet.
project nothing
expect 0 gmig heads
same </dev/null

# All at once in one history: every commit is read where it keeps its files.
project moving
printf '[alembic]\nscript_location = one\n' >alembic.ini
file one/versions/a.py aaaa None
commit one
git checkout -q -b two
git mv one two
printf '[alembic]\nscript_location = two\n' >alembic.ini
file two/versions/b.py bbbb "'aaaa'"
commit two
expect 0 gmig heads --all-refs --json
json '[.refs[] | .heads[0]]' '["aaaa","bbbb"]'
expect 0 gmig check --base main
expect 0 gmig whence aaaa
has 'one/versions/a.py'
has 'two/versions/a.py'

# A conflict among them keeps a merge from being made.
git checkout -q main
git checkout -q -b left
echo '# left' >>one/versions/a.py
commit left
git checkout -q -b right main
echo '# right' >>one/versions/a.py
commit right
expect 1 git merge left
expect 1 gmig merge
has_err 'git has 1 unresolved conflict among the revisions'
expect 1 gmig rebase left
has_err 'git has unresolved conflicts among the revisions'

# A clone that was not checked out has no revisions to show, and does not say that there are none.
new_repo "$box/unchecked"
mkdir -p backend/migrations/versions
printf '[alembic]\nscript_location = migrations\n' >backend/alembic.ini
printf 'revision = "aaaa1111"\ndown_revision = None\n' >backend/migrations/versions/a.py
printf 'format: alembic\n' >gmig.yml
expect 0 gmig heads
has 'aaaa1111'
commit base
git clone -q --no-checkout . "$box/bare-clone"
cd "$box/bare-clone"
expect 3 gmig heads
has_err 'there is no index, as after `git clone --no-checkout`'
has_err 'git checkout HEAD -- .'
expect 3 gmig status
expect 0 gmig heads --at HEAD
has 'aaaa1111'
# Files that are there all the same are found.
cp -R ../unchecked/backend ../unchecked/gmig.yml .
expect 0 gmig heads
has 'aaaa1111'
git checkout -q HEAD -- .
expect 0 gmig heads
has 'aaaa1111'

# A program that configures Alembic itself has no alembic.ini: the template of new revisions tells. For PostgreSQL when
# one says so, and none is for SQLite.
new_repo "$box/program"
mkdir -p app/db/versions
touch app/db/env.py app/db/script.py.mako
printf 'from sqlalchemy.dialects import postgresql\nrevision = "aaaa1111"\ndown_revision = None\n' >app/db/versions/a.py
commit base
expect 0 gmig init --no-hooks
has_err 'Alembic, as app/db/script.py.mako says, for PostgreSQL by their words'
grep -qx 'dialects: \[postgres\]' gmig.yml || fail 'the dialect was not told'
expect 0 gmig heads
has 'aaaa1111'
rm gmig.yml
expect 0 gmig init --no-hooks --dialect sqlite
grep -qx 'dialects: \[sqlite\]' gmig.yml || fail 'the option was passed over'
echo 'if dialect == "sqlite": pass' >>app/db/versions/a.py
rm gmig.yml
expect 0 gmig init --no-hooks
grep -qx 'dialects: \[sqlite\]' gmig.yml || fail 'both are served'
