#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# libgmig.so exports what the public headers declare, and nothing else: above all not libpg_query's internals, to
# which a libpq in the same process would bind.
set -eu
cd "${GMIG_SOURCE:?}"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
nm -D --defined-only "${GMIG_BUILD:?}/src/libgmig.so" | awk '{ print $3 }' | LC_ALL=C sort >"$work/exported"
cat include/gmig/*.h | grep -oE 'GMIG_API[^;]*' | grep -oE 'gmig_[a-z0-9_]+[[:space:]]*\(' | tr -d ' (' |
    LC_ALL=C sort >"$work/declared"
test -s "$work/declared"
diff -u "$work/declared" "$work/exported"
