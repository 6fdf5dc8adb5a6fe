#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# show: one revision in full, from anywhere, with its SQL when asked.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"

new_repo repo
revision aaaa1111 ''
revision bbbb2222 aaaa1111 'first' 'labels: [web]'
revision cccc3333 bbbb2222 'second'
commit all
expect 0 gmig show
same <<'END'
Rev: cccc3333 (head)
Parent: bbbb2222
Lineage: web
Created: 2026-01-01T00:03:00Z
Path: migrations/cccc3333.sql

    second
END
expect 0 gmig show bbbb --sql
same <<'END'
Rev: bbbb2222
Parent: aaaa1111
Child: cccc3333
Branch names: web
Lineage: web
Created: 2026-01-01T00:02:00Z
Path: migrations/bbbb2222.sql

    first

-- gmig:up
CREATE TABLE t_bbbb2222 (id INTEGER);

-- gmig:down
DROP TABLE t_bbbb2222;
END
cp "$out" "$box/sql"
expect 0 gmig show -v web
same <"$box/sql"
expect 0 gmig show aaaa1111 head-1 --json
json '[.revisions[].revision]' '["aaaa1111","bbbb2222"]'
json .revisions[1].up.sqlite.sql '"CREATE TABLE t_bbbb2222 (id INTEGER);\n\n"'
json .revisions[1].up.sqlite.transaction true
json .revisions[1].children '["cccc3333"]'
json .revisions[1].blob "\"$(git rev-parse HEAD:migrations/bbbb2222.sql)\""

expect 2 gmig show nosuch
has_err nosuch
expect 2 gmig show base
has_err "'base' stands for no revision"
expect 2 gmig show aaa
has_err aaa

# Another place has another history.
git rm -q migrations/cccc3333.sql
expect 0 gmig show head --json
json .revisions[0].revision '"bbbb2222"'
expect 0 gmig show head --at HEAD --json
json .revisions[0].revision '"cccc3333"'
json .at '"HEAD"'

# `current` is what a database is at.
echo 'targets: {dev: {url: "sqlite:dev.db", development: true}}' >gmig.yml
expect 2 gmig show current
same_err <<'END'
gmig: 'current' stands for no revision: nothing is applied there
  hint: `gmig history` lists all revisions.
END
expect 0 gmig upgrade aaaa1111
expect 0 gmig show current --json
json .revisions[0].revision '"aaaa1111"'
expect 0 gmig show +1 --json
json .revisions[0].revision '"bbbb2222"'
expect 0 gmig show current+1 --json
json .revisions[0].revision '"bbbb2222"'

# SQL is shown as it is, but for what would steer the terminal.
printf -- "-- revision: dddd4444\n-- parents: [bbbb2222]\n-- created: 2026-01-02T00:00:00Z\n\n-- gmig:up\n-- \033]0;title\007\n\tSELECT 1;\n" \
    >migrations/dddd4444.sql
expect 0 gmig show head --sql
same <<'END'
Rev: dddd4444 (head)
Parent: bbbb2222
Lineage: web
Created: 2026-01-02T00:00:00Z
Path: migrations/dddd4444.sql

-- gmig:up
-- \x1b]0;title\x07
	SELECT 1;
END
mv migrations/dddd4444.sql "migrations/$(printf 'a\nb\033c').sql"
expect 0 gmig show head
has 'Path: migrations/a\x0ab\x1bc.sql'
