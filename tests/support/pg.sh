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

pg_required() {
    if [ -z "${GMIG_TEST_POSTGRES:-}" ] && [ -s "${GMIG_TEST_POSTGRES_FOLDER:-/none}/url" ]; then
        GMIG_TEST_POSTGRES=$(cat "$GMIG_TEST_POSTGRES_FOLDER/url")
        export GMIG_TEST_POSTGRES
    fi
    test -n "${GMIG_TEST_POSTGRES:-}" && return
    echo "skipped: no PostgreSQL server to test with (see tests/support/postgres.sh)"
    test "${GMIG_TEST_REQUIRE_POSTGRES:-}" = 1 && exit 1
    exit 77
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
