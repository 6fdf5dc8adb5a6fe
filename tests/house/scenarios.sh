#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/scenarios.md: no row is left out, each names a test, and that test says in a comment, or in a unit test's name, what the row
# says it shows.
set -eu
cd "${GMIG_SOURCE:?}"
page=docs/scenarios.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0
wrong() {
    echo "$page: $*"
    bad=1
}

# rows PREFIX LAST: the numbers of that table run from 1 to LAST.
rows() {
    sed -nE "s/^\| $1([0-9]+) \|.*/\1/p" "$page" >"$work/numbers"
    seq 1 "$2" | cmp -s - "$work/numbers" || wrong "the rows $1 are not 1 to $2"
}
rows T 15
rows D 16
rows K 13
rows W 20
# Each wish has its traps, numbered behind it.
number=0
while [ $number -lt 20 ]; do
    number=$((number + 1))
    sed -nE "s/^\| W$number\.([0-9]+) \|.*/\1/p" "$page" >"$work/numbers"
    test -s "$work/numbers" || wrong "W$number has no trap"
    seq 1 "$(wc -l <"$work/numbers")" | cmp -s - "$work/numbers" || wrong "the traps of W$number are not numbered from 1"
done

# ROW FILE FACT, with tabs between; - where there is none.
awk -F ' \\| ' '/^\| [TDKW][0-9.]+ \|/ {
    row = $1
    sub(/^\| /, "", row)
    proofs = $3
    sub(/ \|$/, "", proofs)
    count = split(proofs, parts, /"; /)
    if (proofs == "")
        print row "\t-\t-"
    for (i = 1; i <= count; i++) {
        part = parts[i]
        file = fact = part
        if (part !~ /^`[a-z0-9_\/.]+`: "/)
            file = fact = "-"
        sub(/^`/, "", file)
        sub(/`: ".*/, "", file)
        sub(/^`[^`]*`: "/, "", fact)
        sub(/"$/, "", fact)
        print row "\t" file "\t" fact
    }
}' "$page" >"$work/proofs"
[ "$(cut -f1 "$work/proofs" | sort -u | wc -l)" -eq "$(grep -c '^| [TDKW][0-9]' "$page")" ] || wrong 'a row names no test'

tab=$(printf '\t')
while IFS=$tab read -r row file fact; do
    if [ "$file" = - ]; then
        wrong "$row: no \`file\`: \"fact\""
    elif [ ${#fact} -lt 10 ]; then
        wrong "$row: too short to be found by: $fact"
    elif [ ! -f "tests/$file" ]; then
        wrong "$row: there is no tests/$file"
    else
        case $file in
        # Not in a command, which may say it of something else.
        *.sh) sed -n 's/^[^#]*#\(.*\)/\1/p' "tests/$file" >"$work/facts" ;;
        *) cp "tests/$file" "$work/facts" ;;
        esac
        grep -qF -- "$fact" "$work/facts" || wrong "$row: tests/$file does not say: $fact"
    fi
done <"$work/proofs"
exit $bad
