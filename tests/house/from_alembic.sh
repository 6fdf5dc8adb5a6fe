#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every command that README.md and docs/from-alembic.md show is one that gmig takes, and the page for people from Alembic has
# every command of theirs.
set -eu
cd "${GMIG_SOURCE:?}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bad=0

# `gmig ...` in the second column of a table, and lines "$ gmig ..." of consoles.
{
    sed -nE 's/^\|[^|]*\| *`(gmig [^`]*)`.*/\1/p' README.md docs/from-alembic.md
    sed -nE 's/^\$ (gmig [^#]*).*/\1/p' README.md
} | sed 's/ *&&.*//; s/ *$//' | sort -u >"$work/shown"
[ "$(wc -l <"$work/shown")" -gt 30 ] || { echo "the tables cannot be read any more"; exit 1; }
while read -r line; do
    # Behind --help nothing is looked at, before it everything.
    eval "set -- ${line#gmig } --help"
    "$GMIG" "$@" >"$work/out" 2>&1 || { echo "not a command: $line"; cat "$work/out"; bad=1; }
done <"$work/shown"

for command in init revision migrate upgrade downgrade stamp current history heads branches show edit merge check list-templates; do
    grep -q "^| \`flask db $command" docs/from-alembic.md || { echo "docs/from-alembic.md lacks: flask db $command"; bad=1; }
done
for option in -x --tag --sql --purge --head --splice --branch-label --depends-on --rev-id --version-path --resolve-dependencies \
    --directory --check-heads --raiseerr; do
    grep -qe "$option" docs/from-alembic.md || { echo "docs/from-alembic.md lacks: $option"; bad=1; }
done
exit $bad
