#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check --replay: what was replayed once is known, so only new revisions run; what is known is what was found, and files
# that others could have written are not believed.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"

images() { find .git/gmig/scratch-1 -name '*.sqlite' | LC_ALL=C sort; }

warm() {
    mkdir "$box/warm"
    cd "$box/warm"
    new_target sqlite
    revision aaaa1111 ''
    revision bbbb2222 aaaa1111
    mkdir models
    printf 'CREATE TABLE t_aaaa1111 (id INTEGER);\nCREATE TABLE t_bbbb2222 (id INTEGER);\n' >models/schema.sql
    expect 0 gmig migrate --amend || fail 'no fingerprint'
    expect 0 gmig check --replay
    images >"$box/first"
    [ -s "$box/first" ] || fail 'nothing was kept'
    while read -r image; do
        [ "$(stat -c %a "$image")" = 600 ] || fail "others may write $image"
    done <"$box/first"
    expect 0 gmig check --replay
    images >"$box/second"
    cmp -s "$box/first" "$box/second" || fail 'the second run kept something else'

    # Another spelling of the models is compared with the kept state, which shows where that is a wrong one: it is believed
    # when its checksum is right, it is a file of ours, and nobody else may write to it.
    sqlite3 "$box/wrong.db" 'CREATE TABLE t_aaaa1111 (id INTEGER)'
    { sha256sum <"$box/wrong.db" | cut -c1-64 | tr -d '\n'; cat "$box/wrong.db"; } >"$box/wrong"
    believed 1 :
    believed 0 chmod 666
    believed 0 printf_more
    believed 0 truncate -s 70
    believed 0 truncate -s 0
    believed 0 ln -sf "$box/wrong"
    [ "$(id -u)" -ne 0 ] || believed 0 chown 12345
}

printf_more() { printf x >>"$1"; }

# believed STATUS COMMAND...: plants a wrong state, treats it with COMMAND, and looks whether it is used.
believed() {
    status=$1
    shift
    images >"$box/images"
    while read -r image; do
        [ "$(stat -c %s "$image")" -gt 1000 ] || continue
        cp "$box/wrong" "$image"
        chmod 600 "$image"
        "$@" "$image"
    done <"$box/images"
    sed -i 's/id /id  /' models/schema.sql
    expect "$status" gmig check --replay
    [ "$status" = 0 ] || has 'add table t_bbbb2222'
}

# Failures are told again, also when nothing runs.
scenario() {
    cd "$box/here"
    new_target "$1"
    revision aaaa1111 ''
    revision bbbb2222 aaaa1111
    sed -i 's/^DROP TABLE.*/DROP TABLE none;/' migrations/bbbb2222.sql
    revision cccc3333 bbbb2222
    sed -i 's/^DROP TABLE.*/SELECT 1;/' migrations/cccc3333.sql
    revision dddd4444 cccc3333
    with_sql dddd4444 ' transaction=off
CREATE TABLE t_dddd4444 (id INTEGER);
CREATE TABLE more (id INTEGER);' '
DROP TABLE more;
DROP TABLE none;'
    revision eeee5555 dddd4444
    with_sql eeee5555 '
CREATE TABLE t_eeee5555 (id INTEGER);' ' transaction=off
DROP TABLE t_eeee5555;
DROP TABLE none;'
    # A bad down leaves nothing behind for the next revision.
    revision ffff6666 eeee5555
    with_sql ffff6666 '
ALTER TABLE t_eeee5555 ADD COLUMN more INTEGER;' '
ALTER TABLE t_eeee5555 DROP COLUMN more;'
    expect 1 gmig check --replay
    has "migrations/bbbb2222.sql:10: error: the down of bbbb2222 does not run on $dialect"
    has "migrations/cccc3333.sql:9: error: the down of cccc3333 does not lead back on $dialect: this is left to do: drop table t_cccc3333"
    has "migrations/eeee5555.sql:11: error: the down of eeee5555 does not run on $dialect"
    hasnt 'the up of'
    hasnt 'ffff6666'
    cp "$out" "$box/told"
    expect 1 gmig check --replay
    cmp -s "$out" "$box/told" || { show; fail 'the second answer is another'; }
    # So they are when a new revision runs.
    revision aaaa7777 ffff6666
    expect 1 gmig check --replay
    sed 's/in [0-9]* revisions/in 6 revisions/' "$out" | cmp -s - "$box/told" || { show; fail 'the third answer is another'; }
    # An up that fails ends it, and is looked at each time.
    with_sql aaaa7777 '
CREATE TABLE t_aaaa1111 (id INTEGER);' '
DROP TABLE t_aaaa1111;'
    expect 1 gmig check --replay
    has 'the up of aaaa7777 does not run'
    has 'the down of bbbb2222 does not run'
    expect 1 gmig check --replay
    has 'the up of aaaa7777 does not run'
}

warm
on_both scenario
