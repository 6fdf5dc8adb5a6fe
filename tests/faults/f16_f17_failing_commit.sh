#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F16, F17: a constraint that fails at COMMIT, and a statement that fails before it: never recorded as applied.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

pg_required
new_target postgres
revision aaaa1111 ""
with_sql aaaa1111 '
CREATE TABLE t_aaaa1111 (id INTEGER PRIMARY KEY);
CREATE TABLE child (id INTEGER REFERENCES t_aaaa1111 DEFERRABLE INITIALLY DEFERRED);
INSERT INTO child VALUES (7);'
revision bbbb2222 aaaa1111
commit history
expect 4 gmig upgrade --json
json '.applied, .failed.revision, .failed.sqlstate, .pending' '[]
"aaaa1111"
"23503"
["bbbb2222"]'
is "$(tables)" ""
applied ""

# A section that turns its own error into a savepoint commits; one that stays failed does not.
with_sql aaaa1111 '
CREATE TABLE t_aaaa1111 (id INTEGER PRIMARY KEY);
SAVEPOINT here;
INSERT INTO t_aaaa1111 VALUES (1);
ROLLBACK TO SAVEPOINT here;
INSERT INTO t_aaaa1111 VALUES (2);'
with_sql bbbb2222 '
CREATE TABLE t_bbbb2222 (id INTEGER);
SELECT 1 / 0;
INSERT INTO t_bbbb2222 VALUES (1);'
expect 4 gmig upgrade --json
json '.applied, .failed.sqlstate' '["aaaa1111"]
"22012"'
is "$(query "SELECT id FROM t_aaaa1111")" 2
agrees
