#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F3, F4: the connection is cut just before or just after any COMMIT; what gmig says is what the server has.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

pg_required
new_target postgres
revision aaaa1111 ""
revision bbbb2222 aaaa1111
revision cccc3333 bbbb2222
commit history
mkdir "$box/proxy"
through=$(echo "$url" | sed "s|host=[^&]*|host=$box/proxy|")

cut() { # cut RULE NTH STATUS: an upgrade through a proxy that cuts at the NTH COMMIT
    query "DROP SCHEMA public CASCADE; CREATE SCHEMA public" 2>/dev/null
    background "$GMIG_PGPROXY" "$box/proxy/.s.PGSQL.5432" "$(pg_socket)/.s.PGSQL.5432" --nth "$2" "$1" COMMIT
    wait_for grep -q listening "$box/background"
    expect "$3" gmig upgrade --json --target "$through"
    grep -q fired "$box/background" || fail "$1 $2: the proxy cut nothing"
    kill "$started"
    wait "$started" 2>/dev/null || :
    rm -f "$box/proxy/.s.PGSQL.5432"
    agrees
}

# The first COMMIT is that of the ledger's tables.
for nth in 2 3 4; do
    cut --cut-before $nth 4
    json '(.applied | length), .failed.code, .outcome' "$((nth - 2))
\"database\"
\"failed\""
    is "$(query "SELECT count(*) FROM gmig_revisions")" $((nth - 2))
    expect 0 gmig upgrade --json
    json '.applied | length' $((5 - nth))
done
cut --cut-before 1 4
expect 0 gmig upgrade
applied "aaaa1111 bbbb2222 cccc3333"

for nth in 1 2 3 4; do
    cut --cut-after $nth 0
    json '.applied, .outcome' '["aaaa1111","bbbb2222","cccc3333"]
"done"'
    applied "aaaa1111 bbbb2222 cccc3333"
done
