#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Without libpq PostgreSQL asks for the package to install, and SQLite does not notice.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

[ -n "${GMIG_NO_LIBPQ:-}" ] || { echo "skipped: nothing can be preloaded into a sanitized gmig"; exit 77; }

new_repo r
printf 'dialects: [sqlite, postgres]\n' >gmig.yml
revision aa1 ''
commit first

expect 4 env LD_PRELOAD="$GMIG_NO_LIBPQ" gmig current --target postgresql:///x?host=/nonexistent
has_err "PostgreSQL's client library is not installed (libpq.so.5)"
has_err "apt-get install libpq5"
expect 4 gmig current --target postgresql:///x?host=/nonexistent
hasnt_err "not installed"
expect 0 env LD_PRELOAD="$GMIG_NO_LIBPQ" gmig upgrade --target sqlite:x.db
