#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# history: every revision, children before parents, in the same order on every machine; ranges, limits, JSON.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo repo
expect 0 gmig history
same </dev/null
expect 0 gmig history --json
json .revisions '[]'

revision aaaa1111 ''
revision bbbb2222 aaaa1111 left
revision cccc3333 aaaa1111 right 'labels: [web, api]'
revision dddd4444 'bbbb2222, cccc3333' ''
revision eeee5555 dddd4444 last 'depends: [api]'
expect 0 gmig history
same <<'END'
dddd4444 (api) -> eeee5555 (head), last
bbbb2222, cccc3333 -> dddd4444 (mergepoint)
aaaa1111 -> cccc3333 (web, api), right
aaaa1111 -> bbbb2222, left
<base> -> aaaa1111 (branchpoint), add aaaa1111
END
expect 0 gmig history -v -n 2
same <<'END'
Rev: eeee5555 (head)
Parent: dddd4444
Also depends on: api
Lineage: default,api,web
Created: 2026-01-01T00:05:00Z
Path: migrations/eeee5555.sql

    last

Rev: dddd4444 (mergepoint)
Merges: bbbb2222, cccc3333
Child: eeee5555
Lineage: default,api,web
Created: 2026-01-01T00:04:00Z
Path: migrations/dddd4444.sql
END

# Ranges have both ends in them.
expect 0 gmig history -r cccc3333:dddd4444
same <<'END'
bbbb2222, cccc3333 -> dddd4444 (mergepoint)
aaaa1111 -> cccc3333 (web, api), right
END
expect 0 gmig history --rev-range :bbbb2222
same <<'END'
aaaa1111 -> bbbb2222, left
<base> -> aaaa1111 (branchpoint), add aaaa1111
END
expect 0 gmig history --rev-range=eeee5555:
same <<'END'
dddd4444 (api) -> eeee5555 (head), last
END
expect 0 gmig history -r eeee5555-1:head
same <<'END'
dddd4444 (api) -> eeee5555 (head), last
bbbb2222, cccc3333 -> dddd4444 (mergepoint)
END
expect 1 gmig history -r bbbb2222:cccc3333
has_err bbbb2222
expect 2 gmig history -r nosuch:
has_err nosuch
expect 2 gmig history -n many
same_err <<'END'
gmig: --limit takes a number, not 'many'
  hint: Write it as in -n 10.
END
expect 0 gmig history --limit 0
same </dev/null

expect 0 gmig history --json
json '[.revisions[].revision]' '["eeee5555","dddd4444","cccc3333","bbbb2222","aaaa1111"]'
json .revisions[0] '{"revision":"eeee5555","lineage":"default,api,web","message":"last","path":"migrations/eeee5555.sql","labels":[],"parents":["dddd4444"],"children":[],"depends":["api"],"created":"2026-01-01T00:05:00Z","head":true,"base":false}'
json .revisions[4].base true
json .revisions[0].applied null

# The order comes from parents and times, never from names of files.
mv migrations/aaaa1111.sql migrations/zzzz.sql
mv migrations/eeee5555.sql migrations/0000.sql
expect 0 gmig history --json
json '[.revisions[].revision]' '["eeee5555","dddd4444","cccc3333","bbbb2222","aaaa1111"]'

# -i marks what a database is at; nothing is opened or made without it.
cat >gmig.yml <<'END'
targets: {dev: {url: "sqlite:dev.db", development: true}}
END
expect 0 gmig history
expect 0 gmig history -i
same <<'END'
dddd4444 (api) -> eeee5555 (head), last
bbbb2222, cccc3333 -> dddd4444 (mergepoint)
aaaa1111 -> cccc3333 (web, api), right
aaaa1111 -> bbbb2222, left
<base> -> aaaa1111 (branchpoint), add aaaa1111
END
[ ! -e dev.db ] || fail 'history -i has made a database'
expect 0 gmig upgrade bbbb2222
expect 0 gmig history --indicate-current
same <<'END'
dddd4444 (api) -> eeee5555 (head), last
bbbb2222, cccc3333 -> dddd4444 (mergepoint)
aaaa1111 -> cccc3333 (web, api), right
aaaa1111 -> bbbb2222 (current), left
<base> -> aaaa1111 (branchpoint), add aaaa1111
END
expect 0 gmig history -i --json
json '[.revisions[] | select(.applied) | .revision]' '["bbbb2222","aaaa1111"]'
expect 0 gmig history -r :current
same <<'END'
aaaa1111 -> bbbb2222 (current), left
<base> -> aaaa1111 (branchpoint), add aaaa1111
END
# As Alembic's page has it: the last ones up to where the database is.
expect 0 gmig history -r -1:current
same <<'END'
aaaa1111 -> bbbb2222 (current), left
<base> -> aaaa1111 (branchpoint), add aaaa1111
END
expect 0 gmig history -r current:+1 --json
json '[.revisions[].revision]' '["dddd4444","bbbb2222"]'
expect 2 gmig history -r aaaa1111:bbbb2222:cccc3333
has_err "more than one ':'"

# Text of files cannot steer the terminal; colour is only ours.
revision ffff6666 eeee5555 '"red \e[31m"'
expect 0 gmig history -n 1
same <<'END'
eeee5555 -> ffff6666 (head), red \x1b[31m
END
expect 0 gmig history -n 1 --color=always
printf 'eeee5555 -> \033[33mffff6666\033[m \033[1;36m(head)\033[m, red \\x1b[31m\n' >"$box/coloured"
same <"$box/coloured"
