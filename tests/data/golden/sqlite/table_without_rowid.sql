-- WITHOUT ROWID is a matter of the whole table.
-- == current
CREATE TABLE t (a TEXT PRIMARY KEY NOT NULL);
-- == desired
CREATE TABLE t (a TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID;
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID;
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
-- == down
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a TEXT PRIMARY KEY NOT NULL);
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
