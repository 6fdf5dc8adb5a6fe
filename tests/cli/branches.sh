#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# branches: the revisions with several children, as Alembic shows them.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo repo
expect 0 gmig branches
same </dev/null
revision aaaa1111 ''
revision bbbb2222 aaaa1111 'left side' 'labels: [web]'
revision cccc3333 aaaa1111 'right side'
revision dddd4444 cccc3333
revision eeee5555 cccc3333 '' 'labels: [api]'
expect 0 gmig branches
same <<'END'
cccc3333 (branchpoint)
         -> dddd4444 (head)
         -> eeee5555 (api) (head)

aaaa1111 (branchpoint)
         -> bbbb2222 (web) (head)
         -> cccc3333 (branchpoint)
END
expect 0 gmig branches -v
same <<'END'
Rev: cccc3333 (branchpoint)
Parent: aaaa1111
Branches into: dddd4444, eeee5555
Lineage: default
Created: 2026-01-01T00:03:00Z
Path: migrations/cccc3333.sql

    right side
         -> dddd4444 (head), add dddd4444
         -> eeee5555 (api) (head)

Rev: aaaa1111 (branchpoint)
Parent: <base>
Branches into: bbbb2222, cccc3333
Lineage: default
Created: 2026-01-01T00:01:00Z
Path: migrations/aaaa1111.sql

    add aaaa1111
         -> bbbb2222 (web) (head), left side
         -> cccc3333 (branchpoint), right side
END
expect 0 gmig branches --json
json '[.branches[] | [.revision, .children]]' '[["cccc3333",["dddd4444","eeee5555"]],["aaaa1111",["bbbb2222","cccc3333"]]]'
expect 0 gmig branches --at HEAD
same </dev/null
