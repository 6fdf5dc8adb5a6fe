-- What was NULL becomes the default.
-- == current
CREATE TABLE t (a INTEGER, b TEXT DEFAULT 'x');
-- == desired
CREATE TABLE t (a INTEGER, b TEXT NOT NULL DEFAULT 'x');
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER, b TEXT NOT NULL DEFAULT 'x');
INSERT INTO t_new (a, b)
SELECT a, coalesce(b, 'x') FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
-- == down
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER, b TEXT DEFAULT 'x');
INSERT INTO t_new (a, b)
SELECT a, b FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
