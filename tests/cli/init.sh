#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# init: what is written, what is kept, and never a password.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo repo
expect 0 gmig init
same <<'END'
created gmig.yml
created migrations/.gitkeep
END
same_err <<'END'
gmig: a line `dev.db*` in .gitignore keeps the database out of git
gmig: `gmig hook install` puts gmig behind git's hooks
gmig: `gmig revision -m TEXT` writes the first revision
END
same_file gmig.yml <<'END'
# gmig.yml: where the migrations of this project are, and which databases they move.
# `man 5 gmig.yml` describes every key.

# Folder of revision files, one revision a file.
migrations: "migrations"

# Each revision must serve these: sqlite, postgres, or both.
dialects: [sqlite]

# The branch that work lands on. What is there counts as shipped.
trunk: "main"

# Databases, for `--target NAME`. A path starts at the folder of this file; ${NAME} is
# read from the environment when its target is used, so no password is ever committed.
# `development: true` marks one that may be thrown away: gmig then asks less.
targets:
  dev: {url: "sqlite:dev.db", development: true}
  # prod: {url: "${DATABASE_URL}"}

# Severity of rules: error, warning, info or off.
# rules: {missing-down: error}
END
expect 0 gmig heads
expect 0 gmig revision -m first -q
expect 0 gmig upgrade
[ -s dev.db ] || fail 'the target of the new gmig.yml is no database'

# Nothing is overwritten.
echo 'dialects: [postgres]' >gmig.yml
expect 0 gmig init --dialect sqlite --no-hooks
same <<'END'
kept gmig.yml
kept migrations
END
same_err <<'END'
gmig: gmig.yml is as it was: --target and --dialect are for a new one
gmig: nothing to do; `gmig status` shows where the project stands
END
same_file gmig.yml <<'END'
dialects: [postgres]
END
expect 0 gmig init --target postgresql://ann:s3cret@db.example/cards
hasnt_err DATABASE_URL
expect 0 gmig init --json -q
json . '{"created":[],"kept":["gmig.yml","migrations"],"hooks":[],"revision":null}'

# A folder below is a project of its own.
mkdir app
expect 0 gmig -C app init -d db/versions --dialect postgres --dialect sqlite
same <<'END'
created gmig.yml
created db/versions/.gitkeep
END
has_err '../gmig.yml above is another project'
grep -q '^dialects: \[sqlite, postgres\]$' app/gmig.yml || fail 'not both dialects'
expect 0 gmig -C app revision -m x --rev-id x
same <<'END'
db/versions/20260101000000_x_x.sql
END

# Targets: paths and passwords.
mkdir p1 p2 p3 p4
expect 0 gmig -C p1 init --target 'postgresql://ann:s3cret@db.example/cards' -q
grep -rq s3cret . && fail 'the password was written'
grep -qF 'dev: {url: "${DATABASE_URL}"}' p1/gmig.yml || fail 'no ${DATABASE_URL}'
grep -q '^dialects: \[postgres\]$' p1/gmig.yml || fail 'not the dialect of the target'
expect 0 gmig -C p2 init --target 'postgresql://ann@db.example/cards' -q
grep -qF 'dev: {url: "postgresql://ann@db.example/cards"}' p2/gmig.yml || fail 'not the URL'
expect 0 gmig -C p3 init --dialect postgres -q
grep -qF 'dev: {url: "${DATABASE_URL}"}' p3/gmig.yml || fail 'a SQLite target for PostgreSQL'
expect 0 gmig -C p4 init --target 'sqlite:local.db' -q
grep -qF 'dev: {url: "sqlite:local.db", development: true}' p4/gmig.yml || fail 'not the path'
mkdir bad
expect 2 gmig -C bad init --dialect mysql
has_err "there is no dialect 'mysql'"
expect 2 gmig -C bad init --target 'mysql://x'
expect 2 gmig -C bad init -d ..
has_err 'a folder below'
expect 2 gmig -C bad init --config x.yml
[ -z "$(ls -A bad)" ] || fail 'something was written all the same'

# Hooks only when asked for: there is no terminal here.
[ ! -e .git/hooks/pre-commit ] || fail 'hooks were installed'
expect 0 gmig init --hooks
has_err 'hook pre-commit is installed'
[ -x .git/hooks/pre-commit ] || fail 'hooks were not installed'

# Once more: what is installed is not offered, and the folder is the one that gmig.yml names.
expect 0 gmig init
same_err <<'END'
gmig: nothing to do; `gmig status` shows where the project stands
END
expect 0 gmig hook uninstall pre-push
expect 0 gmig init
has_err '`gmig hook install` puts gmig behind git'
expect 0 gmig hook install
mkdir again
echo 'migrations: db/versions' >again/gmig.yml
expect 0 gmig -C again init
same <<'END'
created db/versions/.gitkeep
kept gmig.yml
END
echo 'migratons: x' >again/gmig.yml
expect 2 gmig -C again init
has_err 'gmig.yml:1:1'
rm -r again

# origin's branch is the trunk where there is one.
git add -A
git commit -qm all --no-verify
git clone -q . ../clone
cd ../clone
rm gmig.yml
expect 0 gmig init -q
grep -qF 'trunk: "origin/main"' gmig.yml || fail 'trunk is not origin/main'

# Without a repository it works as well; in a bare one there is no place.
mkdir "$box/here/plain"
cd "$box/here/plain"
expect 0 gmig init
same <<'END'
created gmig.yml
created migrations/.gitkeep
END
grep -q '^# trunk: origin/main$' gmig.yml || fail 'a trunk without git'
expect 3 gmig init --hooks
has_err 'there is no git repository here'
git init -q --bare ../bare.git
expect 3 gmig -C ../bare.git init
has_err 'a bare repository has no work tree'
