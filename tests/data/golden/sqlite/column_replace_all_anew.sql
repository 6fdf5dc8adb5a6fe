-- No column stays in a table that is built anew, and as many rows as there were.
-- == current
CREATE TABLE t (a INTEGER);
-- == desired
CREATE TABLE t (b TEXT NOT NULL DEFAULT (lower('X')));
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (b TEXT NOT NULL DEFAULT (lower('X')));
INSERT INTO t_new (b)
SELECT lower('X') FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
-- == down
ALTER TABLE t ADD COLUMN a INTEGER;
ALTER TABLE t DROP COLUMN b;
