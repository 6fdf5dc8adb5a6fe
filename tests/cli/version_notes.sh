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
        sqlite3 -batch db.sqlite.gmig "$(echo "$1" | sed 's/NOTES\.//g')"
    else
        query "$(echo "$1" | sed 's/NOTES\./gmig./g')"
    fi
}

forget() {
    if [ "$dialect" = sqlite ]; then
        rm -f db.sqlite.gmig
    else
        query 'DROP SCHEMA IF EXISTS gmig CASCADE' >/dev/null 2>&1
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
    [ "$dialect" != sqlite ] || [ ! -e db.sqlite.gmig ] || fail 'status made the notes'
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
    pg_query "$url" "DROP TABLE IF EXISTS t1, schema_migrations; DROP SCHEMA gmig CASCADE; DROP OWNED BY $role;
        DROP ROLE $role" >/dev/null 2>&1
}

# A folder in which no second file can be made.
without_place() {
    dialect=sqlite
    project sqlite dbmate place
    dbmate_file 1 'CREATE TABLE t1 (id integer);' 'DROP TABLE t1;'
    commit 'one'
    mkdir db.sqlite.gmig
    expect 0 gmig upgrade
    has_err 'gmig keeps no notes beside main.schema_migrations'
    expect 0 gmig downgrade
    rmdir db.sqlite.gmig
    echo 'no database, but a text of some length that nobody can take for one' >db.sqlite.gmig
    expect 0 gmig status
    expect 0 gmig upgrade
    has_err 'gmig keeps no notes beside main.schema_migrations'
    same_file db.sqlite.gmig <<'END'
no database, but a text of some length that nobody can take for one
END
}

on_both scenario
without_rights
without_place
