-- A dropped table takes along what belongs to it.
-- == current
CREATE TABLE t (a int);
CREATE INDEX ON t (a);
CREATE VIEW v AS SELECT a FROM t;
-- == desired
-- == up
DROP VIEW v;
DROP TABLE t;
-- == down
CREATE TABLE t (
    a integer
);
CREATE INDEX t_a_idx ON t (a);
CREATE VIEW v AS
 SELECT t.a
   FROM t;
