#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F34: a URL that asks for encryption never falls back to plain text: the server has none, so nothing is sent to it.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

pg_required
is "$(pg_query "$GMIG_TEST_POSTGRES" 'SHOW ssl')" off
new_target postgres
revision aaaa1111 ""
commit history
background "$GMIG_PGPROXY" tcp "$(pg_socket)/.s.PGSQL.5432"
wait_for grep -q listening "$box/background"
port=$(sed -n 's/^listening //p' "$box/background")
database=$(echo "$url" | sed 's|.*/\([^/?]*\)?.*|\1|')
plain="postgresql://postgres@127.0.0.1:$port/$database"

for mode in sslmode=require sslmode=verify-full ssl=true; do
    expect 4 gmig upgrade --target "$plain?$mode" --allow-dirty
    has_err 'server does not support SSL'
    is "$(tables)" ""
done
expect 4 env PGSSLMODE=require gmig upgrade --target "$plain" --allow-dirty
is "$(tables)" ""
expect 0 gmig upgrade --target "$plain?sslmode=disable" --allow-dirty
applied aaaa1111
