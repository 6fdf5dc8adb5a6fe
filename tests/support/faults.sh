# SPDX-License-Identifier: Apache-2.0
# What the fault tests share; read behind lib.sh, pg.sh and targets.sh.
#
#   needs PROGRAM...              leaves with 77 where one is missing
#   kills_at CALLS N COMMAND...   runs it and kills it (-9) as it enters the N-th of these system calls; prints nothing
#   fails_at CALLS ERROR N COMMAND...
#                                 runs it, and the N-th of these system calls fails with ERROR; `N+`: all from there on
#   count_calls CALLS COMMAND...  how many of them it makes
#   start_over                    the database of new_target is empty again
#   agrees                        the tables t_ID are those of exactly the revisions that the ledger has
#   hold SQL...                   opens another session of the database, that keeps what these statements took; more of
#                                 them go to file 5. Its process is $holder.
#   let_go                        ends it
#   wait_for COMMAND...           until it succeeds, at most 20 seconds
#   background COMMAND...         starts it with its output in $box/background; its id in $started. What still runs at
#                                 the end of the test is ended.

needs() {
    for program; do
        command -v "$program" >/dev/null || { echo "skipped: there is no $program"; exit 77; }
    done
}

# A sanitizer's leak check cannot run under a tracer.
kills_at() {
    calls=$1 when=$2
    shift 2
    ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e "trace=$calls" -e "inject=$calls:signal=KILL:when=$when" \
        "$@" >/dev/null 2>&1
}

fails_at() {
    calls=$1 error=$2 when=$3
    shift 3
    ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e "trace=$calls" -e "inject=$calls:error=$error:when=$when" "$@"
}

count_calls() {
    calls=$1
    shift
    ASAN_OPTIONS=detect_leaks=0 strace -qq -o "$box/calls" -e "trace=$calls" "$@" >/dev/null 2>&1 ||
        fail "the run to count calls in failed"
    grep -c '^[a-z]' "$box/calls"
}

start_over() {
    if [ "$dialect" = sqlite ]; then
        rm -f db.sqlite*
    else
        query 'DROP SCHEMA public CASCADE; CREATE SCHEMA public' 2>/dev/null
    fi
}

agrees() {
    has_ledger=$(query "$([ "$dialect" = sqlite ] && echo "SELECT count(*) FROM sqlite_schema WHERE name = 'gmig_revisions'" ||
        echo "SELECT count(*) FROM pg_tables WHERE tablename = 'gmig_revisions'")")
    recorded=
    [ "$has_ledger" = 0 ] || recorded=$(query "SELECT 't_' || id FROM gmig_revisions ORDER BY 1")
    is "$(tables | grep '^t_' || :)" "$recorded"
}

to_end=
end_background() {
    status=$?
    set +e
    for process in $to_end; do
        kill "$process" 2>/dev/null && wait "$process" 2>/dev/null
    done
    (exit $status)
    end_box
}
trap end_background EXIT

background() {
    : >"$box/background" # what the one before has said must not be taken for its words
    "$@" >"$box/background" 2>&1 &
    started=$!
    to_end="$to_end $started"
}

hold() {
    mkfifo "$box/hold"
    : >"$box/held"
    if [ "$dialect" = sqlite ]; then
        sqlite3 -batch "${url#sqlite:}" <"$box/hold" >"$box/held" 2>&1 &
    else
        psql -qAtX -d "$url" <"$box/hold" >"$box/held" 2>&1 &
    fi
    holder=$!
    to_end="$to_end $holder"
    exec 5>"$box/hold"
    rm "$box/hold"
    printf '%s;\n' "$@" "SELECT 'held'" >&5
    wait_for grep -q held "$box/held"
}

let_go() {
    exec 5>&-
    wait "$holder" || :
}

wait_for() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || fail "waited in vain for: $*"
        sleep 0.1
    done
}
