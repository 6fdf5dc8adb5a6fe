-- A column that a check or index speaks of takes a new table.
-- == current
CREATE TABLE t (a INTEGER, b INTEGER, c INTEGER, CHECK (b < c));
CREATE INDEX t_a ON t (a);
-- == desired
CREATE TABLE t (a INTEGER, b INTEGER);
CREATE INDEX t_a ON t (a);
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER, b INTEGER);
INSERT INTO t_new (a, b)
SELECT a, b FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
CREATE INDEX t_a ON t (a);
-- == down
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER, b INTEGER, c INTEGER, CHECK (b < c));
INSERT INTO t_new (a, b)
SELECT a, b FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
CREATE INDEX t_a ON t (a);
