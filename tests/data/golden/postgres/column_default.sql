-- Defaults come and go by themselves.
-- == current
CREATE TABLE t (a int DEFAULT 1, b text);
-- == desired
CREATE TABLE t (a int, b text DEFAULT 'x');
-- == up
ALTER TABLE t
    ALTER COLUMN a DROP DEFAULT,
    ALTER COLUMN b SET DEFAULT 'x'::text;
-- == down
ALTER TABLE t
    ALTER COLUMN b DROP DEFAULT,
    ALTER COLUMN a SET DEFAULT 1;
