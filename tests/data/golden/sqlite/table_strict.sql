-- STRICT is a matter of the whole table.
-- == current
CREATE TABLE t (a INTEGER);
-- == desired
CREATE TABLE t (a INTEGER) STRICT;
-- == up
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER) STRICT;
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
-- == down
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER);
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
