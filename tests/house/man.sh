#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The man page of a command says what `gmig COMMAND --help` says: summary, synopsis, and each option with its letter and
# argument, in the same order. No page has a fault that mandoc sees, or refers to a page of ours that is not there.
set -eu
cd "${GMIG_SOURCE:?}"
command -v mandoc >/dev/null || { echo "mandoc is not installed"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

# text PAGE: as man shows it, in lines too long to be broken, without overstriking.
text() { mandoc -T ascii -O width=1000 "$1" | sed "s/.$(printf '\b')//g"; }

# words: standard input in one line; mdoc sets a blank before "..." and around "|", help does not.
words() { tr -s '\n ' '  ' | sed 's/^ *//; s/ *$//; s/ \.\.\./.../g; s/ | /|/g'; echo; }

# heads: "-t, --target NAME|URL" of each option in an indented list.
heads() { sed -nE '/^ +-[-[:alnum:]]/{ s/^ +//; s/  .*//; p; }'; }

same() { diff -u "$work/help_says" "$work/page_says" >"$work/diff" || { echo "$1 differs from --help:"; sed 1,2d "$work/diff"; bad=1; }; }

"$GMIG" help | sed -nE '/^Options/q; s/^  ([a-z-]+) .*/\1/p' >"$work/commands"
test -s "$work/commands"
while read -r command; do
    page=docs/man/gmig-$command.1
    "$GMIG" "$command" --help >"$work/help"
    text "$page" >"$work/page"

    # The first paragraph behind the usage, without its capital and its full stop.
    awk -v RS= 'NR == 2' "$work/help" | words | sed 's/^./\L&/; s/\.$//' >"$work/help_says"
    sed -n 's/^\.Nd //p' "$page" >"$work/page_says"
    same "$page: NAME"

    awk '/^[^ ]/ { inside = $0 == "Options:" } inside' "$work/help" | heads >"$work/help_says"
    awk '/^[A-Z]/ { inside = $0 == "DESCRIPTION" } inside' "$work/page" | heads >"$work/page_says"
    same "$page: the list of options"

    # An option stands there with its letter if it has one, else with the first of its names. hook shows each of its words on
    # a line of its own.
    [ "$command" = hook ] && continue
    {
        echo "gmig $command"
        sed -E 's/^(-.), --[a-z-]+/\1/; s/^(--[a-z-]+)(, --[a-z-]+)+/\1/; s/.*/[&]/' "$work/help_says"
        awk -v RS= 'NR == 1' "$work/help" | words | sed 's/.*\[OPTION\]\.\.\.//'
    } | words >"$work/synopsis"
    mv "$work/synopsis" "$work/help_says"
    awk '/^[A-Z]/ { inside = $0 == "SYNOPSIS"; next } inside' "$work/page" | words >"$work/page_says"
    same "$page: SYNOPSIS"
done <"$work/commands"

for page in docs/man/*.[1-9]; do
    mandoc -T lint -W warning "$page" || bad=1
    sed -nE 's/^\.(It )?Xr (gmig[^ ]*) ([1-9]).*/\2.\3/p' "$page" >"$work/links"
    while read -r link; do
        [ -f "docs/man/$link" ] || { echo "$page refers to $link, which is not there"; bad=1; }
    done <"$work/links"
done
exit $bad
