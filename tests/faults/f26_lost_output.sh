#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F26: standard output, standard error or a report cannot be written: where the output was the answer the exit status says
# that it is lost, and the database is as recorded, never in the middle of a revision.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

[ -c /dev/full ] || { echo 'skipped: there is no /dev/full'; exit 77; }

# to_nobody COMMAND...: with standard output a pipe whose reader is gone
to_nobody() {
    mkfifo "$box/pipe"
    exec 3<>"$box/pipe"
    exec 4>"$box/pipe"
    exec 3<&-
    rm "$box/pipe"
    status=0
    "$@" >&4 || status=$?
    exec 4>&-
    return $status
}

to_full() {
    "$@" >/dev/full
}

closed() {
    "$@" >&-
}

all_applied() {
    applied "aaaa1111 bbbb2222 cccc3333"
    agrees
    expect 0 gmig current --json
    json '.applied, .pending' '["aaaa1111","bbbb2222","cccc3333"]
[]'
}

# What only looks has nothing else to give; a reader that leaves ends it without a word, as any program.
only_looking() {
    for command in heads history current status 'upgrade --plan --from base' 'upgrade --sql' check; do
        if [ "$1" = to_nobody ]; then
            expect 141 "$1" gmig $command ${2:-}
        else
            expect 1 "$1" gmig $command ${2:-}
            has_err 'gmig: cannot write to standard output'
        fi
    done
}

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    with_sql bbbb2222 ' transaction=off
CREATE TABLE t_bbbb2222 (id INTEGER);' '
DROP TABLE t_bbbb2222;'
    revision cccc3333 bbbb2222
    commit history

    # Not one word of it arrives, and the run comes to its end all the same.
    for nowhere in closed to_full to_nobody; do
        for json in '' --json; do
            # Of the engine only the run itself depends.
            [ "$dialect/$json" != postgres/--json ] || continue
            start_over
            expect 1 $nowhere gmig upgrade $json
            has_err 'gmig: cannot write to standard output'
            all_applied
            [ "$dialect" = postgres ] || only_looking $nowhere $json
        done
    done
    # A failure says more than lost output, and 4 stays 4.
    start_over
    with_sql cccc3333 '
CREATE TABLE t_cccc3333 (id INTEGER);
CREATE TABLE t_aaaa1111 (id INTEGER);'
    expect 4 to_full gmig upgrade
    has_err 'cannot write to standard output'
    has_err t_aaaa1111
    expect 4 to_full gmig upgrade --json
    has_err 'cannot write to standard output'
    has_err t_aaaa1111
    applied "aaaa1111 bbbb2222"
    agrees
    with_sql cccc3333 '
CREATE TABLE t_cccc3333 (id INTEGER);' '
DROP TABLE t_cccc3333;'

    # Without standard error only messages are lost.
    start_over
    expect 0 sh -c 'gmig upgrade 2>&-'
    has 'applied cccc3333'
    all_applied
    start_over
    expect 0 sh -c 'gmig upgrade 2>/dev/full'
    all_applied
    start_over
    mkfifo "$box/errors"
    exec 3<>"$box/errors"
    exec 4>"$box/errors"
    exec 3<&-
    rm "$box/errors"
    expect 0 sh -c 'gmig upgrade -v 2>&4'
    exec 4>&-
    all_applied
    start_over
    expect 0 sh -c 'gmig upgrade -q <&- 2>&-'
    all_applied
    expect 1 sh -c 'gmig upgrade >&- 2>&- <&- --json'
    all_applied

    # A reader that leaves in the middle of a run ends nothing.
    start_over
    got=0
    { gmig upgrade 2>"$err"; echo $? >"$box/status"; } | head -1 >"$out"
    has 'applied aaaa1111'
    all_applied
}

on_both scenario

# Reports.
cd "$box/here/$test_name-sqlite"
expect 1 gmig check --report json:/dev/full
has_err '/dev/full'
[ -c /dev/full ] || fail 'the report took the place of the device'
expect 1 gmig check --report "json:$PWD/none/x.json"
expect 0 gmig check --report json:/dev/null
[ -c /dev/null ] || fail 'the report took the place of the device'
expect 0 gmig check --report json:/dev/stdout
json .findings '[]'
mkfifo fifo
cat fifo >"$box/from_fifo" &
reader=$!
expect 0 gmig check --report json:fifo
wait $reader
jq -e .findings "$box/from_fifo" >/dev/null || fail 'the fifo got no report'
[ -p fifo ] || fail 'the report took the place of the fifo'
echo before >file.json
ln -s file.json link.json
expect 0 gmig check --report json:link.json
[ -L link.json ] || fail 'the report took the place of the link'
jq -e .findings file.json >/dev/null || fail 'the report did not go through the link'
