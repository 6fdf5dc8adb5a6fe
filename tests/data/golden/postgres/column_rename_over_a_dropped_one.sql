-- The name of a dropped column is made free first.
-- rename: t.a=b
-- == current
CREATE TABLE t (a int, b text);
-- == desired
CREATE TABLE t (b int);
-- == up
ALTER TABLE t DROP COLUMN b;
ALTER TABLE t RENAME COLUMN a TO b;
-- == down
ALTER TABLE t RENAME COLUMN b TO a;
ALTER TABLE t ADD COLUMN b text;
