#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F1: killed as it sends or receives any message; what is there is recorded, and a rerun ends in the same state.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

needs strace
pg_required
new_target postgres
revision aaaa1111 ""
revision bbbb2222 aaaa1111
revision cccc3333 bbbb2222
with_sql cccc3333 ' transaction=off
CREATE INDEX CONCURRENTLY i_one ON t_aaaa1111 (id);
CREATE INDEX CONCURRENTLY i_two ON t_bbbb2222 (id);
CREATE TABLE t_cccc3333 (id INTEGER);' ' transaction=off
DROP TABLE IF EXISTS t_cccc3333;
DROP INDEX CONCURRENTLY IF EXISTS i_one;
DROP INDEX CONCURRENTLY IF EXISTS i_two;'
revision dddd4444 cccc3333
commit history

# The one statement that nobody can look up is the CREATE TABLE outside a transaction.
finish() {
    got=0
    gmig upgrade -q >"$out" 2>"$err" || got=$?
    if [ $got -eq 1 ]; then
        has_err 'gmig resolve cccc3333:3'
        answer=--redo
        [ "$(query "SELECT to_regclass('t_cccc3333') IS NULL")" = t ] || answer=--done
        expect 0 gmig resolve cccc3333:3 $answer
        expect 0 gmig upgrade
    elif [ $got -ne 0 ]; then
        show
        fail "the rerun ended with $got"
    fi
}

sweep() { # sweep CALLS STEP
    query "DROP SCHEMA public CASCADE; CREATE SCHEMA public" 2>/dev/null
    total=$(count_calls "$1" gmig upgrade -q)
    n=1
    while [ "$n" -le "$total" ]; do
        query "DROP SCHEMA public CASCADE; CREATE SCHEMA public" 2>/dev/null
        kills_at "$1" "$n" gmig upgrade -q || :
        # cccc3333 may be half there: it has no transaction.
        query "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ '^t_[abd]' ORDER BY 1" >"$box/there"
        if [ "$(query "SELECT to_regclass('gmig_revisions') IS NULL")" = t ]; then
            is "$(cat "$box/there")" ""
        else
            query "SELECT 't_' || id FROM gmig_revisions WHERE id <> 'cccc3333' ORDER BY 1" >"$box/recorded"
            is "$(cat "$box/there")" "$(cat "$box/recorded")"
        fi
        finish
        applied "aaaa1111 bbbb2222 cccc3333 dddd4444"
        is "$(query "SELECT string_agg(relname || ' ' || indisvalid, ',' ORDER BY relname) FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relname LIKE 'i\\_%'")" \
            "i_one true,i_two true"
        n=$((n + $2))
    done
    [ "$total" -gt 20 ] || fail "only $total calls of $1"
}

sweep sendto 1
sweep recvfrom 5
