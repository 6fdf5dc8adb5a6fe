#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F25: any write or sync of SQLite fails (full disk, broken disk, file size limit): the reason is said, not what the
# rollback then met; nothing is half recorded, and a rerun ends in the same state.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

needs strace sqlite3
new_target sqlite
revision aaaa1111 ""
revision bbbb2222 aaaa1111
with_sql bbbb2222 '
CREATE TABLE t_bbbb2222 (id INTEGER, text TEXT);
INSERT INTO t_bbbb2222 VALUES (1, hex(randomblob(40000)));' '
DROP TABLE t_bbbb2222;'
revision cccc3333 bbbb2222
commit history

# refused WORDS...: the last run failed, and said why
refused() {
    for words; do
        has_err "$words"
    done
    hasnt_err 'cannot rollback'
    is "$(query 'PRAGMA integrity_check')" ok
    agrees
}

finish() {
    expect 0 gmig upgrade -q
    applied "aaaa1111 bbbb2222 cccc3333"
    is "$(query 'SELECT count(*) FROM t_bbbb2222')" 1
}

# sweep CALLS ERROR ONWARD STEP WORDS...: each of these calls fails with ERROR; with ONWARD `+` all behind it as well
sweep() {
    swept=$1 with=$2 onward=$3 step=$4
    shift 4
    rm -f db.sqlite*
    total=$(count_calls "$swept" gmig upgrade -q)
    failures=0
    n=1
    while [ "$n" -le "$total" ]; do
        rm -f db.sqlite*
        last="$swept $n of $total fails with $with"
        got=0
        fails_at "$swept" "$with" "$n$onward" gmig upgrade >"$out" 2>"$err" || got=$?
        case $got in
        0) applied "aaaa1111 bbbb2222 cccc3333" ;; # it was the lock's remark, or the journal's last one
        4)
            failures=$((failures + 1))
            refused "$@"
            ;;
        *)
            show
            fail "$last: exit status $got"
            ;;
        esac
        finish
        n=$((n + step))
    done
    [ "$failures" -gt 5 ] || fail "only $failures of $total calls of $swept made a difference"
}

sweep pwrite64 ENOSPC '' 5 'database or disk is full' SQLITE_FULL
sweep pwrite64 ENOSPC + 13 'database or disk is full' SQLITE_FULL
sweep pwrite64 EIO '' 7 'disk I/O error' SQLITE_IOERR_WRITE
sweep fdatasync EIO '' 1 'disk I/O error' SQLITE_IOERR_FSYNC

# What the system said comes along.
rm -f db.sqlite*
got=0
fails_at pwrite64 EIO 10 gmig upgrade >"$out" 2>"$err" || got=$?
is $got 4
refused 'system: Input/output error'
finish

# A signal tells of the file size limit, and must not end the run in its middle.
rm -f db.sqlite*
expect 4 sh -c 'ulimit -f 80; exec gmig upgrade'
refused 'disk I/O error' 'file size limit' 'system: File too large'
applied aaaa1111
finish
