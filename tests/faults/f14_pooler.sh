#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F14: behind a pooler nothing may lean on the session: refused, or only what one transaction can do.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

PATH=$PATH:/usr/sbin
needs pgbouncer
pg_required

# Nobody holds a lock of gmig's here. Other tests lock databases of their own in the same server, and a pooler resets a
# session a moment after its client has gone.
no_lock() {
    [ "$(query "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")" = 0 ]
}

scenario() { # scenario MODE
    cd "$box/here"
    new_target postgres
    revision aaaa1111 ""
    with_sql aaaa1111 "
SET search_path TO '';
CREATE TABLE public.t_aaaa1111 (id INTEGER);" '
DROP TABLE t_aaaa1111;'
    revision bbbb2222 aaaa1111
    with_sql bbbb2222 ' transaction=off
CREATE TABLE t_bbbb2222 (id INTEGER);' '
DROP TABLE t_bbbb2222;'
    commit history
    pool=$(mktemp -d "${TMPDIR:-/tmp}/gmig-pool.XXXXXX")
    background sh "$GMIG_SOURCE/tests/support/pgbouncer.sh" "$(pg_socket)" "$pool" "$1"
    wait_for grep -q "process up" "$pool/pgbouncer.log"
    through=$(echo "$url" | sed "s|host=[^&]*|host=$pool|; s|port=5432|port=6432|")

    expect 1 gmig upgrade --target "$through"
    has_err --allow-pooler
    is "$(tables)" ""
    expect 0 gmig upgrade --target "$through" --allow-pooler aaaa1111
    applied aaaa1111
    # What the revision has SET stays with it: the pooler's next client has its own.
    is "$(pg_query "$through" 'SHOW search_path')" '"$user", public'
    expect 1 gmig upgrade --target "$through" --allow-pooler
    has_err 'transaction=off'
    agrees
    wait_for no_lock
    kill "$started"
    wait "$started" 2>/dev/null || :
    rm -rf "$pool"
    cd "$box/here" && rm -rf "$test_name-postgres"
}

scenario transaction
scenario session
