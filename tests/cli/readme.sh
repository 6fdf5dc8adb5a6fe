#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The console of README.md, line by line, with two branches that each add a revision: it goes as the README says.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

sed -n '/^```console/,/^```$/s/^\$ //p' "$GMIG_SOURCE/README.md" | sed 's/ *#.*//' >"$box/lines"
[ "$(wc -l <"$box/lines")" -eq 8 ] || fail 'the README has another console'

two_branches() {
    printf 'dev.db*\n' >.gitignore
    git add -A
    git commit -qm 'Add cards'
    git switch -qc feature
    gmig revision -q -m 'on feature' >/dev/null
    git add -A
    git commit -qm feature
    git switch -q main
    gmig revision -q -m 'on main' >/dev/null
    git add -A
    git commit -qm 'Main goes on'
}

new_repo repo
while read -r line; do
    eval "set -- $line"
    case $line in
    'git merge feature')
        expect 1 "$@"
        has_err '2 heads in lineage default'
        has_err 'Run `gmig merge --stage`, and commit.'
        ;;
    'gmig heads --all-refs')
        two_branches
        expect 0 "$@"
        grep -qE '^feature: [0-9a-f]{12}$' "$out" || fail 'feature has no head of its own'
        grep -qE '^main: [0-9a-f]{12}$' "$out" || fail 'main has no head of its own'
        ;;
    *)
        expect 0 "$@"
        ;;
    esac
done <"$box/lines"
has 'Branch     main'
has 'Next       gmig upgrade  (3 revisions to apply)'
[ "$(git log -1 --format=%p | wc -w)" -eq 2 ] || fail 'git has not merged'
expect 0 gmig upgrade
expect 0 gmig status
has 'nothing to do; the database is up to date'
