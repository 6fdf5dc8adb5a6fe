#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A pgbouncer before a test server, in the foreground until it is told to end.
#
#   pgbouncer.sh SERVER FOLDER transaction|session
#
# SERVER is the folder of the server's socket; FOLDER becomes that of the pooler's (port 6432), and must be one that
# can be removed. It ends with 77 where there is no pgbouncer. pgbouncer refuses to run as root, so then it runs as
# the user postgres (or nobody).
set -eu
test $# -eq 3
PATH=$PATH:/usr/sbin
command -v pgbouncer >/dev/null || exit 77
cat >"$2/pgbouncer.ini" <<END
[databases]
* = host=$1 port=5432 user=postgres
[pgbouncer]
listen_addr =
unix_socket_dir = $2
listen_port = 6432
auth_type = any
pool_mode = $3
logfile = $2/pgbouncer.log
pidfile = $2/pgbouncer.pid
END
# A test that dies leaves nothing behind.
test "$(id -u)" -ne 0 && exec setpriv --pdeathsig TERM pgbouncer -q "$2/pgbouncer.ini"
user=nobody
id postgres >/dev/null 2>&1 && user=postgres
chown "$user" "$2"
chmod 755 "$2"
exec setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups --pdeathsig TERM \
    pgbouncer -q "$2/pgbouncer.ini"
