-- A collation is part of the table.
-- == current
CREATE TABLE t (a TEXT);
-- == desired
CREATE TABLE t (a TEXT COLLATE NOCASE);
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a TEXT COLLATE NOCASE);
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
-- == down
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a TEXT);
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
