#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F18: a section outside a transaction goes on in a new session: what SET, PRAGMA and ATTACH have made of the old one is
# made again first, and where that cannot be, nothing runs.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

drop_role() {
    status=$?
    set +e
    pg_query "$url" "DROP OWNED BY $low; DROP ROLE $low" >/dev/null 2>&1 || :
    (exit $status)
    end_background
}

# A temporary table ends with its session; a table of that name must not take its place.
gone_with_its_session() {
    new_target "$1"
    revision aaaa1111 ""
    with_sql aaaa1111 '
CREATE TABLE notes (id INTEGER);'
    revision bbbb2222 aaaa1111
    with_sql bbbb2222 ' transaction=off
CREATE TEMP TABLE notes (id INTEGER);
INSERT INTO nowhere VALUES (1);
INSERT INTO notes VALUES (1);'
    expect 4 gmig upgrade
    with_sql bbbb2222 ' transaction=off
CREATE TEMP TABLE notes (id INTEGER);
INSERT INTO notes VALUES (1);'
    for run in once twice; do
        expect 1 gmig upgrade
        has_err 'migrations/bbbb2222.sql:7'
        has_err 'revision bbbb2222 cannot go on: its statement 1 made something that ended with its session'
        has_err 'gmig repair bbbb2222'
    done
    is "$(query 'SELECT count(*) FROM notes')" 0
    expect 0 gmig repair bbbb2222
    expect 0 gmig upgrade
    is "$(query 'SELECT count(*) FROM notes')" 0
    cd "$box/here"
}

on_sqlite() {
    gone_with_its_session sqlite
    mkdir attached
    cd attached
    new_target sqlite
    sqlite3 -batch other.sqlite "CREATE TABLE t (id INTEGER, seen INTEGER)"
    revision aaaa1111 ""
    with_sql aaaa1111 '
CREATE TABLE t (id INTEGER, seen INTEGER);'
    revision bbbb2222 aaaa1111
    set_up=" transaction=off
ATTACH '$PWD/other.sqlite' AS other;
PRAGMA recursive_triggers = ON;
INSERT INTO other.t VALUES (1, 0);"
    with_sql bbbb2222 "$set_up
INSERT INTO nowhere VALUES (1);"
    expect 4 gmig upgrade
    with_sql bbbb2222 "$set_up
INSERT INTO other.t SELECT 2, recursive_triggers FROM pragma_recursive_triggers;"
    expect 0 gmig upgrade
    is "$(sqlite3 -batch other.sqlite "SELECT id, seen FROM t ORDER BY id" | tr '\n' ' ')" '1|0 2|1 '
    cd "$box/here"
}

on_postgres() {
    gone_with_its_session postgres
    mkdir settings
    cd settings
    new_target postgres
    low=gmig_low_$$
    trap drop_role EXIT
    query "CREATE ROLE $low"
    revision aaaa1111 ""
    with_sql aaaa1111 "
CREATE SCHEMA s AUTHORIZATION $low;
CREATE TABLE t (id INTEGER, who TEXT, wait TEXT);
CREATE TABLE s.t (id INTEGER, who TEXT, wait TEXT);
ALTER TABLE s.t OWNER TO $low;"
    revision bbbb2222 aaaa1111
    set_up=" transaction=off
SELECT pg_catalog.set_config('search_path', 's', false);
SET lock_timeout = '7s';
SET ROLE $low;
CREATE INDEX CONCURRENTLY i ON t (id);
INSERT INTO t VALUES (1, current_user, current_setting('lock_timeout'));"
    with_sql bbbb2222 "$set_up
INSERT INTO t VALUES (1 / 0);"
    expect 4 gmig upgrade
    has_err 'division by zero'
    is "$(query "SELECT detail FROM gmig_journal WHERE kind = 'end' ORDER BY id DESC LIMIT 1")" sql
    with_sql bbbb2222 "$set_up
CREATE INDEX CONCURRENTLY j ON t (who);
INSERT INTO t VALUES (2, current_user, current_setting('lock_timeout'));
RESET ROLE;
RESET ALL;
INSERT INTO public.t VALUES (3, current_user, current_setting('lock_timeout'));"
    expect 0 gmig upgrade
    has_err 'goes on at statement 6 of 10'
    is "$(query 'SELECT id, who, wait FROM s.t ORDER BY id' | tr '\n' ' ')" "1|$low|7s 2|$low|7s "
    # What RESET ALL took away was gmig's own time for locks, too.
    is "$(query "SELECT id, who = current_user, wait FROM t")" '3|t|5s'
    applied "aaaa1111 bbbb2222"

    # Cut off in a setting: nobody needs to be asked.
    start_over 2>/dev/null
    query "DROP SCHEMA s CASCADE" 2>/dev/null
    expect 0 gmig upgrade aaaa1111
    for rule in --cut-before --cut-after; do
        pg_proxy "$url" $rule "SET lock_timeout = '7s'"
        to_end="$to_end $PG_PROXY_PID"
        expect 4 gmig upgrade --target "$PG_PROXY" --allow-dirty
        grep -q fired "$PG_PROXY_LOG" || fail "$rule: the proxy cut nothing"
        pg_proxy_stop
    done
    expect 0 gmig upgrade
    is "$(query 'SELECT id, who, wait FROM s.t ORDER BY id' | tr '\n' ' ')" "1|$low|7s 2|$low|7s "
    applied "aaaa1111 bbbb2222"
}

(on_sqlite)
pg_required
on_postgres
