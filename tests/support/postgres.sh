#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A private PostgreSQL server for tests: unix socket in a temporary folder, no TCP, nothing kept.
#
#   postgres.sh start FOLDER    makes and starts it; writes FOLDER/url and prints it
#   postgres.sh stop FOLDER     stops it and removes what start made
#
# Two users: postgres (superuser, trusted) and gmig_scram (must give the password in FOLDER/password). Where there are
# no PostgreSQL programs, start says so and writes no url; with GMIG_TEST_REQUIRE_POSTGRES=1 that is a failure.
# PGBIN names the folder of initdb and pg_ctl where they are neither in PATH nor in Debian's place. The server refuses
# to run as root, so then it runs as the user postgres (or nobody).
#
# Tests make and drop hundreds of databases, each of 300 files: where TMPDIR does not say otherwise and /dev/shm has the
# room, the server lives there, in memory.
set -eu

usage() {
    echo "usage: postgres.sh start|stop FOLDER" >&2
    exit 2
}
test $# -eq 2 || usage
folder=$2

find_programs() {
    for bin in ${PGBIN:-} "$(dirname "$(readlink -f "$(command -v initdb || echo /none/x)")")" \
               $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) /usr/pgsql-*/bin; do
        if [ -x "$bin/initdb" ] && [ -x "$bin/pg_ctl" ] && [ -x "$bin/psql" ]; then
            echo "$bin"
            return
        fi
    done
}

# as_owner COMMAND...: as the server's user.
as_owner() {
    if [ "$(id -u)" -ne 0 ]; then
        "$@"
        return
    fi
    owner=nobody
    id postgres >/dev/null 2>&1 && owner=postgres
    if command -v setpriv >/dev/null 2>&1; then
        setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups "$@"
    elif command -v runuser >/dev/null 2>&1; then
        runuser -u "$owner" -- "$@"
    else
        quoted=
        for word; do
            quoted="$quoted '$(printf %s "$word" | sed "s/'/'\\\\''/g")'"
        done
        su -s /bin/sh -c "$quoted" "$owner"
    fi
}

temporary_folder() {
    room=$(df -Pk -t tmpfs /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
    if [ -z "${TMPDIR:-}" ] && [ "${room:-0}" -ge 1048576 ] && as_owner test -w /dev/shm; then
        echo /dev/shm
    else
        echo "${TMPDIR:-/tmp}"
    fi
}

stop() {
    if [ -s "$folder/home" ]; then
        home=$(cat "$folder/home")
        bin=$(cat "$folder/bin")
        if [ -s "$home/data/postmaster.pid" ]; then
            (cd / && as_owner "$bin/pg_ctl" -D "$home/data" -m immediate -w stop >/dev/null 2>&1) || true
        fi
        case $home in
            /*/gmig-pg.*) rm -rf "$home" ;;
        esac
    fi
    rm -f "$folder/url" "$folder/password" "$folder/home" "$folder/bin"
}

start() {
    mkdir -p "$folder"
    stop # what a killed run has left
    bin=$(find_programs)
    if [ -z "$bin" ]; then
        echo "no PostgreSQL programs here (initdb, pg_ctl): tests that need a server are skipped;" \
             "apt-get install postgresql, or set PGBIN" >&2
        test "${GMIG_TEST_REQUIRE_POSTGRES:-}" != 1
        return
    fi
    folder=$(cd "$folder" && pwd)
    trap 'test $? -eq 0 || stop' EXIT
    # A socket's path has 107 bytes at most: the build folder may be too deep for it.
    home=$(cd / && as_owner mktemp -d "$(temporary_folder)/gmig-pg.XXXXXX")
    chmod 755 "$home"
    echo "$bin" >"$folder/bin"
    echo "$home" >"$folder/home"
    (
        cd /
        as_owner "$bin/initdb" -D "$home/data" -U postgres -A trust -E UTF8 --locale=C -N >"$folder/log" 2>&1 || {
            cat "$folder/log" >&2
            exit 1
        }
        as_owner sh -c 'cat >"$1"' sh "$home/data/pg_hba.conf" <<HBA
local all gmig_scram scram-sha-256
local all all        trust
HBA
        as_owner sh -c 'cat >>"$1"' sh "$home/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$home'
port = 5432
fsync = off
full_page_writes = off
synchronous_commit = off
password_encryption = 'scram-sha-256'
max_connections = 200
max_prepared_transactions = 4
shared_buffers = 32MB
timezone = 'UTC'
log_line_prefix = '%m [%p] %a '
CONF
        as_owner "$bin/pg_ctl" -D "$home/data" -l "$home/log" -w -t 60 start >>"$folder/log" 2>&1 || {
            as_owner cat "$home/log" >&2
            exit 1
        }
    )
    password=$(od -An -N9 -tx1 /dev/urandom | tr -d ' \n')
    echo "CREATE ROLE gmig_scram LOGIN CREATEDB PASSWORD '$password'" |
        "$bin/psql" -qX -v ON_ERROR_STOP=1 -h "$home" -p 5432 -U postgres -d postgres
    (umask 077 && echo "$password" >"$folder/password")
    echo "postgresql://postgres@/postgres?host=$home&port=5432" >"$folder/url"
    cat "$folder/url"
}

case $1 in
    start) start ;;
    stop) stop ;;
    *) usage ;;
esac
