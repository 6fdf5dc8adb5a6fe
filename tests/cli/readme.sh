#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The consoles of README.md, line by line: with two branches that each add a revision, and from models. They go as it says.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

# lines_of HEADING COUNT: what is typed below that heading goes to $box/lines, all that stands there to $box/part.
lines_of() {
    awk -v heading="## $1" '/^## / { inside = $0 == heading } inside' "$GMIG_SOURCE/README.md" >"$box/part"
    sed -n '/^```console/,/^```$/s/^\$ //p' "$box/part" | sed 's/ *#.*//' >"$box/lines"
    [ "$(wc -l <"$box/lines")" -eq "$2" ] || fail "the README has another console below: $1"
}

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

lines_of 'Thirty seconds' 8
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

lines_of 'Thirty seconds of `gmig migrate`' 5
cd "$box/here"
new_repo models
mkdir models
sed -n '/^```yaml/,/^```$/{/^```/d;p}' "$box/part" >models/cards.yml
echo 'targets: {dev: {url: "sqlite:dev.db", development: true}}' >gmig.yml
expect 0 gmig hook install
git add -A
expect 1 git commit -q -m 'add cards'
has_err 'table cards is new, and no revision says so'
hasnt_err "of cards is new" # the table says it all
while read -r line; do
    eval "set -- $line"
    case $line in
    'gmig check')
        expect 1 "$@"
        has 'table cards is new, and no revision says so'
        ;;
    *)
        expect 0 "$@"
        [ "$line" != 'gmig migrate --plan' ] || has 'add table cards'
        [ "$line" != 'gmig diff history models' ] || has_err 'no difference'
        ;;
    esac
done <"$box/lines"
has 'applied'
expect 0 git commit -q -m 'add cards'
