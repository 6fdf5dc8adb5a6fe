-- A view over nothing would stop ALTER TABLE, so it is taken away for the time.
-- == current
CREATE TABLE t (a INTEGER);
CREATE VIEW v AS SELECT * FROM later;
-- == desired
CREATE TABLE t (a TEXT);
CREATE VIEW v AS SELECT * FROM later;
CREATE TABLE later (x INTEGER);
-- == up
DROP VIEW v;
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a TEXT);
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
CREATE TABLE later (x INTEGER);
CREATE VIEW v AS SELECT * FROM later;
-- == down
DROP VIEW v;
DROP TABLE later;
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER);
INSERT INTO t_new (a)
SELECT a FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
CREATE VIEW v AS SELECT * FROM later;
