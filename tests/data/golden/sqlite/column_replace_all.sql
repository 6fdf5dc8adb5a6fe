-- No column stays, and as many rows as there were.
-- == current
CREATE TABLE t (a INTEGER);
-- == desired
CREATE TABLE t (b INTEGER);
-- == up
ALTER TABLE t ADD COLUMN b INTEGER;
ALTER TABLE t DROP COLUMN a;
-- == down
ALTER TABLE t ADD COLUMN a INTEGER;
ALTER TABLE t DROP COLUMN b;
