-- A dropped table takes along what belongs to it.
-- == current
CREATE TABLE t (a INTEGER);
CREATE INDEX i ON t (a);
CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END;
CREATE VIEW v AS SELECT a FROM t;
-- == desired
-- == up
DROP VIEW v;
DROP TABLE t;
-- == down
CREATE TABLE t (a INTEGER);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;
CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END;
