#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Revisions and models that would reach out of scratch, or never end, on both engines: each is refused, with its place,
# and nothing outside of scratch is touched.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

# refused SQL PART: a revision with this statement does not run, for this reason.
refused() {
    with_sql bbbb2222 "
CREATE TABLE before (id INTEGER);
$1;" '
DROP TABLE before;'
    expect 1 gmig check --replay
    has "migrations/bbbb2222.sql:8: error: the up of bbbb2222 does not run on $dialect"
    has "$2"
    [ "$(query "$state")" = "$before" ] || fail "the database has changed after: $1"
    [ ! -e "$box/escape" ] || fail "a file was written by: $1"
    [ "$(ls -A)" = "$files" ] || fail "files have changed after: $1"
}

sqlite_escapes() {
    refused "ATTACH '$box/escape' AS other" 'authoriz'
    refused "ATTACH '${url#sqlite:}' AS target" 'authoriz'
    refused "VACUUM INTO '$box/escape'" 'VACUUM'
    refused "SELECT load_extension('$box/escape')" 'not authorized'
    refused "SELECT writefile('$box/escape', 'x')" 'no such function'
    refused "SELECT readfile('/etc/passwd')" 'no such function'
    refused "PRAGMA writable_schema = ON" 'not authorized'
    refused "PRAGMA temp_store_directory = '$box'" 'not authorized'
    refused "INSERT INTO before SELECT zeroblob(2000000000)" 'too big'
    refused ".shell touch $box/escape" 'is a command of the sqlite3 shell'
    # Outside of a transaction it is no different.
    with_sql bbbb2222 " transaction=off
VACUUM INTO '$box/escape';" '
SELECT 1;'
    expect 1 gmig check --replay
    has 'authorization denied'
    [ ! -e "$box/escape" ] || fail 'a copy was written'
    # Neither in a file nor in the journal of one.
    with_sql bbbb2222 ' transaction=off
PRAGMA journal_mode = WAL;' '
SELECT 1;'
    expect 0 gmig check --replay
    [ "$(ls -A)" = "$files" ] || fail 'a journal was written'
}

postgres_escapes() {
    refused "COPY (SELECT 1) TO PROGRAM 'touch $box/escape'" 'COPY to or from an external program'
    refused "COPY before FROM PROGRAM 'echo 1'" 'COPY to or from an external program'
    refused "COPY (SELECT 1) TO '$box/escape'" 'COPY to a file'
    refused "COPY before FROM '/etc/passwd'" 'COPY from a file'
    refused "SELECT pg_read_file('/etc/passwd')" 'permission denied'
    refused "SELECT lo_import('/etc/passwd')" 'permission denied'
    refused "SELECT lo_export(lo_from_bytea(0, 'x'), '$box/escape')" 'permission denied'
    for extension in dblink file_fdw plpython3u postgres_fdw; do
        refused "CREATE EXTENSION $extension" "$extension"
    done
    refused "ALTER SYSTEM SET archive_command = 'touch $box/escape'" 'ALTER SYSTEM'
    refused "DO \$\$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch $box/escape'''; END \$\$" 'COPY to or from an external program'
    refused "DO \$\$ BEGIN EXECUTE 'ALTER ROLE ' || quote_ident(session_user) || ' SUPERUSER'; END \$\$" 'alter'
    refused 'SET ROLE gmig_owner' 'permission denied'
    refused 'SET SESSION AUTHORIZATION gmig_owner' 'permission denied'
    refused 'RESET SESSION AUTHORIZATION; CREATE ROLE escape SUPERUSER' 'create'
    refused 'CREATE DATABASE escape' 'CREATE DATABASE'
    refused 'DROP DATABASE postgres' 'DROP DATABASE'
    refused "\\! touch $box/escape" 'is a command of psql'
}

scenario() {
    new_target "$1"
    revision aaaa1111 ''
    expect 0 gmig upgrade --allow-dirty
    revision bbbb2222 aaaa1111
    state='SELECT count(*) FROM t_aaaa1111'
    before=$(query "$state")
    files=$(ls -A)
    "$1_escapes"

    # What never ends is ended: that tells nothing about the revision, so it is exit 3.
    echo 'scratch: {deadline: 200ms}' >>gmig.yml
    endless='WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT 3 - i FROM n) SELECT count(*) FROM n'
    with_sql bbbb2222 "
CREATE TABLE before (id INTEGER);
$endless;" '
DROP TABLE before;'
    expect 3 gmig check --replay
    has 'migrations/bbbb2222.sql:8: error: cannot tell: the statement ran longer than its limit of 200 ms'
    has 'scratch: {deadline: 10min}'
    mkdir models
    echo 'CREATE TABLE before (id INTEGER, more INTEGER);' >models/schema.sql
    expect 3 gmig migrate -m more
    has_err 'the statement ran longer than its limit of 200 ms'
    expect 3 gmig migrate -m more --json
    json '.error.code, .error.where' '"cannot-tell"
"migrations/bbbb2222.sql:8"'
    # Another finding is told all the same, and 1 beats 3.
    revision cccc3333 aaaa1111
    expect 1 gmig check --replay
    has 'divergent-heads'
    has 'ran longer than its limit'
    rm -r migrations/cccc3333.sql models

    # The script's own words do not lift it.
    if [ "$1" = postgres ]; then
        with_sql bbbb2222 " transaction=off
SET statement_timeout = 0;
$endless;" '
SELECT 1;'
        expect 3 gmig check --replay
        has 'ran longer than its limit of 200 ms'
    fi
    # Nor do models.
    with_sql bbbb2222 '
SELECT 1;' '
SELECT 1;'
    mkdir models
    printf 'CREATE TABLE before (id INTEGER);\nCREATE TABLE endless AS %s;\n' "$endless" >models/schema.sql
    expect 3 gmig migrate -m endless
    has_err 'models/schema.sql:2'
}

on_both scenario
