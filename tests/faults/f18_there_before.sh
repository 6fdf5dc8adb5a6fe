#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F18: the connection is lost in a statement whose effect can be looked up. What was there before it ran is no proof that it
# has run, and what others have left is not taken for its own.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

pg_required
new_target postgres
revision aaaa1111 ""
revision bbbb2222 aaaa1111
with_sql aaaa1111 "
CREATE TABLE t (id INTEGER);
CREATE INDEX i ON t (id);
CREATE TYPE mood AS ENUM ('glad');
CREATE TABLE parent (id INTEGER) PARTITION BY LIST (id);
CREATE TABLE child PARTITION OF parent FOR VALUES IN (1);
CREATE TABLE apart (id INTEGER);"

cut_off() { # cut_off RULE STATEMENT
    start_over
    with_sql bbbb2222 " transaction=off
$2;"
    expect 0 gmig upgrade aaaa1111 --allow-dirty
    [ -z "${prepare:-}" ] || query "$prepare"
    pg_proxy "$url" "$1" "$(echo "$2" | cut -c1-20)"
    to_end="$to_end $PG_PROXY_PID"
    expect 4 gmig upgrade --target "$PG_PROXY" --allow-dirty
    grep -q fired "$PG_PROXY_LOG" || fail "$2: the proxy cut nothing"
    pg_proxy_stop
}

# refused_in_truth STATEMENT MESSAGE: it could only fail, so it must not count as done.
refused_in_truth() {
    cut_off --cut-before "$1"
    expect 4 gmig upgrade
    hasnt_err 'is done'
    has_err "$2"
    applied aaaa1111
}

# no_news STATEMENT: what it is for was there before, which it does not mind; it is run, not counted as done.
no_news() {
    cut_off --cut-before "$1"
    expect 0 gmig upgrade
    hasnt_err 'is done'
    applied "aaaa1111 bbbb2222"
}

prepare=
refused_in_truth 'CREATE INDEX CONCURRENTLY i ON t (id)' 'already exists'
no_news 'CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (id)'
refused_in_truth 'DROP INDEX CONCURRENTLY nowhere' 'does not exist'
no_news 'DROP INDEX CONCURRENTLY IF EXISTS nowhere'
refused_in_truth "ALTER TYPE mood ADD VALUE 'glad'" 'already exists'
no_news "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'glad'"
refused_in_truth 'ALTER TABLE parent DETACH PARTITION apart CONCURRENTLY' 'is not a partition'

# Somebody has made the index anew meanwhile: the old one is gone all the same.
cut_off --cut-after 'DROP INDEX CONCURRENTLY i'
query 'CREATE INDEX i ON t (id)'
expect 0 gmig upgrade
has_err 'is done'
is "$(query "SELECT to_regclass('i') IS NOT NULL")" t

# A detaching that somebody else has left half done is not finished for them.
stuck() {
    start_over
    with_sql bbbb2222 ' transaction=off
ALTER TABLE parent DETACH PARTITION child CONCURRENTLY;'
    expect 0 gmig upgrade aaaa1111 --allow-dirty
    hold 'BEGIN' 'SELECT count(*) FROM parent'
    psql -qAtX -d "$url" -c "SET lock_timeout = '300ms'" -c 'ALTER TABLE parent DETACH PARTITION child CONCURRENTLY' >/dev/null 2>&1 &&
        fail 'the partition was detached'
    let_go
    is "$(query 'SELECT inhdetachpending FROM pg_inherits')" t
}
stuck
pg_proxy "$url" --cut-before 'ALTER TABLE parent D'
to_end="$to_end $PG_PROXY_PID"
expect 4 gmig upgrade --target "$PG_PROXY" --allow-dirty
pg_proxy_stop
expect 4 gmig upgrade
is "$(query 'SELECT inhdetachpending FROM pg_inherits')" t
applied aaaa1111

# Neither is the copy of an index that somebody else's REINDEX has left.
prepare="CREATE INDEX i_ccnew ON t (id); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i_ccnew'::regclass"
cut_off --cut-before 'REINDEX INDEX CONCURRENTLY i'
expect 0 gmig upgrade
is "$(query "SELECT to_regclass('i_ccnew') IS NOT NULL")" t
