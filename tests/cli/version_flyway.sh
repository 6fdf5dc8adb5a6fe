#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Flyway's files, applied by gmig with flyway_schema_history, on both engines: versions with zeros, repeatable files, baselines, undone and
# failed versions. Flyway itself is not run here: its rows are written as its source has them.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# kept SQL ROWS
kept() {
    is "$(query "$1" | tr '\n' ' ' | sed 's/ $//')" "$2"
}

row="INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)"

scenario() {
    cd "$box/here"
    test_name=flyway
    new_target "$1"
    mkdir migrations
    printf 'format: versioned\npreset: flyway\nmigrations: migrations\n' >>gmig.yml
    echo 'CREATE TABLE t1 (id integer);' >migrations/V1__first_table.sql
    printf 'CREATE TABLE t2\r\n(id integer);\r\n' >migrations/V1_09__second.sql
    echo 'DROP TABLE t2;' >migrations/U1_09__second.sql
    echo 'DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT 1 AS one;' >migrations/R__the_view.sql
    commit flyway
    expect 0 gmig upgrade
    kept "SELECT installed_rank, version, description, type, script, checksum, execution_time FROM flyway_schema_history ORDER BY 1" \
        "1|1|first table|SQL|V1__first_table.sql|$(sum migrations/V1__first_table.sql)|0 \
2|1.09|second|SQL|V1_09__second.sql|$(sum migrations/V1_09__second.sql)|0 \
3||the view|SQL|R__the_view.sql|$(sum migrations/R__the_view.sql)|0"
    kept "SELECT count(*) FROM flyway_schema_history WHERE success AND installed_on IS NOT NULL" 3
    expect 0 gmig upgrade
    has_err 'nothing to do'

    # A repeatable file that changes is run again, and only that; a version below it is not late.
    echo 'DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT 2 AS two;' >migrations/R__the_view.sql
    echo 'CREATE TABLE t3 (id integer);' >migrations/V2__third.sql
    commit 'the view changes'
    expect 0 gmig current --json
    json .pending '["2","R__the_view"]'
    expect 0 gmig upgrade
    kept "SELECT two FROM v" 2
    kept "SELECT script FROM flyway_schema_history ORDER BY installed_rank DESC LIMIT 2" 'R__the_view.sql V2__third.sql'
    expect 0 gmig current --check-heads
    echo 'CREATE TABLE t4 (id integer);' >migrations/V3__fourth.sql
    commit 'below the view'
    expect 0 gmig upgrade
    hasnt 'late'
    kept "SELECT version FROM flyway_schema_history WHERE installed_rank = 6" 3
    kept "SELECT count(*) FROM flyway_schema_history" 6

    # What Flyway would fill in is not sent as it is.
    printf 'CREATE TABLE t5 (id integer);\nINSERT INTO t5 SELECT length(%s);\n' "'\${user}'" >migrations/V5__filled.sql
    expect 1 gmig upgrade
    has_err 'revision 5 has a place (${) that Flyway fills in'
    kept "SELECT count(*) FROM flyway_schema_history" 6
    rm migrations/V5__filled.sql

    # The last row of a version counts.
    query "$row VALUES (7, '3', 'fourth', 'UNDO_SQL', 'U3__fourth.sql', NULL, '', 0, true)" >/dev/null
    expect 0 gmig current --json
    json .pending '["3"]'
    query "DELETE FROM flyway_schema_history WHERE installed_rank = 7" >/dev/null
    query "$row VALUES (7, '4', 'gone', 'SQL', 'V4__gone.sql', 1, '', 0, false)" >/dev/null
    expect 0 gmig stamp base --plan
    expect 1 gmig stamp base
    has_err 'says that version 4 has failed half way'
    query "DELETE FROM flyway_schema_history WHERE installed_rank = 7" >/dev/null
    expect 0 gmig stamp base
    kept "SELECT count(*) FROM flyway_schema_history" 0

    # A repeatable file that `flyway repair` has marked as deleted is pending again, though its checksum is the same.
    expect 0 gmig stamp heads
    query "$row SELECT 99, NULL, description, 'DELETE', script, checksum, '', 0, true FROM flyway_schema_history
        WHERE script = 'R__the_view.sql'" >/dev/null
    expect 0 gmig current --json
    json .pending '["R__the_view"]'
    query "DELETE FROM flyway_schema_history WHERE installed_rank = 99" >/dev/null
    expect 0 gmig stamp base

    # What is below a baseline counts as applied, and has no rows.
    query "$row VALUES (1, '1.9', '<< Flyway Baseline >>', 'BASELINE', '<< Flyway Baseline >>', NULL, '', 0, true)" >/dev/null
    expect 0 gmig current --json
    json '.applied, .phantoms, .pending' '["1","1.9"]
[]
["2","3","R__the_view"]'
    query "DROP TABLE t3; DROP TABLE t4" >/dev/null
    expect 0 gmig upgrade
    kept "SELECT version FROM flyway_schema_history WHERE version IS NOT NULL ORDER BY installed_rank" '1.9 2 3'
}

# sum FILE: as Java does it, with another CRC-32.
sum() {
    python3 -c 'import sys, zlib
data = open(sys.argv[1], "rb").read().replace(b"\r", b"").replace(b"\n", b"")
value = zlib.crc32(data)
print(value - (1 << 32) if value >> 31 else value)' "$1"
}

on_both scenario
