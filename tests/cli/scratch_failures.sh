#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What scratch cannot do: each is one message with its place and its cure, and an exit status that docs/exit-codes.md explains.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"

new_repo project
revision aaaa1111 ''
mkdir models

# ---- models; no server is needed for these ----

# models FILE WHERE MESSAGE, the file on stdin: migrate, diff and check say the same.
models() {
    cat >"models/$1"
    expect 2 gmig migrate -m x
    has_err "gmig: $3"
    has_err "  at models/$2"
    expect 2 gmig diff history models
    has_err "gmig: $3"
    expect 2 gmig migrate -m x --json
    json '.error.code, .error.where' "\"models\"
\"models/$2\""
    expect 1 gmig check --replay
    has "$3 [unreadable-models]"
    [ "$(ls migrations)" = aaaa1111.sql ] || fail 'something was written'
    rm models/*
}

echo 'dialects: [sqlite]' >gmig.yml
models a.yml a.yml:3:1 "not YAML: did not find expected ',' or '}' (while parsing a flow mapping)" <<'END'
tables:
  a: {columns: {id: {type: integer}}
END
models a.yml a.yml:4:18 "unknown type 'intger'" <<'END'
tables:
  a:
    columns:
      id: {type: intger}
END
has "Did you mean 'integer'?"
models a.sql a.sql:3 'insert has no place in a model' <<'END'
CREATE TABLE a (id INTEGER);

INSERT INTO a VALUES (1);
END
echo 'CREATE TABLE a (id INTEGER);' >models/b.sql
models a.sql b.sql:1 'table a is defined twice' <<'END'
-- the same in another file
CREATE TABLE a (id INTEGER, more INTEGER);
END
has 'It is defined at models/a.sql:2 as well; keep one of the two.'
models a.sql a.sql:3 'near "INTEGR": syntax error' <<'END'
CREATE TABLE a (
    name TEXT,
    id INTEGER PRIMARY INTEGR
);
END
models a.sql a.sql:2 'no such table: main.none' <<'END'
CREATE TABLE a (id INTEGER);
CREATE INDEX a_ix ON none (id);
END

# ---- no server ----

pg_required
echo 'dialects: [postgres]' >gmig.yml
models a.sql a.sql:3 'type "nonsense" does not exist' <<'END'
CREATE TABLE b (id integer);
CREATE TABLE a (
    id nonsense
);
END

# unable STATUS CODE MESSAGE: what cannot have a scratch database says why.
unable() {
    echo 'CREATE TABLE t_aaaa1111 (id integer);' >models/a.sql
    expect "$1" gmig migrate -m x
    has_err "$3"
    expect "$1" gmig migrate -m x --json
    json .error.code "\"$2\""
    expect "$1" gmig diff history models
    has_err "$3"
    rm models/a.sql
    expect "$1" gmig check --replay
    grep -qF "$3" "$out" || has_err "$3"
    [ "$(ls migrations)" = aaaa1111.sql ] || fail 'something was written'
}

export GMIG_PGBIN=/nowhere
unable 3 no-scratch 'there is no scratch database: no PostgreSQL server is named and none can be started here'
expect 3 gmig diff history history
has_err "Install the server's programs (Debian: apt-get install postgresql), or name a server in gmig.yml: scratch: {postgres: URL}."
# It warns where that is asked for, and SQLite has no need of it.
expect 0 gmig check --replay --if-unknown=warn
expect 0 gmig diff history history --dialect sqlite

# Programs that do not work: what they said is shown.
mkdir "$box/pgbin"
chmod 755 "$box"
printf '#!/bin/sh\necho "initdb: no space left in the teapot" >&2\nexit 1\n' >"$box/pgbin/initdb"
cp "$box/pgbin/initdb" "$box/pgbin/postgres"
chmod -R 755 "$box/pgbin"
export GMIG_PGBIN="$box/pgbin"
unable 3 no-scratch "there is no scratch database: initdb failed ($box/pgbin)"
expect 3 gmig diff history history
has_err 'initdb: no space left in the teapot'
cat >"$box/pgbin/initdb" <<'END'
#!/bin/sh
exec mkdir -m 700 "$2"
END
sed -i 's/initdb: no space/FATAL: no handle/' "$box/pgbin/postgres"
unable 3 no-scratch "there is no scratch database: the private server does not start ($box/pgbin)"
expect 3 gmig diff history history
has_err 'FATAL: no handle left in the teapot'
unset GMIG_PGBIN

# ---- scratch.postgres ----

named() { printf 'dialects: [postgres]\nscratch: {postgres: "%s"}\n' "$1" >gmig.yml; }

named 'postgresql://somebody:secret@/none?host=/nonexistent'
unable 4 connect 'cannot connect to postgresql://somebody@%2Fnonexistent/none'
hasnt_err secret
# shellcheck disable=SC2016
named '${GMIG_NOT_SET}'
unable 2 config 'GMIG_NOT_SET'
named 'sqlite:x.db'
unable 2 config 'scratch.postgres is no PostgreSQL database'
named 'nonsense://x'
expect 2 gmig diff history history

pg_proxy "$(pg_url)" --claim 9.6.24
named "$PG_PROXY"
unable 3 no-scratch ' is too old: PostgreSQL 9.6.24'
expect 3 gmig diff history history
has_err 'Name a server of PostgreSQL 12 or later in gmig.yml'
pg_proxy_stop
# A newer one than is known is tried.
pg_proxy "$(pg_url)" --claim 19.1
named "$PG_PROXY"
expect 0 gmig diff history history
pg_proxy_stop
unable 4 connect 'cannot connect to '

named "$(pg_url)"
sed -i 's/}$/, setup: ci\/roles.sql}/' gmig.yml
unable 1 io 'ci/roles.sql'
mkdir ci
printf 'CREATE SCHEMA app;\nCREATE NONSENSE;\n' >ci/roles.sql
unable 4 sql 'syntax error at or near "NONSENSE"'
expect 4 gmig diff history history
has_err '  at ci/roles.sql:2'
expect 0 sh -c "[ \$(psql -qAtX -d '$(pg_url)' -c \"SELECT count(*) FROM pg_database WHERE datname ~ '^gmig_scratch_[0-9]'\") = 0 ]"

# ---- no room ----

# As root, in a view of the file systems of its own, where the folder for servers is small.
# shellcheck disable=SC2016
small() {
    unshare -m sh -c 'mount -t tmpfs -o size=270m,mode=1777 gmig /dev/shm && "$@"
        status=$?; ls -A /dev/shm; exit $status' sh "$@"
}
if [ "$(id -u)" -eq 0 ] && small true 2>/dev/null; then
    echo 'dialects: [postgres]' >gmig.yml
    expect 0 small gmig check --replay
    revision bbbb2222 aaaa1111
    sed -i 's/^CREATE TABLE t_bbbb2222.*/CREATE TABLE t_bbbb2222 AS SELECT repeat(md5(i::text), 60) AS body FROM generate_series(1, 1000000) i;/' migrations/bbbb2222.sql
    expect 4 small gmig check --replay
    has_err 'SQLSTATE: 53100'
    has_err "Make room on the server's disk"
    has_err '  at migrations/bbbb2222.sql:7'
    hasnt gmig-scratch
fi
