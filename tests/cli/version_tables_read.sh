#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Version tables of tools whose migrations are code, and tern's: gmig reads them, on both engines, and leaves writing to the tool.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# project DIALECT PRESET FILE...
project() {
    cd "$box/here"
    test_name=read_$(echo "$2" | tr - _)
    new_target "$1"
    mkdir migrations
    printf 'format: versioned\npreset: %s\nmigrations: migrations\n' "$2" >>gmig.yml
    shift 2
    for file; do
        echo '// code' >"migrations/$file"
    done
    commit files
}

# reads TOOL APPLIED PHANTOMS PENDING: what is current, as JSON lists.
reads() {
    expect 0 gmig current --json
    json '.applied, .phantoms, .pending' "$2
$3
$4"
    expect 1 gmig upgrade
    has_err "$1"
}

scenario() {
    project "$1" knex 20240101000000_a.js 20240102000000_b.ts 20240103000000_c.mjs
    query "CREATE TABLE knex_migrations (id integer PRIMARY KEY, name varchar(255), batch integer, migration_time timestamp);
        INSERT INTO knex_migrations (id, name, batch) VALUES (1, '20240101000000_a.js', 1), (2, '20240102000000_b.ts', 1)" >/dev/null
    reads Knex '["20240101000000_a","20240102000000_b"]' '[]' '["20240103000000_c"]'

    # What the history lacks: in the order in which it was applied.
    query "INSERT INTO knex_migrations (id, name, batch) VALUES (3, '20250101000000_x.js', 2), (4, '20240201000000_y.cjs', 2)" >/dev/null
    expect 0 gmig current --json
    json .phantoms '["20250101000000_x","20240201000000_y"]'

    # TypeORM says the class, whose file may be called otherwise; its number is the same.
    project "$1" typeorm 1690000000000-AddUsers.ts 1690000000001-add-flips.ts 1690000000002-More.ts
    query "CREATE TABLE migrations (id integer PRIMARY KEY, timestamp bigint NOT NULL, name varchar NOT NULL);
        INSERT INTO migrations VALUES (1, 1690000000000, 'AddUsers1690000000000'), (2, 1690000000001, 'AddFlips1690000000001'),
            (3, 1680000000000, 'Gone1680000000000')" >/dev/null
    reads TypeORM '["1690000000000-AddUsers","1690000000001-add-flips","1680000000000"]' '["1680000000000"]' '["1690000000002-More"]'

    # tern has one row, of the newest.
    project "$1" tern 001_a.sql 002_b.sql 003_c.sql
    sed -i 's/.*/SELECT 1;/' migrations/*.sql
    commit sql
    query "CREATE TABLE schema_version (version integer NOT NULL); INSERT INTO schema_version VALUES (2)" >/dev/null
    reads tern '["1","2"]' '[]' '["3"]'

    # In a project of gmig's own such tables name the tool that was here, and the newest that it has applied.
    cd "$box/here"
    test_name=read_strange
    new_target "$1"
    gmig revision -m first >/dev/null
    commit first
    query "CREATE TABLE knex_migrations (id integer PRIMARY KEY, name varchar(255));
        INSERT INTO knex_migrations VALUES (1, '1_a.js'), (2, '2_b.js')" >/dev/null
    expect 1 gmig upgrade
    has_err 'Knex has kept knex_migrations there, at 2_b.'
    query "DROP TABLE knex_migrations; CREATE TABLE schema_migrations (version varchar(255))" >/dev/null
    expect 1 gmig upgrade
    has_err 'dbmate, golang-migrate, Rails or Ecto has kept schema_migrations there.'
    query "DROP TABLE schema_migrations; CREATE TABLE databasechangelog (id varchar(255), orderexecuted integer);
        INSERT INTO databasechangelog VALUES ('b', 2), ('a', 1)" >/dev/null
    expect 1 gmig upgrade
    has_err 'Liquibase has kept databasechangelog there, at b.'
}

on_both scenario
