-- The counter of AUTOINCREMENT starts behind the highest key there is.
-- == current
CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT);
-- == desired
CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT);
INSERT INTO t_new (id, a)
SELECT id, a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
-- == down
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (id INTEGER PRIMARY KEY, a TEXT);
INSERT INTO t_new (id, a)
SELECT id, a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
