#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs/exit-codes.md lists the codes of src/base/err.def, row for row.
set -eu
cd "${GMIG_SOURCE:?}"
made=$(mktemp)
trap 'rm -f "$made" "$made.doc"' EXIT
sed -nE 's/^X\([A-Z_]+, "([^"]+)", ([0-9]+), "(.*)"\)$/| `\1` | \2 | \3 |/p' src/base/err.def >"$made"
test -s "$made"
sed -n '/^| code | status/,$p' docs/exit-codes.md | sed 1,2d >"$made.doc"
diff -u "$made.doc" "$made"
