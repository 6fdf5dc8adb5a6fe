#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# format: versioned, over two branches: a number that both took, one that comes late, a shipped file that was edited, a file of
# checksums; gmig rebase gives new versions, gmig revision the next one.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# rules: the rules of the last report's findings, in its order.
rules() {
    sed -n 's/.* \[\([a-z-]*\)\]$/\1/p' "$out" | tr '\n' ' ' >"$box/rules"
    [ "$(cat "$box/rules")" = "${1:+$1 }" ] || { echo "in $PWD: $last"; show; fail "rules: $(cat "$box/rules")"; }
}

# project NAME PRESET: a repository with a gmig.yml for that tool, at main.
project() {
    cd "$box/here"
    new_repo "$1"
    printf 'format: versioned\npreset: %s\ntrunk: main\n' "$2" >gmig.yml
    git checkout -qb main
}

# pair VERSION NAME: golang-migrate's two files.
pair() {
    mkdir -p migrations
    echo "CREATE TABLE $2 (id INTEGER);" >"migrations/$1_$2.up.sql"
    echo "DROP TABLE $2;" >"migrations/$1_$2.down.sql"
    commit "$1"
}

# ---- two branches took 2, and 3 comes below main's 4 ----
project numbers golang-migrate
pair 001 one
git checkout -qb topic
pair 002 mine
pair 003 more
git checkout -q main
pair 002 theirs
pair 004 four
git checkout -q topic
expect 0 gmig heads
same <<'END'
3 (head), more
END
expect 1 gmig check
rules 'duplicate-version out-of-order'
has 'main has another revision of this version: 2 (migrations/002_theirs.up.sql; main, '
has 'migrations/003_more.up.sql:1: error: it sorts below 4 (migrations/004_four.up.sql), which main has: where that is applied, golang-migrate skips it without a word [out-of-order]'
expect 1 gmig check --all-refs
rules 'duplicate-version out-of-order'
has '1 branch means its own file by 2, and main another (migrations/002_theirs.up.sql): topic with 2 (migrations/002_mine.up.sql)'
expect 0 gmig heads --all-refs
same <<'END'
main: 4
topic: 3
END

# A version is one file, and says nothing of parents.
expect 0 gmig whence 2
has '2  mine'
has '2  theirs'
hasnt '.down.sql'
hasnt 'on nothing'

# git comes first; then each file of an own revision is renamed, and the new order is proved.
expect 1 gmig rebase
has_err 'this checkout lacks 002_theirs.up.sql, 004_four.up.sql of main'
git merge -q --no-edit main
expect 1 gmig check
rules 'duplicate-version out-of-order'
expect 1 gmig heads
has_err "version '2' is also in migrations/002_mine.up.sql"
expect 0 gmig rebase --plan
[ -z "$(git status --porcelain)" ] || fail 'a plan has written'
expect 0 gmig rebase --stage
same <<'END'
2 -> 5, migrations/005_mine.down.sql
2 -> 5, migrations/005_mine.up.sql
3 -> 6, migrations/006_more.down.sql
3 -> 6, migrations/006_more.up.sql
END
has_err 'the new order is proved in scratch'
commit renumbered
expect 0 gmig check
rules ''
expect 0 gmig history
same <<'END'
5 -> 6 (head), more
4 -> 5, mine
2 -> 4, four
1 -> 2, theirs
<base> -> 1, one
END
expect 0 gmig rebase
has_err 'nothing to move'
expect 0 gmig rebase --undo
[ -e migrations/002_mine.down.sql ] || fail 'undo has not brought the old name back'
[ ! -e migrations/005_mine.up.sql ] || fail 'undo has left the new name'
git checkout -q .
git clean -qfd
expect 0 gmig rebase --json
json '.moves, .written' '[]
false'

# Uncommitted changes are not in git, and stay; an order that does not run is refused.
git reset -q --hard HEAD~1
echo '-- more' >>migrations/003_more.up.sql
expect 1 gmig rebase
has_err 'the file has uncommitted changes'
git checkout -q .
echo 'CREATE TABLE four (id INTEGER);' >migrations/002_mine.up.sql
commit clash
expect 1 gmig rebase
has_err 'the new order does not run'
[ -e migrations/002_mine.up.sql ] || fail 'a refused rebase has renamed'

# What is shipped does not change; only its down counts, too.
git checkout -q -B edits main
echo 'SELECT 1;' >>migrations/001_one.down.sql
git mv migrations/004_four.up.sql migrations/004_vier.up.sql
git rm -q migrations/002_theirs.*
commit edits
expect 1 gmig check
rules 'shipped-revision-changed shipped-revision-deleted shipped-revision-renamed'

# Two open branches that took one number are told before either is in.
git checkout -q main
git branch -qD topic edits
git checkout -qb one
pair 005 this
git checkout -qb other main
pair 005 that
expect 1 gmig check --all-refs
rules duplicate-version
has '2 branches mean different files by 5: one with 5 (migrations/005_this.up.sql), other with 5 (migrations/005_that.up.sql)'

# The next file is behind what main has, though it is not here.
git checkout -q -B old main~1
expect 0 gmig revision -m 'Add cards'
same <<'END'
migrations/005_add_cards.up.sql
END
[ -f migrations/005_add_cards.down.sql ] || fail 'there is one file of two'
expect 2 gmig revision -m x --head 2
has_err '--head has no place: the order of golang-migrate is that of versions'

# ---- a tool that runs what is late: it weighs less ----
project rails rails
mkdir -p db/migrate
echo 'class One < ActiveRecord::Migration[7.1]' >db/migrate/20240101000000_one.rb
commit one
git checkout -qb topic
echo 'class Mine < ActiveRecord::Migration[7.1]' >db/migrate/20240102000000_mine.rb
commit mine
git checkout -q main
echo 'class Theirs < ActiveRecord::Migration[7.1]' >db/migrate/20240103000000_theirs.rb
commit theirs
git checkout -q topic
expect 0 gmig check
rules out-of-order
has 'db/migrate/20240102000000_mine.rb:1: warning: it sorts below'
git merge -q --no-edit main
expect 0 gmig rebase
has_err 'not proved: there are revisions in code, which gmig does not run'
has '20240102000000 -> '
expect 0 gmig heads
has 'mine'
expect 1 gmig revision -m x
has_err 'Run: rails generate migration NAME'
expect 1 gmig import
has_err 'Its revisions are code'

# ---- Flyway: what is repeatable may change, versions are dotted, and a class is called as its file ----
project flyway flyway
mkdir -p db/migration
echo 'CREATE TABLE a (x INTEGER);' >db/migration/V1__a.sql
echo 'CREATE VIEW v AS SELECT 1;' >db/migration/R__v.sql
commit one
git checkout -qb topic
echo 'public class V1_9__Fill {}' >db/migration/V1_9__Fill.java
echo 'CREATE VIEW v AS SELECT 2;' >db/migration/R__v.sql
commit mine
git checkout -q main
echo 'CREATE TABLE b (x INTEGER);' >db/migration/V1.9__b.sql
commit theirs
git checkout -q topic
expect 1 gmig check
rules duplicate-version
git merge -q --no-edit main
expect 0 gmig rebase
has '1.9 -> 1.10, db/migration/V1_10__Fill.java'
same_file db/migration/V1_10__Fill.java <<'END'
public class V1_10__Fill {}
END

# Files may lie in several folders.
project folders flyway
echo 'migrations: [sql/base, sql/extra/more]' >>gmig.yml
mkdir -p sql/base sql/extra/more
echo 'CREATE TABLE a (x INTEGER);' >sql/base/V1__a.sql
commit one
git checkout -qb topic
echo 'CREATE TABLE mine (x INTEGER);' >sql/extra/more/V2__mine.sql
commit mine
git checkout -q main
echo 'CREATE TABLE theirs (x INTEGER);' >sql/base/V2__theirs.sql
commit theirs
git checkout -q topic
git merge -q --no-edit main
expect 0 gmig rebase
same <<'END'
2 -> 3, sql/extra/more/V3__mine.sql
END
[ -e sql/extra/more/V3__mine.sql ] || fail 'the file of the second folder is not renamed'

# ---- Atlas: the sums are those of the files ----
project atlas atlas
mkdir migrations
expect 0 gmig revision -m one
expect 0 gmig revision -m two
commit two
expect 0 gmig check
git checkout -qb topic
expect 0 gmig revision -m mine
commit mine
git checkout -q main
expect 0 gmig revision -m theirs
commit theirs
git checkout -q topic
git merge -q --no-edit main >/dev/null 2>&1 || git checkout -q --ours migrations/atlas.sum
commit merged
expect 1 gmig check
rules 'out-of-order checksum-file'
has '_theirs.sql is missing [checksum-file]'
expect 0 gmig rebase --stage
commit renumbered
expect 0 gmig check
rules ''
echo '-- x' >>"$(echo migrations/*_one.sql)"
expect 1 gmig check
has 'migrations/atlas.sum:2: error: the sum of '
has '_one.sql is of another content [checksum-file]'
rm migrations/atlas.sum
expect 1 gmig check
has 'the file of checksums is not there'

# ---- tern wants each number ----
project tern tern
mkdir migrations
echo 'SELECT 1;' >migrations/001_a.sql
echo 'SELECT 1;' >migrations/003_c.sql
expect 1 gmig check
has 'migrations/003_c.sql:1: error: 2 is missing below 3, and tern wants each version [gap]'

# ---- sqitch: the plan is the order, and nobody's but its author's ----
project plan sqitch
mkdir deploy revert
printf '%%project=x\n\nusers 2026-01-01T00:00:00Z A <a@b># Makes users\nflips [users] 2025-01-01T00:00:00Z A <a@b>\n' >sqitch.plan
printf 'BEGIN;\nCREATE TABLE users (id INTEGER);\nCOMMIT;\n' >deploy/users.sql
printf 'BEGIN;\nCREATE TABLE flips (id INTEGER);\nCOMMIT;\n' >deploy/flips.sql
echo 'DROP TABLE users;' >revert/users.sql
echo 'DROP TABLE flips;' >revert/flips.sql
commit plan
expect 0 gmig history
same <<'END'
users -> flips (head), flips
<base> -> users, Makes users
END
expect 0 gmig check --replay
expect 1 gmig rebase main
has_err 'in sqitch.plan'
expect 1 gmig revision -m x
has_err 'Run: sqitch add NAME'

# ---- what gmig.yml may say ----
sed -i 's/sqitch/nope/' gmig.yml
expect 2 gmig heads
has_err "there is no preset 'nope'"
sed -i '/preset/d' gmig.yml
expect 2 gmig heads
has_err '`format: versioned` wants a preset'

# ---- init sees whose files they are ----
# seen PRESET PATH [TEXT]: gmig init in a folder with that file says that preset, and heads is read.
seen() {
    cd "$box/here"
    rm -rf seen
    new_repo seen
    mkdir -p "$(dirname "$2")"
    printf '%s\n' "${3:-}" >"$2"
    [ "$1" != knex ] || echo '{"dependencies": {"knex": "3"}}' >package.json
    [ "$1" != typeorm ] || echo '{"dependencies": {"typeorm": "3"}}' >package.json
    [ "$1" != sqlx ] || echo 'sqlx = "0.7"' >Cargo.toml
    [ "$1" != atlas ] || echo 'h1:x' >"$(dirname "$2")/atlas.sum"
    [ "$1" != prisma ] || echo >prisma/migrations/migration_lock.toml
    git add -A
    expect 0 gmig init
    grep -qx "preset: $1" gmig.yml || { cat gmig.yml; fail "init does not see $1"; }
    expect 0 gmig heads
    has '(head)'
}
seen rails db/migrate/20240101000000_a.rb
seen flyway src/main/resources/db/migration/V1__a.sql
seen golang-migrate db/migrations/1_a.up.sql
seen goose migrations/00001_a.sql '-- +goose Up'
seen dbmate db/migrations/20240101000000_a.sql '-- migrate:up'
seen diesel migrations/2024-01-01-000000_a/up.sql
seen prisma prisma/migrations/20240101000000_a/migration.sql
seen knex migrations/20240101000000_a.js
seen atlas some/where/1_a.sql
seen ecto priv/repo/migrations/20240101000000_a.exs
seen laravel database/migrations/2014_10_12_000000_a.php
seen typeorm src/migrations/1690000000000-A.ts
seen sqlx migrations/20240101000000_a.sql
seen tern migrations/001_a.sql '---- create above / drop below ----'
# What only one dialect has tells which is meant.
seen golang-migrate migrations/1_a.up.sql 'DO $$ BEGIN IF true THEN NULL; END IF; END $$;'
grep -qx 'dialects: \[postgres\]' gmig.yml || fail 'PostgreSQL is not seen'
expect 0 gmig check
hasnt error
seen diesel migrations/2024-01-01-000000_a/up.sql 'CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT, b text DEFAULT (now()));'
grep -qx 'dialects: \[sqlite\]' gmig.yml || fail 'SQLite is not seen'

# node-pg-migrate has SQL beside its code: the one is judged, replayed and imported, the other is its own to run.
new_repo "$box/node"
mkdir migrations
printf 'format: versioned\npreset: node-pg-migrate\ndialects: [sqlite]\ntargets: {dev: {url: "sqlite:dev.db", development: true}}\n' >gmig.yml
printf -- '-- Up Migration\nCREATE TABLE a (id int);\n-- Down Migration\nDROP TABLE a;\n' >migrations/1690000000000_a.sql
printf -- '-- Up Migration\nCREATE TABLE b (id int);\n' >migrations/1690000000001_b.sql
commit sql
expect 0 gmig check
has 'migrations/1690000000001_b.sql:1: warning: revision 1690000000001_b cannot be reverted on sqlite [missing-down]'
hasnt '_a.sql'
expect 0 gmig check --replay
expect 0 gmig show --schema
has 'CREATE TABLE a'
expect 1 gmig upgrade
has_err 'leaves writing it to node-pg-migrate'
expect 0 gmig status
has 'node-pg-migrate  (2 revisions to apply, which it does itself)'
expect 0 gmig import
echo 'exports.up = (pgm) => {}' >migrations/1690000000002_c.js
expect 1 gmig upgrade
has_err 'revision 1690000000002_c is code, which only node-pg-migrate runs'
