#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F18: each kind of statement outside a transaction is cut off before, in the middle and behind; the next run finds out
# what became of it, or asks, and ends in the same state.
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
CREATE INDEX i_old ON t (id);
CREATE TYPE mood AS ENUM ('glad');
CREATE TABLE parent (id INTEGER) PARTITION BY LIST (id);
CREATE TABLE child PARTITION OF parent FOR VALUES IN (1);"

# kind STATEMENT ANSWER STATE FINAL: STATE is a query whose answer is FINAL once the statement is done. ANSWER: "told"
# where the catalogue can tell how it ended, "asked" where only a person can.
kind() {
    statement=$1 answer=$2 state=$3 final=$4
    with_sql bbbb2222 " transaction=off
$statement;"
}

fresh() {
    query "DROP SCHEMA public CASCADE; CREATE SCHEMA public" 2>/dev/null
    expect 0 gmig upgrade aaaa1111 --allow-dirty
}

# finish ANSWERED: the next run settles it; ANSWERED is what a person would say.
finish() {
    if [ "$answer" = asked ]; then
        expect 1 gmig upgrade
        has_err "gmig resolve bbbb2222:1 --done"
        expect 0 gmig resolve bbbb2222:1 "$1"
    fi
    expect 0 gmig upgrade
    is "$(query "$state")" "$final"
    applied "aaaa1111 bbbb2222"
    is "$(query "SELECT count(*) FROM pg_index WHERE NOT indisvalid")" 0
}

cut_at() { # cut_at RULE ANSWERED
    fresh
    pg_proxy "$url" "$1" "$(echo "$statement" | cut -c1-20)"
    to_end="$to_end $PG_PROXY_PID"
    expect 4 gmig upgrade --target "$PG_PROXY" --allow-dirty
    grep -q fired "$PG_PROXY_LOG" || fail "$1 $statement: the proxy cut nothing"
    pg_proxy_stop
    finish "$2"
}

running() {
    [ "$(query "SELECT count(*) FROM pg_stat_activity WHERE query = '$quoted' AND datname = current_database() AND state = 'active' AND wait_event_type = 'Lock'")" = 1 ]
}

gone() {
    [ "$(query "SELECT count(*) FROM pg_stat_activity WHERE query = '$quoted' AND datname = current_database() AND state = 'active'")" = 0 ]
}

# hold STATEMENT...: another session that has run them in one transaction, and stays in it.
hold() {
    rm -f "$box/held"
    sql="BEGIN ISOLATION LEVEL REPEATABLE READ; $1; SELECT 'held'; SELECT pg_sleep(60)"
    echo "$sql" | sed 's/; /;\n/g' >"$box/hold.sql"
    psql -qAtX -d "$url" -f "$box/hold.sql" >"$box/held" 2>&1 &
    holder=$!
    to_end="$to_end $holder"
    wait_for grep -q held "$box/held"
}

let_go() {
    query "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid() AND datname = current_database()" >/dev/null
    wait "$holder" 2>/dev/null || :
}

# killed_behind LOCK: the statement waits for a session that has run LOCK when gmig is killed.
killed_behind() {
    fresh
    quoted=$(echo "$statement" | sed "s/'/''/g")
    hold "$1"
    background gmig upgrade --allow-dirty
    runner=$started
    wait_for running
    kill -9 "$runner"
    wait_for gone
    let_go
    finish --redo
}

everywhere() { # everywhere LOCK
    cut_at --cut-before --redo
    cut_at --cut-after --done
    [ -z "$1" ] || killed_behind "$1"
}

read_t="SELECT count(*) FROM t"
kind "CREATE INDEX CONCURRENTLY i_new ON t (id)" told \
    "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i_new'::regclass" t
everywhere "$read_t"
kind "DROP INDEX CONCURRENTLY i_old" told "SELECT to_regclass('i_old') IS NULL" t
everywhere "$read_t"
kind "REINDEX INDEX CONCURRENTLY i_old" told \
    "SELECT string_agg(relname, ',') FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indrelid = 't'::regclass" i_old
everywhere "$read_t"
kind "ALTER TABLE parent DETACH PARTITION child CONCURRENTLY" told "SELECT count(*) FROM pg_inherits" 0
everywhere "SELECT count(*) FROM parent"
kind "ALTER TYPE mood ADD VALUE 'sad'" told "SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder) FROM pg_enum" glad,sad
everywhere ""
kind "VACUUM t" told "SELECT count(*) FROM t" 0
everywhere "LOCK TABLE t"
kind "INSERT INTO t VALUES (7)" asked "SELECT string_agg(id::text, ',') FROM t" 7
everywhere "LOCK TABLE t"
kind "CREATE TABLE more (id INTEGER)" asked "SELECT to_regclass('more') IS NOT NULL" t
everywhere ""

# A build that a timeout ends leaves an INVALID index, and says so; the next run drops it and builds again.
kind "CREATE INDEX CONCURRENTLY i_new ON t (id)" told \
    "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i_new'::regclass" t
fresh
hold "LOCK TABLE t IN ROW EXCLUSIVE MODE"
expect 5 gmig upgrade --allow-dirty --lock-timeout 300ms
is "$(query "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i_new'::regclass")" f
let_go
expect 0 gmig upgrade
has_err INVALID
is "$(query "$state")" t
applied "aaaa1111 bbbb2222"

# Of one without a name the message names what is left, and how it goes.
kind "CREATE INDEX CONCURRENTLY ON t (id)" told \
    "SELECT string_agg(relname, ',') FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relname ~ '^t_id_idx' AND indisvalid" t_id_idx
fresh
hold "LOCK TABLE t IN ROW EXCLUSIVE MODE"
expect 5 gmig upgrade --allow-dirty --lock-timeout 300ms
has_err 'It has left an INVALID index, which you must drop: `DROP INDEX CONCURRENTLY "public"."t_id_idx"`.'
let_go
query 'DROP INDEX CONCURRENTLY public.t_id_idx'
expect 0 gmig upgrade
is "$(query "$state")" t_id_idx
applied "aaaa1111 bbbb2222"
