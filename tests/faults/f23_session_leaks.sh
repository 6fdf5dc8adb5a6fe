#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F23: what one revision makes of the session (schemas, role, times, pragmas, attached files, temporary tables) does not
# reach the next one, nor the ledger.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

drop_role() {
    status=$?
    set +e
    pg_query "$url" "DROP OWNED BY $low; DROP ROLE $low" >/dev/null 2>&1
    (exit $status)
    end_background
}

on_sqlite() {
    new_target sqlite
    sqlite3 -batch other.sqlite "CREATE TABLE t (id INTEGER)"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    for option in '' ' transaction=off'; do
        start_over
        attach=
        [ -z "$option" ] || attach="
ATTACH '$PWD/other.sqlite' AS other;"
        with_sql aaaa1111 "$option$attach
PRAGMA recursive_triggers = ON;
PRAGMA case_sensitive_like = ON;
CREATE TEMP TABLE seen (leaked TEXT);
CREATE TEMP TABLE gmig_revisions (id TEXT);
INSERT INTO seen VALUES (1);"
        with_sql bbbb2222 "
CREATE TABLE seen (triggers INTEGER, alike INTEGER, files INTEGER);
INSERT INTO seen SELECT (SELECT recursive_triggers FROM pragma_recursive_triggers), 'a' LIKE 'A',
    (SELECT count(*) FROM pragma_database_list WHERE name NOT IN ('main', 'temp'));"
        expect 0 gmig upgrade
        is "$(query 'SELECT * FROM seen')" '0|1|0'
        applied "aaaa1111 bbbb2222"
    done
}

on_postgres() {
    new_target postgres
    low=gmig_low_$$
    trap drop_role EXIT
    query "CREATE ROLE $low"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    for option in '' ' transaction=off'; do
        start_over
        query 'DROP SCHEMA IF EXISTS s CASCADE' 2>/dev/null
        with_sql aaaa1111 "$option
CREATE SCHEMA s;
CREATE TEMP TABLE seen (leaked TEXT);
SELECT set_config('search_path', 's', false);
SET lock_timeout = '7s';
SET statement_timeout = '70s';
SET application_name = 'leaked';
PREPARE leaked AS SELECT 1;
SET ROLE $low;"
        with_sql bbbb2222 "
CREATE TABLE seen (path TEXT, role BOOLEAN, lock TEXT, statement TEXT, name BOOLEAN, prepared BIGINT);
INSERT INTO seen SELECT current_schema(), current_user = session_user, current_setting('lock_timeout'),
    current_setting('statement_timeout'), current_setting('application_name') = 'leaked',
    (SELECT count(*) FROM pg_prepared_statements);"
        expect 0 gmig upgrade
        is "$(query 'SELECT * FROM public.seen')" 'public|t|5s|0|f|0'
        applied "aaaa1111 bbbb2222"
        is "$(query "SELECT DISTINCT relowner::regrole::text FROM pg_class WHERE relname LIKE 'gmig%' AND relkind = 'r'")" postgres
    done
}

(on_sqlite)
pg_required
on_postgres
