#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The union that gmig predicts is what git merge makes: seeded random histories of three branches, and after each step two
# of them are merged for real. GMIG_MODEL_SEEDS="4 5" tries other seeds, GMIG_MODEL_STEPS=100 more steps.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

random=0
# pick N: *picked is a number below N.
pick() {
    random=$(((random * 1103515245 + 12345) % 2147483648))
    picked=$((random / 65536 % $1))
}

# one_of WORD...: *chosen is one of them, or empty.
one_of() {
    chosen=
    [ $# -gt 0 ] || return 0
    pick $#
    shift "$picked"
    chosen=$1
}

# Two revisions are less than half alike, or git takes one for the other renamed.
add_revision() {
    count=$((count + 1))
    id=$(printf 'r%04d' "$count")
    revision "$id" "$1"
    for line in 1 2 3 4 5 6 7 8 9 10 11 12; do
        echo "-- $(echo "$id $line" | git hash-object --stdin)"
    done >>"migrations/$id.sql"
    commit "add $id"
}

# heads_at COMMIT BASE FILTER: what check says of a snapshot.
heads_at() {
    status=0
    gmig check --at "$1" --base "$2" --json >"$out" 2>"$err" || status=$?
    [ "$status" -le 1 ] || { show; fail "seed $seed, step $step: check ends with $status"; }
    jq -c ".seen.projects[0]$3 | [.revisions, (.heads | sort)]" "$out"
}

step_of_history() {
    one_of main left right
    branch=$chosen
    git checkout -q "$branch"
    one_of $(echo "main left right" | sed "s/$branch//")
    other=$chosen
    files=$(find migrations -name '*.sql' 2>/dev/null | sort)
    pick 20
    case $picked in
    [0-6])
        one_of $(heads_at "$branch" "$branch" "" | jq -r '.[1][]') ""
        add_revision "$chosen"
        ;;
    7 | 8 | 9) git merge -q -m "merge $other" "$other" >/dev/null 2>&1 || git merge --abort ;;
    10 | 11) # of what is no tip any more, so that merges go crosswise
        git merge -q -m "merge $other~1" "$other~1" >/dev/null 2>&1 || git reset -q --hard
        ;;
    12) git rebase -q "$other" >/dev/null 2>&1 || git rebase --abort ;;
    13)
        if git merge -q --squash "$other" >/dev/null 2>&1; then
            commit "squash $other"
        else
            git reset -q --hard
        fi
        ;;
    14 | 15)
        one_of $files
        [ -z "$chosen" ] || { git rm -q "$chosen" && commit "delete $chosen"; }
        ;;
    16)
        one_of $files
        [ -z "$chosen" ] || { echo "-- edited in step $step" >>"$chosen" && commit "edit $chosen"; }
        ;;
    17)
        one_of $files
        [ -z "$chosen" ] || { git mv "$chosen" "${chosen%.sql}_.sql" && commit "rename $chosen"; }
        ;;
    18 | 19) if gmig merge --stage >/dev/null 2>&1; then commit "join the heads"; fi ;;
    esac
}

compared=0
crosswise=0
for seed in ${GMIG_MODEL_SEEDS:-11 16}; do
    random=$seed
    count=0
    cd "$box/here"
    new_repo "seed$seed"
    git config advice.skippedCherryPicks false
    add_revision ""
    git branch left
    git branch right
    step=0
    while [ "$step" -lt "${GMIG_MODEL_STEPS:-20}" ]; do
        step=$((step + 1))
        step_of_history
        predicted=$(heads_at "$branch" "$other" ".base")
        jq -e '.seen.projects[0].base.starts | length > 1' "$out" >/dev/null && crosswise=$((crosswise + 1))
        git checkout -q --detach "$other"
        if git merge -q -m trial "$branch" >/dev/null 2>&1; then
            merged=$(heads_at HEAD HEAD "")
            [ "$predicted" = "$merged" ] || {
                git log --graph --oneline main left right
                fail "seed $seed, step $step, $branch into $other: predicted $predicted, merged $merged"
            }
            compared=$((compared + 1))
        else
            git merge --abort
        fi
    done
done
echo "$compared merges compared, $crosswise of them crosswise"
[ "${GMIG_MODEL_SEEDS:-}" ] || { [ "$compared" -ge 30 ] && [ "$crosswise" -ge 4 ]; } ||
    fail 'too few merges had no conflict, or went crosswise'
