-- A collation goes with the type.
-- == current
CREATE TABLE t (a text);
-- == desired
CREATE TABLE t (a text COLLATE "C");
-- == up
ALTER TABLE t ALTER COLUMN a TYPE text COLLATE "C";
-- == down
ALTER TABLE t ALTER COLUMN a TYPE text;
