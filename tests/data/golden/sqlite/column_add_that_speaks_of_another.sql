-- Columns are added one by one, so one that speaks of a later one cannot be.
-- == current
CREATE TABLE t (a INTEGER);
-- == desired
CREATE TABLE t (a INTEGER, low INTEGER CHECK (low < high), high INTEGER);
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER, low INTEGER CHECK (low < high), high INTEGER);
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
-- == down
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER);
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
