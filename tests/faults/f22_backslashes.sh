#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F22: where the database has standard_conforming_strings off, the server reads '\' as gmig has split it all the same: in
# and outside of transactions, behind a pooler, after RESET ALL, and offline. A script that sets it off is refused.
# shellcheck disable=SC1003 # a backslash before a quote is what this is about
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

PATH=$PATH:/usr/sbin
pg_required

# Read with backslashes as escapes, the first string would end in the second one, and "never" be dropped.
statements="
INSERT INTO t VALUES ('c:\\');
INSERT INTO t VALUES ('; DROP TABLE never; --');
RESET ALL;
INSERT INTO public.t VALUES ('d:\\');
INSERT INTO public.t VALUES ('; DROP TABLE never; --');
SELECT set_config('standard_conforming_strings', 'on', false);
COPY public.t FROM stdin;
e:\\\\
\\.
DO \$\$ BEGIN PERFORM set_config('standard_conforming_strings', 'o' || 'ff', false); END \$\$;
INSERT INTO public.t VALUES ('f:\\');
INSERT INTO public.t VALUES ('; DROP TABLE never; --');"

read_right() { # read_right URL
    is "$(pg_query "$1" "SELECT string_agg(x, ' ' ORDER BY x) FROM t WHERE x LIKE '_:%'")" 'c:\ d:\ e:\ f:\'
    is "$(pg_query "$1" "SELECT count(*) FROM t")" 7
    is "$(pg_query "$1" "SELECT to_regclass('never') IS NOT NULL")" t
}

off_in() { # off_in URL
    pg_query "$1" "DO \$\$ BEGIN EXECUTE format('ALTER DATABASE %I SET standard_conforming_strings = off', current_database()); END \$\$"
    is "$(pg_query "$1" "SHOW standard_conforming_strings")" off
}

new_target postgres
off_in "$url"
revision aaaa1111 ""
with_sql aaaa1111 '
CREATE TABLE t (x TEXT);
CREATE TABLE never (x TEXT);'
revision bbbb2222 aaaa1111
commit history
for option in '' ' transaction=off'; do
    start_over
    with_sql bbbb2222 "$option$statements"
    expect 0 gmig upgrade
    read_right "$url"
    applied "aaaa1111 bbbb2222"

    expect 0 gmig upgrade --sql
    cp "$out" "$box/up.sql"
    offline=$(pg_new_database gmig_f22_offline)
    off_in "$offline"
    # What a DO block does to the session nobody sees in an offline script.
    grep -v "'o' || 'ff'" "$box/up.sql" >"$box/seen.sql"
    expect 0 psql -X -q -d "$offline" -f "$box/seen.sql"
    read_right "$offline"
done

# A section that goes on in a new session.
start_over
with_sql bbbb2222 " transaction=off
INSERT INTO t VALUES ('c:\\');
INSERT INTO t VALUES (1 / 0);"
expect 4 gmig upgrade
with_sql bbbb2222 " transaction=off
INSERT INTO t VALUES ('c:\\');
INSERT INTO t VALUES ('\\'); INSERT INTO t VALUES ('; DROP TABLE never; --');"
expect 0 gmig upgrade
is "$(query "SELECT string_agg(x, ' ' ORDER BY x) FROM t")" '; DROP TABLE never; -- \ c:\'

# Off on purpose: the file would mean something else than what gmig reads.
for off in "SET standard_conforming_strings = off" "set local Standard_Conforming_Strings to 'false'" \
    "SELECT pg_catalog.set_config('standard_conforming_strings', 'no', false)"; do
    start_over
    with_sql bbbb2222 "
$off;
CREATE TABLE other (x TEXT);"
    expect 1 gmig upgrade
    has_err 'migrations/bbbb2222.sql:7'
    has_err 'standard_conforming_strings'
    is "$(tables)" ""
done

if command -v pgbouncer >/dev/null; then
    start_over
    with_sql bbbb2222 "$statements"
    pg_bouncer "$url" transaction
    to_end="$to_end $pg_bouncer_pid"
    expect 0 gmig upgrade --target "$PG_BOUNCER" --allow-pooler --allow-dirty
    pg_bouncer_stop
    read_right "$url"
fi
