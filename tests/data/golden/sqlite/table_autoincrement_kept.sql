-- A table that counts goes on counting where it was, whatever rows are left.
-- == current
CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INTEGER);
-- == desired
CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);
INSERT INTO t_new (id, a)
SELECT id, a FROM t;
DELETE FROM sqlite_sequence WHERE name = 't_new';
INSERT INTO sqlite_sequence (name, seq)
SELECT 't_new', seq FROM sqlite_sequence WHERE name = 't';
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
-- == down
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (id INTEGER PRIMARY KEY AUTOINCREMENT, a INTEGER);
INSERT INTO t_new (id, a)
SELECT id, a FROM t;
DELETE FROM sqlite_sequence WHERE name = 't_new';
INSERT INTO sqlite_sequence (name, seq)
SELECT 't_new', seq FROM sqlite_sequence WHERE name = 't';
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
