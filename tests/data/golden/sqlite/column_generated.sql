-- An expression is reckoned anew; one that is stored cannot be added.
-- == current
CREATE TABLE t (a INTEGER, b INTEGER AS (a + 1), c INTEGER);
-- == desired
CREATE TABLE t (a INTEGER, b INTEGER AS (a + 2), c INTEGER AS (a * 2) STORED);
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER, b INTEGER AS (a + 2), c INTEGER AS (a * 2) STORED);
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
-- == down
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER, b INTEGER AS (a + 1), c INTEGER);
INSERT INTO t_new (a, c)
SELECT a, c FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
