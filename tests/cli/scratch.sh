#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# scratch: a private PostgreSQL server that one command starts and others use, and that nothing of any server stays
# behind, however gmig ends.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"

pg_required
export XDG_CACHE_HOME="$box/cache"
record=$XDG_CACHE_HOME/gmig/scratch-server
kept=
replay=

# No server of this test may outlive it.
end_server() {
    ended_with=$?
    set +e
    [ -z "$replay" ] || kill "$replay" 2>/dev/null || :
    gmig scratch stop >/dev/null 2>&1
    [ ! -e "$box/nobody/cache" ] || nobody scratch stop >/dev/null 2>&1
    (exit "$ended_with")
    end_box
}
trap end_server EXIT

# until_so COMMAND...: waits for what other processes do.
until_so() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || fail "never came true: $*"
        sleep 0.05
    done
}

gone() { [ ! -e "$1" ]; }
ended() { ! kill -0 "$1" 2>/dev/null || [ "$(ps -o stat= -p "$1" | cut -c1)" = Z ]; }
folder_of() { tr '\0' '\n' <"/proc/$1/cmdline" | sed -n '/^-k$/{n;p;}'; }
# serves PID: the watcher, its server and the folder below a process, which has had other children before
serves() {
    for watcher in $(pgrep -P "$1"); do
        for server in $(pgrep -P "$watcher"); do
            folder=$(folder_of "$server" 2>/dev/null) && [ -n "$folder" ] && return
        done
    done
    return 1
}
on_kept() { psql -qAtX -h "$kept" -U gmig_owner -d postgres -c "$1"; }

new_repo project
cat >gmig.yml <<'END'
dialects: [postgres]
END
revision aaaa1111 ''
expect 0 gmig check --replay # initdb's work is kept: from now on the first child is the watcher

expect 0 gmig scratch status
same <<'END'
no scratch server is kept
END
expect 0 gmig scratch stop
same <<'END'
no scratch server is kept
END
expect 0 gmig scratch status --json
json . '{"running":false}'

# ---- gmig is killed in the middle of a replay ----

revision bbbb2222 aaaa1111
sed -i 's/^CREATE TABLE t_bbbb2222.*/SELECT pg_sleep(50);/; s/^DROP TABLE t_bbbb2222.*/SELECT 1;/' migrations/bbbb2222.sql
gmig check --replay >/dev/null 2>&1 &
replay=$!
until_so serves $replay
until_so test -S "$folder/.s.PGSQL.5432"
sleeps() { psql -qAtX -h "$folder" -U gmig_owner -d postgres -c 'SELECT query FROM pg_stat_activity' 2>/dev/null | grep -q '^SELECT pg_sleep'; }
until_so sleeps
[ "$(stat -c %a "$folder")" = 700 ] || fail "others may enter $folder"
kill -9 $replay
wait $replay 2>/dev/null || :
replay=
until_so gone "$folder"
until_so ended "$server"
until_so ended "$watcher"
rm migrations/bbbb2222.sql

# ---- one that stays ----

expect 0 gmig scratch start --json
kept=$(jq -r .folder "$out")
json '.running, .started, .ends, .seconds' 'true
"2026-01-01T00:02:00Z"
"2026-01-01T12:02:00Z"
0'
[ "$(stat -c %a "$kept")" = 700 ] || fail "others may enter $kept"
[ "$(stat -c %a "$record")" = 600 ] || fail "others may read $record"
at 3840
expect 0 gmig scratch status
has 'PostgreSQL '
has " runs since 1 h 2 min in $kept, until 2026-01-01T12:02:00Z"
at 180
expect 0 gmig scratch start
has_err 'it runs already'
has "$kept"

# Only a kept server can serve where there are no programs; each command cleans up behind itself.
expect 0 env GMIG_PGBIN=/nowhere gmig check --replay
env GMIG_PGBIN=/nowhere gmig check --replay >"$box/one" 2>&1 &
one=$!
expect 0 env GMIG_PGBIN=/nowhere gmig check --replay
wait $one || fail "two at once: $(cat "$box/one")"
[ "$(on_kept "SELECT count(*) FROM pg_database WHERE datname LIKE 'gmig%'")" = 0 ] || fail 'databases were left behind'
[ "$(on_kept "SELECT count(*) FROM pg_roles WHERE rolname LIKE 'gmig_scratch%'")" = 0 ] || fail 'users were left behind'
mkdir ci
echo 'CREATE ROLE reporting; CREATE SCHEMA app; GRANT ALL ON SCHEMA app TO reporting;' >ci/roles.sql
echo 'scratch: {setup: ci/roles.sql}' >>gmig.yml
revision bbbb2222 aaaa1111
sed -i 's/^CREATE TABLE t_bbbb2222.*/CREATE TABLE app.t (id INTEGER); ALTER TABLE app.t OWNER TO reporting;/; s/^DROP TABLE .*/DROP TABLE app.t;/' migrations/bbbb2222.sql
expect 0 env GMIG_PGBIN=/nowhere gmig check --replay
expect 0 env GMIG_PGBIN=/nowhere gmig check --replay

# What a killed one leaves goes with the next command; what only begins like it is somebody else's.
on_kept 'CREATE DATABASE gmig_scratch_1_abc_0'
on_kept 'CREATE ROLE gmig_scratch_1_abc'
on_kept 'CREATE DATABASE gmig_scratch_mine'
expect 0 env GMIG_PGBIN=/nowhere gmig check --replay
on_kept 'DROP DATABASE gmig_scratch_mine'
[ "$(on_kept "SELECT count(*) FROM pg_database WHERE datname LIKE 'gmig%'")" = 0 ] || fail 'databases were left behind'

# ---- what another user may have planted is not used ----

cp "$record" "$box/record"
chmod 666 "$record"
expect 0 gmig scratch status
has 'no scratch server is kept'
chmod 600 "$record"
expect 0 gmig scratch status
has "$kept"
rm "$record"
ln -s "$box/record" "$record"
expect 0 gmig scratch status
has 'no scratch server is kept'
rm "$record"
planted=$(mktemp -d /tmp/gmig-scratch.XXXXXX)
: >"$planted/lock"
chmod 755 "$planted"
sed "s|^/.*|$planted|" "$box/record" >"$record"
chmod 600 "$record"
expect 0 flock "$planted/lock" gmig scratch status
has 'no scratch server is kept'
chmod 700 "$planted"
expect 0 flock "$planted/lock" gmig scratch status
has "$planted"
if [ "$(id -u)" -eq 0 ]; then
    chown 12345 "$planted"
    expect 0 flock "$planted/lock" gmig scratch status
    has 'no scratch server is kept'
fi
rm -r "$planted"
cp "$box/record" "$record"
chmod 600 "$record"

# ---- stopping ----

server=$(head -n 1 "$kept/data/postmaster.pid")
expect 0 gmig scratch stop
has_err 'the scratch server has ended'
gone "$kept" || fail "$kept is left"
ended "$server" || fail 'the server is left'
gone "$record" || fail 'the record is left'
expect 0 gmig scratch status
has 'no scratch server is kept'
expect 3 env GMIG_PGBIN=/nowhere gmig check --replay

# A watcher that is killed takes the server along; its folder goes with the next start.
expect 0 gmig scratch start --json
kept=$(jq -r .folder "$out")
server=$(head -n 1 "$kept/data/postmaster.pid")
kill -9 "$(ps -o ppid= -p "$server" | tr -d ' ')"
until_so ended "$server"
expect 0 gmig scratch status
has 'no scratch server is kept'
expect 0 gmig scratch start
gone "$kept" || fail "$kept is left"
kept=$(sed -n 2p "$record")

# A server that is killed takes the watcher along.
server=$(head -n 1 "$kept/data/postmaster.pid")
watcher=$(ps -o ppid= -p "$server" | tr -d ' ')
kill -9 "$server"
until_so gone "$kept"
until_so ended "$watcher"

# It ends by itself when its time is over.
expect 0 gmig scratch start --for 1s
kept=$(sed -n 2p "$record")
until_so gone "$kept"
expect 0 gmig scratch status
has 'no scratch server is kept'

# ---- what cannot be ----

expect 2 gmig scratch
expect 2 gmig scratch restart
has_err 'scratch can do start, stop and status'
expect 2 gmig scratch start --for 9999h
has_err "'9999h' is no time that a server is kept"
expect 2 gmig scratch stop --for 1h
has_err 'only start takes a time'
expect 3 env GMIG_PGBIN=/nowhere gmig scratch start
has_err 'apt-get install postgresql'
expect 1 env -u XDG_CACHE_HOME -u HOME gmig scratch start
has_err 'Set HOME or XDG_CACHE_HOME'
echo "scratch: {postgres: '$(pg_url)'}" >gmig.yml
expect 1 gmig scratch start
has_err 'scratch databases are made on the server of scratch.postgres'

# Somebody who is not root has the same.
if [ "$(id -u)" -eq 0 ]; then
    cp "$(readlink -f "$box/bin/gmig")" "$box/gmig"
    chmod 755 "$box" "$box/gmig"
    mkdir "$box/nobody"
    cp -r migrations "$box/nobody"
    echo 'dialects: [postgres]' >"$box/nobody/gmig.yml"
    rm "$box/nobody/migrations/bbbb2222.sql"
    chown -R nobody "$box/nobody"
    nobody() { setpriv --reuid nobody --regid nogroup --clear-groups env HOME="$box/nobody" XDG_CACHE_HOME="$box/nobody/cache" "$box/gmig" -C "$box/nobody" "$@"; }
    expect 0 nobody scratch start
    kept=$(sed -n 2p "$box/nobody/cache/gmig/scratch-server")
    [ "$(stat -c '%U %a' "$kept")" = 'nobody 700' ] || fail "$(stat -c '%U %a' "$kept")"
    expect 0 nobody check --replay
    expect 0 nobody scratch stop
    gone "$kept" || fail "$kept is left"
    expect 0 nobody check --replay
fi
