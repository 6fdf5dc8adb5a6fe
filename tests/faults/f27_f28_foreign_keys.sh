#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# F27, F28: SQLite, where a table is changed by being built anew: the rows that a cascade would take with it stay, and a row
# that lost what it points to is found before COMMIT, with its table and number; nothing is recorded then.
. "${GMIG_SOURCE:?}/tests/support/lib.sh"
. "$GMIG_SOURCE/tests/support/pg.sh"
. "$GMIG_SOURCE/tests/support/targets.sh"
. "$GMIG_SOURCE/tests/support/faults.sh"

needs sqlite3
new_target sqlite
revision aaaa1111 ""
with_sql aaaa1111 '
CREATE TABLE t_aaaa1111 (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES t_aaaa1111 ON DELETE CASCADE);
CREATE TABLE setting (key TEXT PRIMARY KEY, parent INTEGER REFERENCES t_aaaa1111) WITHOUT ROWID;
INSERT INTO t_aaaa1111 (id) VALUES (1), (2), (3);
INSERT INTO child VALUES (10, 1), (20, 2);'
revision bbbb2222 aaaa1111
rebuild() { # rebuild WHICH ROWS
    with_sql bbbb2222 "
CREATE TABLE t_bbbb2222 (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '');
INSERT INTO t_bbbb2222 (id) SELECT id FROM t_aaaa1111 $1;
DROP TABLE t_aaaa1111;
ALTER TABLE t_bbbb2222 RENAME TO t_aaaa1111;
CREATE TABLE t_bbbb2222 (id INTEGER);"
}

# F27. Whatever the file's author thinks of foreign keys, the rows stay.
rebuild ''
expect 0 gmig upgrade
is "$(query 'SELECT group_concat(id) FROM child')" 10,20
is "$(query "SELECT \"notnull\" FROM pragma_table_info('t_aaaa1111') WHERE name = 'name'")" 1
applied "aaaa1111 bbbb2222"

# F28. The rows that the rebuild forgot had children.
start_over
rebuild 'WHERE id > 2'
expect 0 gmig upgrade aaaa1111
expect 4 gmig upgrade --json
json '.applied, .failed.revision, .failed.sqlstate, .failed.where, .failed.message, .failed.detail' '[]
"bbbb2222"
"SQLITE_CONSTRAINT_FOREIGNKEY"
"migrations/bbbb2222.sql:7"
"revision bbbb2222: 2 foreign keys are broken: row 10 of child points to a row of t_aaaa1111 that is not there"
"row 20 of child points to a row of t_aaaa1111 that is not there"'
agrees
applied aaaa1111
is "$(query 'SELECT count(*) FROM t_aaaa1111')" 3
is "$(query "SELECT count(*) FROM gmig_journal WHERE kind = 'applied'")" 1
rebuild 'WHERE id > 1'
expect 4 gmig upgrade
has_err 'a foreign key is broken: row 10 of child points to a row of t_aaaa1111 that is not there'
agrees
rebuild ''
expect 0 gmig upgrade

# What was broken before is not this revision's doing, however much it was; one more is.
start_over
expect 0 gmig upgrade aaaa1111
query "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 300)
    INSERT INTO child SELECT 1000 + x, 99 FROM n"
rebuild ''
expect 0 gmig upgrade
start_over
expect 0 gmig upgrade aaaa1111
query "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 300)
    INSERT INTO child SELECT 1000 + x, 99 FROM n"
rebuild 'WHERE id > 1'
expect 4 gmig upgrade
has_err 'a foreign key is broken more than before: row 10 of child points'
agrees
query 'UPDATE child SET id = id + 5000 WHERE id < 1000'
expect 4 gmig upgrade
has_err 'a foreign key is broken more than before: PRAGMA foreign_key_check lists all'
agrees

# A table without row numbers; a table that is gone; a way down.
start_over
with_sql bbbb2222 "
INSERT INTO setting VALUES ('a', 77);"
expect 4 gmig upgrade
has_err 'a row of setting points to a row of t_aaaa1111 that is not there'
with_sql bbbb2222 "
DROP TABLE t_aaaa1111;"
expect 4 gmig upgrade
has_err 'revision bbbb2222: 2 foreign keys are broken'
applied aaaa1111
with_sql bbbb2222 '
CREATE TABLE t_bbbb2222 (id INTEGER);' '
DROP TABLE t_bbbb2222;
DELETE FROM t_aaaa1111;'
expect 0 gmig upgrade
expect 4 gmig downgrade
has_err 'revision bbbb2222: 2 foreign keys are broken'
agrees
applied "aaaa1111 bbbb2222"

# Outside a transaction it is done, and said.
start_over
with_sql bbbb2222 ' transaction=off
DELETE FROM t_aaaa1111 WHERE id = 1;
CREATE TABLE t_bbbb2222 (id INTEGER);'
expect 0 gmig upgrade
has_err 'revision bbbb2222: a foreign key is broken: row 10 of child points'
agrees
