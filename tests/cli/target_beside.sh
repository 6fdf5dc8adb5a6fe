#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A branch's SQLite database gets what lies beside the trunk's and must agree with it: gmig's notes on another tool's
# version table, and sqitch's registry, which no two databases may share.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/sqitch.sh"

# names FILE: the revisions that are noted there
names() {
    sqlite3 -batch "$1" 'SELECT group_concat(id) FROM (SELECT id FROM gmig_revisions ORDER BY id)'
}

# ---- notes ----

cd "$box/here"
new_repo notes
mkdir migrations
echo 'CREATE TABLE a (id integer);' >migrations/000001_a.up.sql
echo 'DROP TABLE a;' >migrations/000001_a.down.sql
cat >gmig.yml <<'END'
format: versioned
preset: golang-migrate
migrations: migrations
dialects: [sqlite]
targets: {dev: {url: "sqlite:dev.{branch}.db", development: true}}
END
echo 'dev.*' >.gitignore
commit one
expect 0 gmig upgrade
git checkout -q -b feature
expect 0 gmig target create
has 'dev.feature.db, a copy of sqlite:'
is "$(names dev.main.db.gmig_golang-migrate)" 1
is "$(names dev.feature.db.gmig_golang-migrate)" 1

# What is applied there is noted there alone, and `switch` goes back by it.
echo 'CREATE TABLE b (id integer);' >migrations/000002_b.up.sql
echo 'DROP TABLE b;' >migrations/000002_b.down.sql
commit two
expect 0 gmig upgrade
is "$(names dev.feature.db.gmig_golang-migrate)" 1,2
is "$(names dev.main.db.gmig_golang-migrate)" 1
git checkout -q main
expect 0 gmig target drop --yes feature
is "$(ls dev?feature* 2>/dev/null)" ''
is "$(names dev.main.db.gmig_golang-migrate)" 1

# ---- a registry ----

project sqlite beside
sqlite_target() { # sqlite_target URL
    printf 'dialects: [sqlite]\nformat: versioned\npreset: sqitch\ntargets: {dev: {url: "%s", development: true}}\n' "$1" >gmig.yml
    printf 'dev*\nsqitch.*db*\n' >.gitignore
    commit target
}
deployed() { # deployed FILE
    sqlite3 -batch "$1" 'SELECT group_concat(change) FROM (SELECT change FROM changes ORDER BY committed_at)'
}
unset GMIG_DATABASE_URL GMIG_TARGET

# In one folder both databases would have one registry: what is deployed in one would count in the other.
sqlite_target 'sqlite:dev-{branch}.db'
expect 0 gmig upgrade users
is "$(deployed sqitch.db)" users
git checkout -q -b feature
expect 1 gmig target create
has_err 'registry of another database is there already'
has_err 'sqlite:dev.{branch}.db'
is "$(ls dev?feature* 2>/dev/null)" ''
expect 0 gmig target list
hasnt feature
git checkout -q main
rm -f dev-main.db* sqitch.db*

sqlite_target 'sqlite:dev.{branch}.db'
expect 0 gmig upgrade users
git branch -q -f feature
git checkout -q feature
expect 0 gmig target create
is "$(deployed sqitch.feature.db)" users
expect 0 gmig upgrade
is "$(deployed sqitch.feature.db)" users,app/flips,tags
is "$(deployed sqitch.main.db)" users
git checkout -q main
expect 0 gmig target drop --yes feature
is "$(ls ./*.feature.* 2>/dev/null)" ''
git checkout -q feature
expect 0 gmig target create
is "$(deployed sqitch.feature.db)" users
