-- Unique constraints are part of the table.
-- == current
CREATE TABLE t (a INTEGER, b TEXT, UNIQUE (a));
-- == desired
CREATE TABLE t (a INTEGER, b TEXT, CONSTRAINT one UNIQUE (a, b) ON CONFLICT IGNORE);
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER, b TEXT, CONSTRAINT one UNIQUE (a, b) ON CONFLICT IGNORE);
INSERT OR ABORT INTO t_new (a, b)
SELECT a, b FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
-- == down
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER, b TEXT, UNIQUE (a));
INSERT INTO t_new (a, b)
SELECT a, b FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
