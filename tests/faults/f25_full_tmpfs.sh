#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F25: a disk that is full indeed: the run fails and says so, and goes on once there is room.
if [ -z "${GMIG_TEST_NAMESPACE:-}" ]; then
    # A mount of our own, that is gone with us.
    for namespace in -m -rm; do
        unshare $namespace mount -t tmpfs none /mnt 2>/dev/null || continue
        export GMIG_TEST_NAMESPACE=1
        unshare $namespace sh "$0"
        exit
    done
    echo "skipped: nobody may mount a disk here"
    exit 77
fi
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

needs sqlite3
new_target sqlite
mkdir "$box/disk"
mount -t tmpfs -o size=256k none "$box/disk"
url=sqlite:$box/disk/db.sqlite
sed -i "s|url: [^,]*|url: \"$url\"|" gmig.yml
revision aaaa1111 ""
revision bbbb2222 aaaa1111
with_sql bbbb2222 '
CREATE TABLE t_bbbb2222 (id INTEGER, text TEXT);
INSERT INTO t_bbbb2222 VALUES (1, hex(randomblob(200000)));' '
DROP TABLE t_bbbb2222;'
commit history

expect 4 gmig upgrade --json
json '.applied, .failed.revision, .failed.code, .failed.message, .failed.sqlstate' '["aaaa1111"]
"bbbb2222"
"database"
"revision bbbb2222: database or disk is full"
"SQLITE_FULL"'
is "$(query 'PRAGMA integrity_check')" ok
agrees

# Not one byte is left.
dd if=/dev/zero of="$box/disk/rest" bs=4k 2>/dev/null || :
expect 4 gmig upgrade
has_err 'database or disk is full'
hasnt_err 'cannot rollback'
expect 0 gmig current --json
json .applied '["aaaa1111"]'

mount -o remount,size=4m "$box/disk"
expect 0 gmig upgrade
applied "aaaa1111 bbbb2222"
cd /
umount "$box/disk"
