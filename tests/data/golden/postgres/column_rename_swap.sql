-- Two columns that change names do so by a third name; what speaks of one is made to speak of it again.
-- rename: t.a=b
-- rename: t.b=a
-- == current
CREATE TABLE t (a int, b text);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;
-- == desired
CREATE TABLE t (b int, a text);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;
-- == up
DROP INDEX i;
DROP VIEW v;
ALTER TABLE t RENAME COLUMN a TO b_gmig;
ALTER TABLE t RENAME COLUMN b TO a;
ALTER TABLE t RENAME COLUMN b_gmig TO b;
CREATE INDEX i ON t (a);
CREATE VIEW v AS
 SELECT t.a
   FROM t;
-- == down
DROP INDEX i;
DROP VIEW v;
ALTER TABLE t RENAME COLUMN b TO a_gmig;
ALTER TABLE t RENAME COLUMN a TO b;
ALTER TABLE t RENAME COLUMN a_gmig TO a;
CREATE INDEX i ON t (a);
CREATE VIEW v AS
 SELECT t.a
   FROM t;
