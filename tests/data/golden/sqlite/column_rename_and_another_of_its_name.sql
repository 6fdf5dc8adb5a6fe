-- A new column has the name that a renamed one had.
-- rename: t.a=b
-- == current
CREATE TABLE t (a INTEGER);
-- == desired
CREATE TABLE t (b INTEGER, a TEXT);
-- == up
ALTER TABLE t RENAME COLUMN a TO b;
ALTER TABLE t ADD COLUMN a TEXT;
-- == down
ALTER TABLE t RENAME COLUMN a TO a_old;
ALTER TABLE t RENAME COLUMN b TO a;
ALTER TABLE t DROP COLUMN a_old;
