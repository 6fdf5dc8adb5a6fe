-- A check that moves into an added column is not there twice.
-- == current
CREATE TABLE t (a INTEGER, CHECK (a > 0));
-- == desired
CREATE TABLE t (a INTEGER, b INTEGER CHECK (a > 0));
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER, b INTEGER CHECK (a > 0));
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
-- == down
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER, CHECK (a > 0));
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
