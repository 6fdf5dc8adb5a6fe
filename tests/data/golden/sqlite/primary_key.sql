-- Another primary key takes a new table.
-- == current
CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL);
-- == desired
CREATE TABLE t (a INTEGER NOT NULL, b TEXT NOT NULL, PRIMARY KEY (b, a DESC));
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER NOT NULL, b TEXT NOT NULL, PRIMARY KEY (b, a DESC));
INSERT INTO t_new (a, b)
SELECT a, b FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
-- == down
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER PRIMARY KEY, b TEXT NOT NULL);
INSERT INTO t_new (a, b)
SELECT a, b FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
