#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F32: Ctrl-C or TERM comes at any step: it is rolled back, the exit status is 130, and the next run goes on.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

needs strace

# The signal comes as any message is sent, or as SQLite writes or locks anything.
sweep() { # sweep SIGNAL CALLS STEP
    start_over
    total=$(count_calls "$2" gmig upgrade -q)
    interrupted=0
    n=1
    while [ "$n" -le "$total" ]; do
        start_over
        last="$2 $n of $total with $1"
        got=0
        ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e "trace=$2" -e "inject=$2:signal=$1:when=$n" \
            env --default-signal=INT gmig upgrade >"$out" 2>"$err" || got=$?
        case $got in
        0) applied "aaaa1111 bbbb2222 cccc3333" ;; # too late for any step
        130) interrupted=$((interrupted + 1)) ;;
        *) show; fail "$last: exit status $got" ;;
        esac
        agrees
        expect 0 gmig upgrade -q
        applied "aaaa1111 bbbb2222 cccc3333"
        n=$((n + $3))
    done
    [ "$interrupted" -gt 4 ] || fail "only $interrupted of $total"
}

scenario() {
    new_target "$1"
    revision aaaa1111 ""
    revision bbbb2222 aaaa1111
    revision cccc3333 bbbb2222
    commit history
    if [ "$1" = sqlite ]; then
        sweep INT pwrite64 13
        sweep TERM fcntl 14
    else
        sweep INT sendto 3
        sweep TERM recvfrom 6
    fi
}

on_both scenario
