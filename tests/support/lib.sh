# SPDX-License-Identifier: Apache-2.0
# lib.sh: what scenario tests share. A test begins with
#
#     #!/bin/sh
#     # SPDX-License-Identifier: Apache-2.0
#     # What the scenario shows.
#     . "${GMIG_SOURCE:?}/tests/support/lib.sh"
#
# and then runs in an empty folder with a home of its own, UTC, the C locale, no git settings but its own, and clocks
# that stand still (SOURCE_DATE_EPOCH for gmig, GIT_*_DATE for git). The first thing that is not as expected ends the
# test with what was run, its exit status and its output.
#
#     expect 0 gmig heads          # runs it and compares the exit status; stdout in $out, stderr in $err
#     same <<'END'                 # the last stdout is exactly this
#     END
#     same_err <<'END'             # the last stderr is exactly this
#     END
#     has 'text'                   # the last stdout contains the text; has_err looks at stderr
#     hasnt 'text'
#     json .heads[0].revision '"ab12"'   # what jq makes of the last stdout, as compact JSON
#
#     as_many 40 10                # prints the first; in a build with sanitizers, which take ten times as long, the second
#
# Pipes hide exit statuses: run with `expect`, look at "$out" afterwards.
set -eu

: "${GMIG:?the gmig executable to test}"

test_name=$(basename "$0" .sh)
box=$(mktemp -d "${TMPDIR:-/tmp}/gmig-$test_name.XXXXXX")
out=$box/.stdout
err=$box/.stderr
end_box() {
    status=$?
    trap - EXIT
    cd /
    if [ "${KEEP:-}" ]; then
        echo "kept: $box"
    else
        chmod -R u+w "$box" 2>/dev/null || :
        rm -rf "$box"
    fi
    exit "$status"
}
trap end_box EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

mkdir "$box/home" "$box/bin" "$box/here"
ln -s "$GMIG" "$box/bin/gmig"
HOME=$box/home
PATH=$box/bin:$PATH
TZ=UTC
LC_ALL=C
SOURCE_DATE_EPOCH=1767225600 # 2026-01-01T00:00:00Z
GIT_AUTHOR_NAME='Ada Example'
GIT_AUTHOR_EMAIL=ada@example.org
GIT_COMMITTER_NAME=$GIT_AUTHOR_NAME
GIT_COMMITTER_EMAIL=$GIT_AUTHOR_EMAIL
GIT_AUTHOR_DATE='2026-01-01T00:00:00 +0000'
GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
GIT_CONFIG_NOSYSTEM=1
# A test folder below another repository must not find it.
GIT_CEILING_DIRECTORIES=$(dirname "$box")
export HOME PATH TZ LC_ALL SOURCE_DATE_EPOCH GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME \
    GIT_COMMITTER_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_DATE GIT_CONFIG_NOSYSTEM GIT_CEILING_DIRECTORIES
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_OBJECT_DIRECTORY GIT_PREFIX GIT_CONFIG GIT_CONFIG_GLOBAL \
    XDG_CONFIG_HOME NO_COLOR GMIG_TARGET GMIG_DATABASE_URL GMIG_COMMIT GMIG_ALLOW DATABASE_URL COLUMNS
# Where CI systems say what a branch will be merged into.
unset GITHUB_BASE_REF GITHUB_EVENT_PATH GITHUB_REF GITHUB_SHA CI_MERGE_REQUEST_TARGET_BRANCH_SHA \
    CI_MERGE_REQUEST_TARGET_BRANCH_NAME CI_MERGE_REQUEST_DIFF_BASE_SHA CI_MERGE_REQUEST_REF_PATH CI_COMMIT_SHA \
    CI_COMMIT_TARGET_BRANCH SYSTEM_PULLREQUEST_TARGETBRANCH BITBUCKET_PR_DESTINATION_BRANCH CHANGE_TARGET \
    BUILDKITE_PULL_REQUEST_BASE_BRANCH DRONE_TARGET_BRANCH DRONE_BUILD_EVENT BUILD_SOURCEBRANCH BUILD_SOURCEVERSION
git config --global init.defaultBranch main
git config --global advice.detachedHead false
git config --global gc.auto 0
# A test on GitHub must not write to the summary of its own step.
unset GITHUB_STEP_SUMMARY
cd "$box/here"

# The time of the next commits and files: seconds after the start of 2026.
at() {
    SOURCE_DATE_EPOCH=$((1767225600 + $1))
    GIT_AUTHOR_DATE="$SOURCE_DATE_EPOCH +0000"
    GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
}

show() {
    echo "--- stdout"
    cat "$out"
    echo "--- stderr"
    cat "$err"
}

fail() {
    echo "$test_name: $*"
    exit 1
}

# expect STATUS COMMAND...
last=
expect() {
    wanted=$1
    shift
    last="$*"
    got=0
    "$@" >"$out" 2>"$err" || got=$?
    if [ "$got" -ne "$wanted" ]; then
        echo "in $PWD: $last"
        show
        fail "exit status $got, not $wanted"
    fi
}

compare() { # compare WHICH FILE, expected text on stdin
    cat >"$box/.expected"
    if ! diff -u --label expected --label "$1" "$box/.expected" "$2" >"$box/.diff"; then
        echo "in $PWD: $last"
        cat "$box/.diff"
        [ "$1" = stderr ] || cat "$err"
        fail "$1 is not as expected"
    fi
}

same() {
    compare stdout "$out"
}

same_err() {
    compare stderr "$err"
}

# same_file FILE, expected text on stdin
same_file() {
    [ -f "$1" ] || fail "there is no file $1"
    compare "$1" "$1"
}

has() {
    grep -qF -- "$1" "$out" || { echo "in $PWD: $last"; show; fail "stdout has no: $1"; }
}

has_err() {
    grep -qF -- "$1" "$err" || { echo "in $PWD: $last"; show; fail "stderr has no: $1"; }
}

hasnt() {
    ! grep -qF -- "$1" "$out" || { echo "in $PWD: $last"; show; fail "stdout has: $1"; }
}

hasnt_err() {
    ! grep -qF -- "$1" "$err" || { echo "in $PWD: $last"; show; fail "stderr has: $1"; }
}

# json FILTER VALUE: what jq's filter makes of the last stdout, as compact JSON. Also proves that stdout is one JSON document.
json() {
    value=$(jq -cs 'if length == 1 then .[0] else error("not one document") end | ['"$1"'] | .[]' "$out") ||
        { echo "in $PWD: $last"; show; fail "jq cannot read $1"; }
    [ "$value" = "$2" ] || { echo "in $PWD: $last"; show; fail "$1 is $value, not $2"; }
}

as_many() {
    if [ "${GMIG_TEST_SANITIZED:-}" ]; then
        echo "$2"
    else
        echo "$1"
    fi
}

# new_repo NAME: an empty repository in the folder NAME, which becomes the current one.
new_repo() {
    git init -q "$1"
    cd "$1"
}

# commit MESSAGE: everything there is, one minute after the last commit.
commit() {
    at $((SOURCE_DATE_EPOCH - 1767225600 + 60))
    git add -A
    git commit -q --allow-empty --no-verify -m "$1"
}

# revision ID PARENTS [MESSAGE [EXTRA-HEADER-LINE]...]: a revision file migrations/ID.sql that makes the table t_ID, created a
# minute after the last one. PARENTS as in YAML without brackets: "a, b".
revision() {
    revision_id=$1
    revision_parents=$2
    revision_message=${3-add $1}
    shift $(($# < 3 ? $# : 3))
    at $((SOURCE_DATE_EPOCH - 1767225600 + 60))
    mkdir -p migrations
    {
        printf -- '-- revision: %s\n-- parents: [%s]\n' "$revision_id" "$revision_parents"
        [ -z "$revision_message" ] || printf -- '-- message: %s\n' "$revision_message"
        printf -- '-- created: %s\n' "$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)"
        for header_line; do
            printf -- '-- %s\n' "$header_line"
        done
        printf '\n-- gmig:up\nCREATE TABLE t_%s (id INTEGER);\n' "$revision_id"
        printf '\n-- gmig:down\nDROP TABLE t_%s;\n' "$revision_id"
    } >"migrations/$revision_id.sql"
}
