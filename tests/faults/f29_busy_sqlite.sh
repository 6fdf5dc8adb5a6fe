#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F29: SQLite files that others write to, that may not be written, or that a killed program left in the middle.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

needs sqlite3
new_target sqlite
revision aaaa1111 ""
revision bbbb2222 aaaa1111
commit history

start_with() { # start_with [SQL]: aaaa1111 is applied, and this has run
    start_over
    expect 0 gmig upgrade aaaa1111
    query "${1:-SELECT 1}" >/dev/null
}

# ---- a writer ----

start_with
hold 'BEGIN IMMEDIATE' 'INSERT INTO t_aaaa1111 VALUES (1)'
expect 5 gmig upgrade --lock-timeout 300ms
has_err 'the run cannot be written into the ledger: database is locked'
has_err 'Another program writes to the database'
has_err --lock-timeout
expect 5 gmig upgrade --lock-timeout 300ms --json
json .error.code,.error.sqlstate,.pending,.outcome '"locked"
"SQLITE_BUSY"
["bbbb2222"]
"failed"'
expect 0 gmig current --json
json .applied '["aaaa1111"]'
# It ends within the time that gmig waits.
background gmig upgrade --lock-timeout 60s
sleep 1.2
kill -0 "$started" || fail 'it did not wait'
printf 'COMMIT;\n' >&5
wait "$started" || { cat "$box/background"; fail 'it did not go on'; }
let_go
applied "aaaa1111 bbbb2222"
is "$(query 'SELECT count(*) FROM t_aaaa1111')" 1

# A reader holds up the COMMIT alone: that is rolled back, and nothing is recorded.
start_with
with_sql bbbb2222 '
CREATE TABLE t_bbbb2222 (id INTEGER);
SELECT count(*) FROM (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 2000000) SELECT x FROM c);'
background gmig upgrade --lock-timeout 300ms
in_long_statement() { test -e db.sqlite-journal && sleep 0.1 && test -e db.sqlite-journal; }
wait_for in_long_statement
hold 'BEGIN' 'SELECT count(*) FROM t_aaaa1111'
got=0
wait "$started" || got=$?
is $got 5
grep -q 'revision bbbb2222: database is locked' "$box/background" || { cat "$box/background"; fail 'not the reason'; }
let_go
agrees
applied aaaa1111
with_sql bbbb2222 '
CREATE TABLE t_bbbb2222 (id INTEGER);' '
DROP TABLE t_bbbb2222;'
expect 0 gmig upgrade
applied "aaaa1111 bbbb2222"

# ---- a write-ahead log ----

# A transaction that began with reading could not write any more once another program has written: gmig's begins with the lock.
start_with 'PRAGMA journal_mode=WAL'
with_sql bbbb2222 '
SELECT count(*) FROM t_aaaa1111, (WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 2000000) SELECT x FROM c);
CREATE TABLE t_bbbb2222 (id INTEGER);
INSERT INTO t_bbbb2222 SELECT count(*) FROM t_aaaa1111;'
query 'INSERT INTO t_aaaa1111 VALUES (1)'
background gmig upgrade
locked() { ! query 'BEGIN IMMEDIATE' 2>/dev/null; }
wait_for locked
expect 5 sqlite3 -batch db.sqlite 'INSERT INTO t_aaaa1111 VALUES (2)'
has_err locked
wait "$started" || { cat "$box/background"; fail 'it failed'; }
applied "aaaa1111 bbbb2222"
is "$(query 'SELECT id FROM t_bbbb2222')" 1

# What another program has in the log alone is there for gmig, and a reader of old holds up nothing.
start_with 'PRAGMA journal_mode=WAL'
with_sql bbbb2222 '
CREATE TABLE t_bbbb2222 (id INTEGER);
INSERT INTO t_bbbb2222 SELECT count(*) FROM t_aaaa1111;' '
DROP TABLE t_bbbb2222;'
hold 'PRAGMA wal_autocheckpoint=0' 'INSERT INTO t_aaaa1111 VALUES (1), (2)' 'BEGIN' 'SELECT count(*) FROM t_aaaa1111'
expect 0 gmig upgrade
is "$(query 'SELECT id FROM t_bbbb2222')" 2
let_go
applied "aaaa1111 bbbb2222"

# ---- a writer that was killed ----

killed_writer() { # killed_writer MODE: it leaves 1 committed row and many that are not
    start_with "PRAGMA journal_mode=$1; INSERT INTO t_aaaa1111 VALUES (1)"
    hold 'PRAGMA cache_size=1' 'BEGIN IMMEDIATE' \
        'WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 50000) INSERT INTO t_aaaa1111 SELECT x FROM c'
    kill -9 "$holder"
    exec 5>&-
    wait "$holder" 2>/dev/null || :
}
killed_writer DELETE
[ -s db.sqlite-journal ] || fail 'it left no journal'
# Who only looks may not roll it back, and says who may.
expect 4 gmig current
has_err 'died in the middle of a transaction'
expect 0 gmig status
has 'cannot be looked at'
expect 0 gmig upgrade
is "$(query 'SELECT count(*) FROM t_aaaa1111')" 1
is "$(query 'PRAGMA integrity_check')" ok
applied "aaaa1111 bbbb2222"
killed_writer WAL
[ -s db.sqlite-wal ] || fail 'it left no log'
expect 0 gmig current
expect 0 gmig upgrade
is "$(query 'SELECT count(*) FROM t_aaaa1111')" 1
is "$(query 'PRAGMA integrity_check')" ok
applied "aaaa1111 bbbb2222"

# ---- a file or a folder that may not be written ----

# Root may write everything. Another owner's repository would be refused, so this is a project without one.
start_with
mkdir "$box/there"
cp -r gmig.yml migrations db.sqlite "$box/there"
sed -i 's|sqlite:[^"]*|sqlite:db.sqlite|' "$box/there/gmig.yml"
cd "$box/there"
url=sqlite:$PWD/db.sqlite
who=
if [ "$(id -u)" -eq 0 ]; then
    needs setpriv
    who="setpriv --reuid 65534 --regid 65534 --clear-groups"
    chown -R 65534:65534 .
    chmod 755 "$box" "$box/bin"
fi
chmod a-w db.sqlite
expect 4 $who gmig upgrade
has_err 'the file is read-only'
expect 0 $who gmig current --json
json .applied,.pending '["aaaa1111"]
["bbbb2222"]'
chmod u+w db.sqlite
chmod a-w .
expect 4 $who gmig upgrade
has_err 'give this user write permission'
has_err folder
expect 0 $who gmig current
expect 0 $who gmig status
chmod u+w .
expect 0 $who gmig upgrade
applied "aaaa1111 bbbb2222"
