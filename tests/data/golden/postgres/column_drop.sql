-- A dropped column takes its index along; the view over the table is made anew.
-- == current
CREATE TABLE t (a int, b int);
CREATE INDEX ON t (b);
CREATE VIEW v AS SELECT a, b FROM t;
-- == desired
CREATE TABLE t (a int);
CREATE VIEW v AS SELECT a FROM t;
-- == up
DROP VIEW v;
ALTER TABLE t DROP COLUMN b;
CREATE VIEW v AS
 SELECT t.a
   FROM t;
-- == down
ALTER TABLE t ADD COLUMN b integer;
CREATE INDEX t_b_idx ON t (b);
CREATE OR REPLACE VIEW v AS
 SELECT t.a,
    t.b
   FROM t;
