#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What gmig notes beside another tool's version table, out of that tool's sight: from which file a revision was applied and
# how it is taken back; and the journal that a section outside of a transaction is resumed by. Without notes all goes on.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# project DIALECT PRESET NAME
project() {
    cd "$box/here"
    test_name=notes_$3
    notes=gmig_$2
    new_target "$1"
    mkdir migrations
    printf 'format: versioned\npreset: %s\nmigrations: migrations\n' "$2" >>gmig.yml
    }

# dbmate_file NUMBER UP DOWN
dbmate_file() {
    printf -- '-- migrate:up\n%s\n-- migrate:down\n%s\n' "$2" "$3" >"migrations/2024010${1}000000_t.sql"
}

# pair NUMBER UP DOWN: golang-migrate's two files
pair() {
    echo "$2" >"migrations/00000$1_t.up.sql"
    echo "$3" >"migrations/00000$1_t.down.sql"
}

# noted SQL: a query of the notes, with NOTES in place of the schema.
noted() {
    if [ "$dialect" = sqlite ]; then
        sqlite3 -batch "db.sqlite.$notes" "$(echo "$1" | sed 's/NOTES\.//g')"
    else
        query "$(echo "$1" | sed "s/NOTES\./\"$notes\"./g")"
    fi
}

forget() {
    if [ "$dialect" = sqlite ]; then
        rm -f "db.sqlite.$notes"
    else
        query "DROP SCHEMA IF EXISTS \"$notes\" CASCADE" >/dev/null 2>&1
    fi
}

scenario() {
    # Who only reads makes nothing.
    project "$1" dbmate files
    dbmate_file 1 'CREATE TABLE t1 (id integer);' 'DROP TABLE t1;'
    dbmate_file 2 'CREATE TABLE t2 (id integer);' 'DROP TABLE t2;'
    commit 'two'
    expect 0 gmig upgrade --plan
    expect 0 gmig status
    [ "$dialect" != sqlite ] || [ ! -e db.sqlite.gmig_dbmate ] || fail 'status made the notes'
    expect 0 gmig upgrade
    is "$(noted 'SELECT id FROM NOTES.gmig_revisions ORDER BY id')" "$(printf '20240101000000\n20240102000000')"
    is "$(noted "SELECT blob FROM NOTES.gmig_revisions WHERE id = '20240102000000'")" \
        "$(git rev-parse HEAD:migrations/20240102000000_t.sql)"
    is "$(noted "SELECT commit_id FROM NOTES.gmig_revisions WHERE id = '20240102000000'")" "$(git rev-parse HEAD)"
    is "$(noted "SELECT count(*) FROM NOTES.gmig_journal WHERE kind = 'applied'")" 2

    # An applied file with other statements is refused, as with gmig's own table; with other comments it is not.
    dbmate_file 2 'CREATE TABLE t2 (id integer, more integer);' 'DROP TABLE t2;'
    dbmate_file 3 'CREATE TABLE t3 (id integer);' 'DROP TABLE t3;'
    expect 1 gmig upgrade
    has_err 'revision 20240102000000 was applied with other statements'
    is "$(tables)" "$(printf 'schema_migrations\nt1\nt2')"
    expect 0 gmig repair
    expect 0 gmig upgrade
    echo '-- a comment' >>migrations/20240103000000_t.sql
    expect 0 gmig upgrade
    expect 0 gmig downgrade --last-run
    is "$(tables)" "$(printf 'schema_migrations\nt1\nt2')"
    is "$(noted 'SELECT count(*) FROM NOTES.gmig_revisions')" 2

    # What the tool takes back and applies itself has no note, and needs none.
    query "DELETE FROM schema_migrations WHERE version = '20240102000000'" >/dev/null
    expect 0 gmig stamp head
    query "DELETE FROM schema_migrations WHERE version >= '20240102000000'" >/dev/null
    expect 0 gmig stamp 20240101000000
    expect 0 gmig upgrade --plan
    dbmate_file 4 'CREATE TABLE t4 (id integer);' 'DROP TABLE t4;'
    query 'DROP TABLE t2' >/dev/null
    expect 0 gmig upgrade
    forget
    dbmate_file 4 'CREATE TABLE t4 (id integer, more integer);' 'DROP TABLE t4;'
    expect 0 gmig upgrade
    has_err 'nothing to do'
    expect 0 gmig downgrade
    expect 0 gmig upgrade

    # A phantom is taken back by the file that was applied, wherever git has it; where git has lost it, by its note.
    project "$1" dbmate phantom
    dbmate_file 1 'CREATE TABLE t1 (id integer);' 'DROP TABLE t1;'
    commit 'one'
    git checkout -q -b other
    dbmate_file 2 'CREATE TABLE t2 (id integer);' 'DROP TABLE t2; CREATE TABLE by_file (id integer);'
    commit 'applied'
    expect 0 gmig upgrade
    dbmate_file 2 'CREATE TABLE t2 (id integer, more integer);' 'DROP TABLE nowhere;'
    git add -A
    git commit -q --amend -m 'amended'
    git checkout -q main
    expect 0 gmig status
    has 'other'
    expect 0 gmig whence 20240102000000
    has 'applied'
    expect 0 gmig switch --yes
    is "$(tables)" "$(printf 'by_file\nschema_migrations\nt1')"
    if [ "$dialect" = sqlite ]; then
        # The copy has the notes that are true of it.
        copy=$(sed -n 's/^gmig: backup: \(.*backup\)$/\1/p' "$err")
        has_err "backup: $copy.gmig_dbmate"
        is "$(sqlite3 -batch "$copy" 'SELECT count(*) FROM schema_migrations')" 2
        is "$(sqlite3 -batch "$copy.gmig_dbmate" 'SELECT count(*) FROM gmig_revisions')" 2
        is "$(noted 'SELECT count(*) FROM NOTES.gmig_revisions')" 1
        # A copy without its notes would be none.
        query "INSERT INTO schema_migrations VALUES ('20240102000000')"
        : >taken.gmig_dbmate
        expect 1 gmig switch --yes --backup-to taken
        has_err 'taken.gmig_dbmate is there already'
        [ ! -e taken ] || fail 'a part of the copy was kept'
        query "DELETE FROM schema_migrations WHERE version = '20240102000000'"
        rm taken.gmig_dbmate
    fi
    query 'DROP TABLE by_file' >/dev/null
    dbmate_file 3 'CREATE TABLE t3 (id integer);' 'DROP TABLE t3;'
    expect 0 gmig upgrade --allow-dirty
    rm migrations/20240103000000_t.sql
    dbmate_file 5 'CREATE TABLE t5 (id integer);' 'DROP TABLE t5;'
    expect 1 gmig upgrade
    has_err 'gmig downgrade --from-ledger'
    rm migrations/20240105000000_t.sql
    expect 0 gmig switch --yes
    is "$(tables)" "$(printf 'schema_migrations\nt1')"

    # The same of files that come in pairs: git's blob is only the first of them.
    project "$1" golang-migrate pairs
    pair 1 'CREATE TABLE t1 (id integer);' 'DROP TABLE t1;'
    commit 'one'
    git checkout -q -b other
    pair 2 'CREATE TABLE t2 (id integer);' 'DROP TABLE t2;'
    commit 'two'
    expect 0 gmig upgrade
    git checkout -q main
    git branch -q -D other
    expect 0 gmig switch --yes
    is "$(tables)" "$(printf 'schema_migrations\nt1')"

    # A section outside of a transaction goes on where it was cut off.
    project "$1" dbmate resumed
    printf -- '-- migrate:up transaction:false\nCREATE TABLE t1 (id integer);\nCREATE INDEX i1 ON t1 (id);\nCREATE INDEX i2 ON later (id);\n-- migrate:down\nDROP TABLE t1;\n' \
        >migrations/20240101000000_t.sql
    commit 'outside'
    expect 4 gmig upgrade
    is "$(query 'SELECT count(*) FROM schema_migrations')" 0
    query 'CREATE TABLE later (id integer)' >/dev/null
    expect 0 gmig upgrade
    is "$(query 'SELECT version FROM schema_migrations')" 20240101000000
    expect 0 gmig upgrade
    has_err 'nothing to do'
}

# half_way NAME: a section outside of a transaction whose first statement has run, and whose second cannot.
half_way() {
    project "$dialect" dbmate "$1"
    printf -- '-- migrate:up transaction:false\nCREATE TABLE t1 (id integer);\nINSERT INTO missing VALUES (1);\n-- migrate:down\nDROP TABLE t1;\n' \
        >migrations/20240101000000_t.sql
    commit 'outside'
    expect 4 gmig upgrade
}

# A database that is made anew has nothing of what was noted of the one before it.
made_anew() {
    dialect=$1
    half_way anew
    if [ "$dialect" = sqlite ]; then
        rm db.sqlite
    else
        query 'DROP SCHEMA public CASCADE; CREATE SCHEMA public' >/dev/null 2>&1
    fi
    sed -i 's/INSERT INTO missing VALUES (1)/CREATE TABLE t2 (id integer)/' migrations/20240101000000_t.sql
    expect 0 gmig upgrade --allow-dirty
    hasnt_err 'goes on at statement'
    is "$(tables)" "$(printf 'schema_migrations\nt1\nt2')"
}

# goose_file NUMBER UP DOWN
goose_file() {
    printf -- '-- +goose Up\n%s\n-- +goose Down\n%s\n' "$2" "$3" >"migrations/0000$1_t.sql"
}

# Two tools in one database: each has its own ids, and its own notes.
two_tools() {
    project "$1" golang-migrate two
    pair 1 'CREATE TABLE t1 (id integer);' 'DROP TABLE t1;'
    commit 'one'
    expect 0 gmig upgrade
    first=$(git rev-parse HEAD)
    rm migrations/*
    sed -i 's/golang-migrate/goose/' gmig.yml
    goose_file 1 'CREATE TABLE g1 (id integer);' 'DROP TABLE g1;'
    git add -A
    git commit -q -m 'goose'
    # What the other tool has noted under the same number says nothing of this file.
    expect 0 gmig stamp head
    expect 0 gmig stamp base
    notes=gmig_golang-migrate
    is "$(noted 'SELECT id, commit_id FROM NOTES.gmig_revisions')" "1|$first"
    notes=gmig_goose
    is "$(noted 'SELECT count(*) FROM NOTES.gmig_revisions')" 0
}

# A tip that nobody knows may stand on what was noted: none of that is forgotten.
unknown_tip() {
    project "$1" golang-migrate tip
    pair 1 'CREATE TABLE t1 (id integer);' 'DROP TABLE t1;'
    commit 'one'
    git checkout -q -b other
    pair 2 'CREATE TABLE t2 (id integer);' 'DROP TABLE t2;'
    commit 'two'
    expect 0 gmig upgrade
    git checkout -q main
    git branch -q -D other
    query 'UPDATE schema_migrations SET version = 9' >/dev/null
    expect 0 gmig stamp --purge base
    is "$(noted "SELECT count(*) FROM NOTES.gmig_revisions WHERE id = '2'")" 1
}

# Notes that somebody else holds for a moment are waited for, and not taken for none.
held() {
    dialect=$1
    half_way held
    query 'CREATE TABLE missing (id integer)' >/dev/null
    if [ "$dialect" = sqlite ]; then
        python3 - "db.sqlite.$notes" held <<'END' &
import os, sqlite3, sys, time
base = sqlite3.connect(sys.argv[1], isolation_level=None)
base.execute("BEGIN EXCLUSIVE")
open(sys.argv[2], "w").close()
while os.path.exists(sys.argv[2]):
    time.sleep(0.05)
END
    else
        python3 - "$url" "$notes" held <<'END' &
import os, subprocess, sys, time
url, notes, mark = sys.argv[1:]
psql = subprocess.Popen(["psql", "-qAtX", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
psql.stdin.write(f'BEGIN; LOCK TABLE "{notes}".gmig_journal; SELECT 1;\n')
psql.stdin.flush()
psql.stdout.readline()
open(mark, "w").close()
while os.path.exists(mark):
    time.sleep(0.05)
psql.stdin.close()
psql.wait()
END
    fi
    holder=$!
    for _ in $(seq 200); do
        [ ! -e held ] || break
        sleep 0.05
    done
    [ -e held ] || fail 'nobody holds the notes'
    expect 5 gmig upgrade --lock-timeout 300ms --allow-dirty
    is "$(query 'SELECT count(*) FROM missing')" 0
    rm held
    wait "$holder"
    expect 0 gmig upgrade --allow-dirty
    has_err 'goes on at statement 2 of 2'
    is "$(query 'SELECT count(*) FROM missing')" 1
}

# A role that may make no schema: everything goes on, and says once that there are no notes.
without_rights() {
    dialect=postgres
    project postgres dbmate rights
    dbmate_file 1 'CREATE TABLE t1 (id integer);' 'DROP TABLE t1;'
    commit 'one'
    role=gmig_notes_$$
    pg_query "$url" "CREATE ROLE $role LOGIN; GRANT CREATE, USAGE ON SCHEMA public TO $role;
        REVOKE CREATE ON DATABASE \"$(pg_query "$url" 'SELECT current_database()')\" FROM PUBLIC" >/dev/null
    guest=$(echo "$url" | sed 's|//postgres@|//'"$role"'@|')
    expect 0 gmig upgrade --target "$guest" --yes
    has_err 'gmig keeps no notes beside public.schema_migrations'
    expect 0 gmig downgrade --target "$guest" --yes
    # Notes of somebody else's, which this role may not even read.
    expect 0 gmig upgrade
    expect 0 gmig current --target "$guest" --check-heads
    expect 4 gmig downgrade --target "$guest" --yes
    has_err 'gmig keeps no notes beside public.schema_migrations: permission denied'
    expect 0 gmig stamp base
    # Notes of a database that was made anew, which this role may not clear.
    pg_query "$url" 'DROP TABLE t1, schema_migrations' >/dev/null
    expect 1 gmig upgrade --target "$guest" --yes
    has_err 'what gmig has noted beside an earlier one cannot be cleared: permission denied'
    pg_query "$url" "DROP TABLE IF EXISTS t1, schema_migrations; DROP SCHEMA gmig_dbmate CASCADE; DROP OWNED BY $role;
        DROP ROLE $role" >/dev/null 2>&1
}

# A folder in which no second file can be made.
without_place() {
    dialect=sqlite
    project sqlite dbmate place
    dbmate_file 1 'CREATE TABLE t1 (id integer);' 'DROP TABLE t1;'
    commit 'one'
    mkdir db.sqlite.gmig_dbmate
    expect 0 gmig upgrade
    has_err 'gmig keeps no notes beside main.schema_migrations'
    expect 0 gmig downgrade
    rmdir db.sqlite.gmig_dbmate
    echo 'no database, but a text of some length that nobody can take for one' >db.sqlite.gmig_dbmate
    expect 0 gmig status
    expect 0 gmig upgrade
    has_err 'gmig keeps no notes beside main.schema_migrations'
    same_file db.sqlite.gmig_dbmate <<'END'
no database, but a text of some length that nobody can take for one
END
}

# What was noted beside a branch's own database goes with it.
own_database() {
    dialect=sqlite
    project sqlite dbmate own
    dbmate_file 1 'CREATE TABLE t1 (id integer);' 'DROP TABLE t1;'
    sed -i 's|url: .*,|url: "sqlite:db.sqlite-{branch}",|' gmig.yml
    commit 'one'
    git switch -qc own
    expect 0 gmig target create
    expect 0 gmig upgrade
    [ -e db.sqlite-own.gmig_dbmate ] || fail 'nothing was noted'
    expect 0 gmig target drop --yes own
    is "$(find . -name 'db.sqlite-own*')" ''
}

on_both scenario
on_both made_anew
on_both two_tools
on_both unknown_tip
on_both held
without_rights
without_place
own_database
