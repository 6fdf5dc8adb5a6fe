-- The name of a dropped column is made free first.
-- rename: t.a=b
-- == current
CREATE TABLE t (a INTEGER, b TEXT);
-- == desired
CREATE TABLE t (b INTEGER);
-- == up
ALTER TABLE t RENAME COLUMN b TO b_old;
ALTER TABLE t RENAME COLUMN a TO b;
ALTER TABLE t DROP COLUMN b_old;
-- == down
ALTER TABLE t RENAME COLUMN b TO a;
ALTER TABLE t ADD COLUMN b TEXT;
