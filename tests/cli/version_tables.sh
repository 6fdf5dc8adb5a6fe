#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Numbered SQL files of other tools, applied by gmig with that tool's own version table, on both engines; and by dbmate
# itself on the same database.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# files PRESET: three migrations, each with a table of its own, as the tool names and writes them.
files() {
    for number in 1 2 3; do
        up="CREATE TABLE t$number (id integer);"
        down="DROP TABLE t$number;"
        case $1 in
        golang-migrate)
            echo "$up" >"migrations/00000${number}_t.up.sql"
            echo "$down" >"migrations/00000${number}_t.down.sql"
            ;;
        goose) printf -- '-- +goose Up\n%s\n-- +goose Down\n%s\n' "$up" "$down" >"migrations/0000${number}_t.sql" ;;
        dbmate) printf -- '-- migrate:up\n%s\n-- migrate:down\n%s\n' "$up" "$down" >"migrations/2024010${number}000000_t.sql" ;;
        diesel)
            mkdir "migrations/2024-01-0${number}-000000_t"
            echo "$up" >"migrations/2024-01-0${number}-000000_t/up.sql"
            echo "$down" >"migrations/2024-01-0${number}-000000_t/down.sql"
            ;;
        esac
    done
}

# project DIALECT PRESET [NAME]
project() {
    cd "$box/here"
    test_name=version_tables_${3:-$(echo "$2" | tr - _)}
    new_target "$1"
    mkdir migrations
    printf 'format: versioned\npreset: %s\nmigrations: migrations\n' "$2" >>gmig.yml
    files "$2"
    commit "$2"
}

# kept SQL ROWS: what the tool's table holds.
kept() {
    is "$(query "$1" | tr '\n' ' ' | sed 's/ $//')" "$2"
}

# walk PRESET TABLE SQL ALL TWO NONE: what SQL says of the table with all three applied, with two, with none.
walk() {
    expect 0 gmig upgrade --plan
    is "$(tables)" ''
    expect 0 gmig upgrade
    kept "$3" "$4"
    is "$(tables)" "$(printf '%s\nt1\nt2\nt3' "$2")"
    expect 0 gmig upgrade
    has_err 'nothing to do'
    expect 0 gmig downgrade
    kept "$3" "$5"
    is "$(tables)" "$(printf '%s\nt1\nt2' "$2")"
    expect 0 gmig status
    has 'gmig upgrade  (1 revision to apply)'
    expect 0 gmig stamp head
    kept "$3" "$4"
    expect 0 gmig stamp base
    kept "$3" "$6"
    # Nothing of gmig's own is there.
    is "$(tables_of_gmig)" 0
}

tables_of_gmig() {
    if [ "$dialect" = sqlite ]; then
        query "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'gmig%'"
    else
        query "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'gmig%' AND schemaname NOT LIKE 'gmig%'"
    fi
}

scenario() {
    project "$1" dbmate
    walk dbmate schema_migrations "SELECT version FROM schema_migrations ORDER BY version" \
        "20240101000000 20240102000000 20240103000000" "20240101000000 20240102000000" ""

    # A statement that fails leaves neither its table nor its row.
    printf -- '-- migrate:up\nCREATE TABLE t4 (id integer);\nnonsense;\n-- migrate:down\nDROP TABLE t4;\n' \
        >migrations/20240104000000_t.sql
    query "DROP TABLE t1; DROP TABLE t2" >/dev/null
    expect 4 gmig upgrade
    kept "SELECT version FROM schema_migrations ORDER BY version" "20240101000000 20240102000000 20240103000000"
    is "$(tables)" "$(printf 'schema_migrations\nt1\nt2\nt3')"
    rm migrations/20240104000000_t.sql

    # What the history lacks is a phantom here as well.
    query "INSERT INTO schema_migrations VALUES ('20230101000000')" >/dev/null
    expect 1 gmig downgrade
    has_err '20230101000000'
    expect 0 gmig current --json
    json .phantoms '["20230101000000"]'
    expect 2 gmig upgrade --sql
    has_err "another tool's"

    # That table has not what these two are for: without gmig's notes beside it they change nothing.
    if [ "$dialect" = sqlite ]; then
        rm db.sqlite.gmig_dbmate
    else
        query 'DROP SCHEMA gmig_dbmate CASCADE' >/dev/null 2>&1
    fi
    expect 2 gmig repair
    has_err "schema_migrations is dbmate's table, and keeps no record of files"
    has_err 'by hand or with dbmate'
    expect 2 gmig resolve 20240101000000:1 --done
    has_err "schema_migrations is dbmate's table, and keeps no statements that were cut off"
    is "$(tables_of_gmig)" 0

    project "$1" diesel
    walk diesel __diesel_schema_migrations "SELECT version FROM __diesel_schema_migrations ORDER BY version" \
        "20240101000000 20240102000000 20240103000000" "20240101000000 20240102000000" ""

    project "$1" golang-migrate
    walk golang-migrate schema_migrations "SELECT version FROM schema_migrations" 3 2 ""
    query "DROP TABLE t1; DROP TABLE t2" >/dev/null
    query "INSERT INTO schema_migrations VALUES (1, true)" >/dev/null
    expect 1 gmig upgrade
    has_err 'version 1 has failed half way'

    project "$1" goose
    walk goose goose_db_version "SELECT version_id FROM goose_db_version ORDER BY id" "0 1 2 3" "0 1 2" 0
    # Of older goose: what was taken back keeps its rows, the last of which says so.
    query "INSERT INTO goose_db_version (version_id, is_applied) VALUES (1, true), (2, true), (2, false)" >/dev/null
    expect 0 gmig current --json
    json '.applied, .pending' '["1"]
["2","3"]'

    project "$1" dbmate both
    both_tools "$1"
}

# dbmate URL COMMAND
dbmate() {
    DATABASE_URL=$1 "$GMIG_DBMATE" --no-dump-schema --migrations-dir migrations "$2"
}

both_tools() {
    if [ ! -x "${GMIG_DBMATE:-}" ]; then
        echo "there is no dbmate here (GMIG_DBMATE): gmig was not run beside it"
        return 0
    fi
    dbmate_url=$url
    [ "$1" = sqlite ] || dbmate_url=$url$(case $url in *\?*) echo '&' ;; *) echo '?' ;; esac)sslmode=disable
    expect 0 gmig upgrade 20240102000000
    expect 0 dbmate "$dbmate_url" status
    has '[X] 20240102000000_t.sql'
    has 'Pending: 1'
    expect 0 dbmate "$dbmate_url" up
    expect 0 gmig current --check-heads
    expect 0 gmig downgrade
    expect 0 dbmate "$dbmate_url" down
    expect 0 gmig current --json
    json .applied '["20240101000000"]'
    expect 0 gmig upgrade
    expect 0 dbmate "$dbmate_url" status
    has 'Pending: 0'
}

on_both scenario
