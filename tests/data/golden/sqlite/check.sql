-- Checks are part of the table; one may call the table by its name.
-- == current
CREATE TABLE t (a INTEGER CHECK (a > 0));
-- == desired
CREATE TABLE t (a INTEGER CHECK (t.a > -1), CONSTRAINT few CHECK (a < 100));
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER CHECK (t_new.a > -1), CONSTRAINT few CHECK (a < 100));
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
-- == down
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER CHECK (a > 0));
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
