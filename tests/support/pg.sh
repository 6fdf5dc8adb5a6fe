# SPDX-License-Identifier: Apache-2.0
# PostgreSQL for scenario tests; read with `. "$GMIG_SOURCE/tests/support/pg.sh"`. That line also makes ctest start the
# server (tests/support/postgres.sh) before the test.
#
#   pg_required                 leaves with 77 (skipped) where there is no server; call it first
#   pg_url [DATABASE]           a URL of the server
#   pg_new_database NAME        makes an empty database of its own for this test, prints its URL
#   pg_query URL SQL            rows as psql prints them: unaligned, without headings
#   pg_socket                   the folder of the server's socket
#   pg_password                 the password of the user gmig_scram
#   pg_bin                      the folder of the server's programs
#   pg_proxy URL RULE...        starts pgproxy (see tests/support/pgproxy.c for its rules) before the server of URL; sets
#                               PG_PROXY (its URL), PG_PROXY_PID and PG_PROXY_LOG. Do not call it in $( ).
#   pg_proxy_stop               stops it
#   pg_bouncer URL MODE         starts pgbouncer (pool mode transaction or session) before the server of URL; sets
#                               PG_BOUNCER (its URL). Fails where there is no pgbouncer.
#   pg_bouncer_stop             stops it

pg_required() {
    if [ -z "${GMIG_TEST_POSTGRES:-}" ] && [ -s "${GMIG_TEST_POSTGRES_FOLDER:-/none}/url" ]; then
        GMIG_TEST_POSTGRES=$(cat "$GMIG_TEST_POSTGRES_FOLDER/url")
        export GMIG_TEST_POSTGRES
    fi
    if [ -n "${GMIG_TEST_POSTGRES:-}" ]; then
        pg_own_programs
        return
    fi
    echo "skipped: no PostgreSQL server to test with (see tests/support/postgres.sh)"
    test "${GMIG_TEST_REQUIRE_POSTGRES:-}" = 1 && exit 1
    exit 77
}

# Debian's psql and pg_dump are Perl scripts that look for a server's version and take three times as long to start. They
# stand behind what a test puts into $box/bin.
pg_own_programs() {
    [ -s "${GMIG_TEST_POSTGRES_FOLDER:-/none}/bin" ] && [ ! -e "$box/.postgres" ] || return 0
    mkdir "$box/.postgres"
    for program in psql pg_dump; do
        [ ! -x "$(pg_bin)/$program" ] || ln -s "$(pg_bin)/$program" "$box/.postgres/$program"
    done
    PATH=$box/bin:$box/.postgres:$PATH
}

pg_url() {
    echo "$GMIG_TEST_POSTGRES" | sed "s|/postgres?|/${1:-postgres}?|"
}

pg_new_database() {
    pg_query "$GMIG_TEST_POSTGRES" "DROP DATABASE IF EXISTS \"$1_$$\"" >/dev/null 2>&1 || return
    pg_query "$GMIG_TEST_POSTGRES" "CREATE DATABASE \"$1_$$\"" >/dev/null || return
    pg_url "$1_$$"
}

pg_query() {
    psql -qAtX -v ON_ERROR_STOP=1 -d "$1" -c "$2"
}

pg_socket() {
    echo "$GMIG_TEST_POSTGRES" | sed 's|.*[?&]host=||; s|&.*||'
}

pg_password() {
    cat "$GMIG_TEST_POSTGRES_FOLDER/password"
}

pg_bin() {
    cat "$GMIG_TEST_POSTGRES_FOLDER/bin"
}

pg_proxy() {
    pg_proxy_folder=$(mktemp -d "${TMPDIR:-/tmp}/gmig-px.XXXXXX")
    pg_proxy_server=$(pg_socket)
    PG_PROXY=$(echo "$1" | sed "s|host=[^&]*|host=$pg_proxy_folder|")
    PG_PROXY_LOG=$pg_proxy_folder/log
    shift
    "$GMIG_PGPROXY" "$pg_proxy_folder/.s.PGSQL.5432" "$pg_proxy_server/.s.PGSQL.5432" "$@" >"$PG_PROXY_LOG" &
    PG_PROXY_PID=$!
    until grep -qs listening "$PG_PROXY_LOG"; do
        kill -0 "$PG_PROXY_PID" || return
        sleep 0.05
    done
}

pg_proxy_stop() {
    kill "$PG_PROXY_PID" 2>/dev/null || :
    wait "$PG_PROXY_PID" 2>/dev/null || :
    rm -rf "$pg_proxy_folder"
}

pg_bouncer() {
    pg_bouncer_folder=$(mktemp -d "${TMPDIR:-/tmp}/gmig-pb.XXXXXX")
    PG_BOUNCER=$(echo "$1" | sed "s|host=[^&]*|host=$pg_bouncer_folder|; s|port=[0-9]*|port=6432|")
    sh "$GMIG_SOURCE/tests/support/pgbouncer.sh" "$(pg_socket)" "$pg_bouncer_folder" "$2" &
    pg_bouncer_pid=$!
    until [ -S "$pg_bouncer_folder/.s.PGSQL.6432" ]; do
        kill -0 "$pg_bouncer_pid" 2>/dev/null || return 1
        sleep 0.05
    done
}

pg_bouncer_stop() {
    kill "$pg_bouncer_pid" 2>/dev/null || :
    wait "$pg_bouncer_pid" 2>/dev/null || :
    rm -rf "$pg_bouncer_folder"
}
