#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# stamp --from-tool: a database that golang-migrate or dbmate has brought to a version goes on with gmig's own format.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# version NUMBER: of both tools' files.
version() {
    case $preset in
    dbmate) printf -- '-- migrate:up\nCREATE TABLE t%s (id integer);\n-- migrate:down\nDROP TABLE t%s;\n' "$1" "$1" \
        >"migrations/2024010${1}000000_t.sql" ;;
    golang-migrate)
        echo "CREATE TABLE t$1 (id integer);" >"migrations/00000${1}_t.up.sql"
        echo "DROP TABLE t$1;" >"migrations/00000${1}_t.down.sql"
        ;;
    esac
}

adopt() {
    preset=$2
    cd "$box/here"
    test_name=stamp_from_tool_$(echo "$preset" | tr - _)
    new_target "$1"
    cp gmig.yml own.yml
    printf 'format: versioned\npreset: %s\nmigrations: migrations\n' "$preset" >>gmig.yml
    mkdir migrations
    for number in 1 2 3; do
        version $number
    done
    commit "$preset"
    expect 0 gmig upgrade -- +2
    expect 2 gmig stamp --from-tool
    has_err 'nothing to adopt'

    # The same database, with the history in gmig's own format.
    expect 0 gmig import --into revisions
    cp own.yml gmig.yml
    echo 'migrations: revisions' >>gmig.yml
    commit imported
    expect 1 gmig upgrade
    has_err '`gmig stamp --from-tool` records what it says'
    expect 0 gmig status
    has 'Next       gmig stamp --from-tool  (its tables are not gmig'
    expect 0 gmig stamp --from-tool --plan
    is "$(wc -l <"$out")" 2
    expect 0 gmig current --json
    json '.applied' '[]'
    expect 0 gmig stamp --from-tool
    is "$(grep -c '^stamped ' "$out")" 2
    # The tool's table is no part of what revisions make.
    expect 0 gmig check --database
    expect 1 gmig diff db history --sql
    hasnt schema_migrations
    expect 1 gmig diff history db --sql
    hasnt schema_migrations
    query 'CREATE TABLE changes (id integer)'
    expect 1 gmig check --database
    has 'table changes'
    query 'DROP TABLE changes'
    expect 0 gmig status
    has 'gmig upgrade  (1 revision to apply)'
    expect 0 gmig upgrade
    is "$(tables | grep -c '^t')" 3
    expect 0 gmig downgrade base --yes
    is "$(tables | grep -c '^t')" 0
}

scenario() {
    adopt "$1" golang-migrate
    adopt "$1" dbmate

    # What the table has and no file is, and what it lacks below its newest: nothing is recorded.
    query "DELETE FROM schema_migrations; INSERT INTO schema_migrations VALUES ('20240101000000'), ('20230101000000')" >/dev/null
    expect 1 gmig stamp --from-tool
    has_err 'no revision here stands for: 20230101000000'
    query "DELETE FROM schema_migrations; INSERT INTO schema_migrations VALUES ('20240103000000')" >/dev/null
    expect 1 gmig stamp --from-tool
    has_err 'lacks what stands below its newest'
    expect 0 gmig current --json
    json '.applied' '[]'
    query "DROP TABLE schema_migrations" >/dev/null
    expect 1 gmig stamp --from-tool
    has_err "no other tool's version table"
    expect 2 gmig stamp
    has_err 'which revision?'
    expect 2 gmig stamp --from-tool head
}

# Atlas keeps its table in a schema of its own where the connection names none.
atlas() {
    cd "$box/here"
    test_name=stamp_from_tool_atlas
    new_target postgres
    mkdir migrations
    echo 'CREATE TABLE t1 (id integer);' >migrations/20240101000000_t.sql
    cp gmig.yml own.yml
    printf 'format: versioned\npreset: atlas\nmigrations: migrations\n' >>gmig.yml
    commit atlas
    expect 0 gmig import --into revisions
    cp own.yml gmig.yml
    echo 'migrations: revisions' >>gmig.yml
    commit imported
    query "CREATE TABLE t1 (id integer);
CREATE SCHEMA atlas_schema_revisions;
CREATE TABLE atlas_schema_revisions.atlas_schema_revisions (version varchar PRIMARY KEY, type bigint, applied bigint, total bigint);
INSERT INTO atlas_schema_revisions.atlas_schema_revisions VALUES ('20240101000000', 2, 1, 1)" >/dev/null
    expect 1 gmig upgrade
    has_err 'Atlas has kept atlas_schema_revisions there, at 20240101000000'
    expect 0 gmig stamp --from-tool
    is "$(grep -c '^stamped ' "$out")" 1
    expect 0 gmig upgrade
    has_err 'nothing to do'
}

on_both scenario
(atlas)
