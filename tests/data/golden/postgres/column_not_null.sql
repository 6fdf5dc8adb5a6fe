-- NOT NULL comes and goes by itself.
-- == current
CREATE TABLE t (a int, b text NOT NULL);
-- == desired
CREATE TABLE t (a int NOT NULL, b text);
-- == up
ALTER TABLE t
    ALTER COLUMN a SET NOT NULL,
    ALTER COLUMN b DROP NOT NULL;
-- == down
ALTER TABLE t
    ALTER COLUMN a DROP NOT NULL,
    ALTER COLUMN b SET NOT NULL;
