-- A default is part of the table.
-- == current
CREATE TABLE t (a INTEGER DEFAULT 1);
-- == desired
CREATE TABLE t (a INTEGER DEFAULT (1 + 1));
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER DEFAULT (1 + 1));
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
-- == down
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER DEFAULT 1);
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
