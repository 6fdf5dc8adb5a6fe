#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every command has a man page with exactly the options of its table, and gmig(1) has those of every command.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
pages=$GMIG_SOURCE/docs/man
gmig help --json >"$box/all"

# The long options that the .It lines of a page describe.
options_of() {
    sed -n 's/^\.It //p' "$1" | grep -oE 'Fl -[a-z-]+' | sed 's/^Fl -//' | LC_ALL=C sort
}

# options_in FILTER: the same of a table.
options_in() {
    jq -r "$1[].name" "$box/all" | LC_ALL=C sort
}

options_in .options >"$box/table"
options_of "$pages/gmig.1" | diff -u "$box/table" - || fail 'gmig(1) does not have the options of every command'
for name in $(jq -r '.commands[].name' "$box/all"); do
    page=$pages/gmig-$name.1
    [ -s "$page" ] || fail "there is no man page gmig-$name(1)"
    options_in ".commands[] | select(.name == \"$name\") | .options" >"$box/table"
    options_of "$page" >"$box/page"
    diff -u "$box/table" "$box/page" || fail "gmig-$name(1) does not have the options of 'gmig $name'"
    grep -q "^\.It Xr gmig-$name 1$" "$pages/gmig.1" || fail "gmig(1) does not list gmig-$name(1)"
done
for page in "$pages"/gmig-*.1; do
    name=$(basename "$page" .1)
    jq -e --arg name "${name#gmig-}" '.commands | map(.name) | index($name)' "$box/all" >/dev/null ||
        fail "$name(1) is about no command"
done
