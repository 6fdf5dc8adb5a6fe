-- Two columns that change names do so by a third name; what speaks of one is made to speak of it again.
-- rename: t.a=b
-- rename: t.b=a
-- == current
CREATE TABLE t (a INTEGER, b TEXT);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;
-- == desired
CREATE TABLE t (b INTEGER, a TEXT);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;
-- == up
DROP VIEW v;
DROP INDEX i;
ALTER TABLE t RENAME COLUMN b TO b_old;
ALTER TABLE t RENAME COLUMN a TO b;
ALTER TABLE t RENAME COLUMN b_old TO a;
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;
-- == down
DROP VIEW v;
DROP INDEX i;
ALTER TABLE t RENAME COLUMN a TO a_old;
ALTER TABLE t RENAME COLUMN b TO a;
ALTER TABLE t RENAME COLUMN a_old TO b;
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;
