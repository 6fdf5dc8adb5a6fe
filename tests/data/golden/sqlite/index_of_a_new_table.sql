-- A table that is built anew gets its indexes again.
-- == current
CREATE TABLE t (a INTEGER);
CREATE INDEX stays ON t (a) WHERE a > 0;
CREATE INDEX goes ON t (a);
-- == desired
CREATE TABLE t (a TEXT);
CREATE INDEX stays ON t (a) WHERE a > 0;
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a TEXT);
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
CREATE INDEX stays ON t (a) WHERE a > 0;
-- == down
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER);
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
CREATE INDEX goes ON t (a);
CREATE INDEX stays ON t (a) WHERE a > 0;
