#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/rules.md has a paragraph on every rule of src/check/rules.def, in its order, with its severity and its summary.
set -eu
cd "${GMIG_SOURCE:?}"
made=$(mktemp)
trap 'rm -f "$made" "$made.doc"' EXIT
sed -nE 's/^X\([A-Z_]+, "([^"]+)", ([A-Z]+), "(.*)"\)$/\1 \L\2\E \3/p' src/check/rules.def >"$made"
test -s "$made"
[ "$(wc -l <"$made")" -eq "$(grep -c '^X(' src/check/rules.def)" ]
# A paragraph's first lines joined: "*error*: what it finds. More." or "…: what it finds, more".
awk '/^## / { id = $2; text = ""; next }
     id && /^$/ && text { print id " " text; id = "" ; next }
     id && NF { text = text (text ? " " : "") $0 }
     END { if (id && text) print id " " text }' docs/rules.md >"$made.doc"
bad=0
while read -r id severity summary; do
    read -r doc_id doc_text <&3 || { echo "docs/rules.md has nothing on $id"; exit 1; }
    case "$doc_id $doc_text" in
    "$id *$severity*: $summary"*) ;;
    *) echo "docs/rules.md, $id: expected '*$severity*: $summary', found '$doc_id $doc_text'"; bad=1 ;;
    esac
done <"$made" 3<"$made.doc"
[ "$(wc -l <"$made")" -eq "$(wc -l <"$made.doc")" ] || { echo "docs/rules.md has more than the rules"; bad=1; }
exit $bad
