#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Atlas's files, applied by gmig with atlas_schema_revisions, on both engines: rows as Atlas writes them, baselines, checkpoints, resolved
# and half applied versions, the sums, and files that are Atlas's own affair. Atlas itself is not run here: its rows are written as its
# source has them.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# kept SQL ROWS
kept() {
    is "$(query "$1" | tr '\n' ' ' | sed 's/ $//')" "$2"
}

# Writes atlas.sum as Atlas does, with another SHA-256.
hashed() {
    python3 - <<'END'
import base64, glob, hashlib
def b64(h): return base64.b64encode(h.digest()).decode()
files, total, lines = hashlib.sha256(), hashlib.sha256(), ""
for path in sorted(glob.glob("migrations/*.sql")):
    name = path.split("/")[1]
    text = open(path, "rb").read()
    files.update(name.encode())
    if text.startswith(b"-- atlas:sum ignore"):
        continue
    files.update(text)
    total.update((name + b64(files)).encode())
    lines += f"{name} h1:{b64(files)}\n"
open("migrations/atlas.sum", "w").write(f"h1:{b64(total)}\n{lines}")
END
    commit "$1"
}

# sum NAME: of the file, as atlas.sum has it.
sum() {
    sed -n "s|^$1 h1:||p" migrations/atlas.sum
}

# atlas_row VERSION TYPE APPLIED TOTAL
atlas_row() {
    query "INSERT INTO $table (version, description, type, applied, total, executed_at, execution_time, hash, operator_version)
        VALUES ('$1', 'words', $2, $3, $4, CURRENT_TIMESTAMP, 1, 'x', 'Atlas CLI v1.0.0')" >/dev/null
}

# refused WHY: the file 9_x.sql is not run, nor one before it.
refused() {
    hashed refused
    expect 1 gmig upgrade
    has_err "$1"
    kept "SELECT count(*) FROM $table WHERE version >= '4'" 0
    rm migrations/9_x.sql
}

scenario() {
    cd "$box/here"
    test_name=atlas
    new_target "$1"
    mkdir migrations
    printf 'format: versioned\npreset: atlas\nmigrations: migrations\n' >>gmig.yml
    printf 'CREATE TABLE t1 (id integer);\nCREATE TABLE t1b (id integer);\n' >migrations/1_first_table.sql
    echo 'CREATE TABLE t2 (id integer);' >migrations/2.sql
    table=atlas_schema_revisions
    [ "$dialect" = sqlite ] || table=$table.$table

    # Without its sums, or with others, Atlas runs nothing.
    commit 'no sums'
    expect 1 gmig upgrade
    has_err 'there is no migrations/atlas.sum'
    hashed atlas
    echo '-- more' >>migrations/2.sql
    for command in 'upgrade' 'upgrade --plan' 'stamp head'; do
        expect 1 gmig $command
        has_err 'migrations/atlas.sum does not match the files'
    done
    kept "$schemas" 0
    hashed 'two files'

    expect 0 gmig upgrade
    hasnt 'gmig keeps no notes'
    kept "SELECT version, description, type, applied, total, execution_time, error, error_stmt, hash, partial_hashes FROM $table ORDER BY 1" \
        "1|first_table|2|2|2|0|||$(sum 1_first_table.sql)|null 2||2|1|1|0|||$(sum 2.sql)|null"
    kept "SELECT count(*) FROM $table WHERE executed_at IS NOT NULL AND operator_version LIKE 'gmig %'" 2
    expect 0 gmig upgrade
    has_err 'nothing to do'
    expect 0 gmig status
    expect 1 gmig downgrade
    has_err 'has no down'

    # The row of Atlas Cloud is no version, and stays.
    atlas_row .atlas_cloud_identifier 2 0 0
    expect 0 gmig current --json
    json '.applied, .phantoms, .pending' '["1","2"]
[]
[]'
    # What `migrate set` would write, and take away.
    echo 'CREATE TABLE t3 (id integer);' >migrations/3_third.sql
    hashed third
    expect 0 gmig stamp head
    kept "SELECT type, applied, total, hash FROM $table WHERE version = '3'" "4|0|0|$(sum 3_third.sql)"
    expect 0 gmig stamp 2
    kept "SELECT version FROM $table ORDER BY 1" '.atlas_cloud_identifier 1 2'

    # Half way: Atlas goes on with it, gmig does not.
    atlas_row 3 2 1 2
    expect 0 gmig current --json
    json '.applied, .pending' '["1","2"]
["3"]'
    expect 1 gmig upgrade
    has_err 'says that version 3 has failed half way'
    query "DELETE FROM $table WHERE version = '3'" >/dev/null

    # A phantom, and a version that `migrate set` has resolved.
    atlas_row 4 6 1 2
    atlas_row 5 2 1 1
    expect 0 gmig current --json
    json '.applied, .phantoms, .pending' '["1","2","4","5"]
["4","5"]
["3"]'
    expect 1 gmig stamp base
    has_err 'to Atlas 1 stays applied while there is a row of 4'
    expect 0 gmig stamp --purge 2
    kept "SELECT version, type FROM $table WHERE version < '9' ORDER BY 1" '.atlas_cloud_identifier|2 1|4 2|4'

    special_files
    below_the_first_row
}

special_files() {
    printf -- '-- atlas:delimiter \\n\\n\nCREATE TABLE t9 (id integer)\n\nCREATE TABLE t9b (id integer)\n' >migrations/9_x.sql
    refused 'has a delimiter of its own'
    printf -- '-- atlas:checkpoint\n\nCREATE TABLE t9 (id integer);\n' >migrations/9_x.sql
    hashed checkpoint
    # Once there are rows, Atlas passes checkpoints over.
    expect 0 gmig current --json
    json .pending '["3"]'
    printf -- '-- atlas:txtar\n\n-- migration.sql --\nCREATE TABLE t9 (id integer);\n' >migrations/9_x.sql
    refused 'is an archive of several files'
    printf -- '-- atlas:sum ignore\n\nCREATE TABLE t9 (id integer);\n' >migrations/9_x.sql
    refused 'is left out of atlas.sum'
    printf -- '-- atlas:txmode all\n\nCREATE TABLE t9 (id integer);\n' >migrations/9_x.sql
    refused 'has a txmode that Atlas refuses'
    # Without the empty line it is the statement's.
    printf -- '-- atlas:txmode none\nCREATE TABLE t9 (id integer);\n' >migrations/9_x.sql
    refused 'Atlas does not see the txmode'
    kept "SELECT count(*) FROM $table WHERE version = '3'" 0

    # Outside of a transaction, and resumed by the journal beside the table.
    printf -- '-- atlas:txmode none\n\nCREATE TABLE t9 (id integer);\nINSERT INTO t9 SELECT id FROM t8;\n' >migrations/9_x.sql
    hashed 'no transaction'
    expect 4 gmig upgrade
    kept "SELECT version FROM $table ORDER BY 1" '.atlas_cloud_identifier 1 2 3'
    query 'CREATE TABLE t8 (id integer)' >/dev/null
    expect 0 gmig upgrade
    kept "SELECT type, applied, total FROM $table WHERE version = '9'" '2|2|2'
}

below_the_first_row() {
    # Nothing applied: Atlas begins with the last checkpoint, which gmig does not.
    expect 0 gmig stamp base
    kept "SELECT version FROM $table" .atlas_cloud_identifier
    printf -- '-- atlas:checkpoint\n\nCREATE TABLE c (id integer);\n' >migrations/6_check.sql
    hashed checkpoint
    expect 1 gmig upgrade
    has_err 'revision 6 is a checkpoint'
    kept "SELECT version FROM $table" .atlas_cloud_identifier
    rm migrations/6_check.sql
    hashed 'no checkpoint'

    # All below the first row is applied. With that row the one below it becomes the baseline.
    atlas_row 3 1 0 0
    expect 0 gmig current --json
    json '.applied, .pending' '["1","2","3"]
["9"]'
    expect 0 gmig stamp 1
    kept "SELECT version, type, applied, total, hash FROM $table WHERE version > '1' OR type = 1" '1|1|0|0|'
    expect 0 gmig current --json
    json '.applied, .pending' '["1"]
["2","3","9"]'
    expect 0 gmig stamp base
    kept "SELECT version FROM $table" .atlas_cloud_identifier
}

in_sqlite() {
    schemas="SELECT count(*) FROM sqlite_schema"
    scenario sqlite
}

# Atlas puts it where the connection's search_path says, or into a schema of its own.
in_postgres() {
    schemas="SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'atlas%'"
    scenario postgres
    query "CREATE TABLE public.atlas_schema_revisions AS SELECT * FROM $table; INSERT INTO public.atlas_schema_revisions SELECT '2', '', 1, 0, 0,
        now(), 0, '', '', '', NULL, '' " >/dev/null
    expect 1 gmig current
    has_err "there are two tables of Atlas's"
    query "DROP TABLE $table" >/dev/null
    expect 0 gmig current --json
    json .applied '["1","2"]'
}

either() {
    "in_$1"
}

on_both either
