-- An expression that changes makes the column anew.
-- == current
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED);
-- == desired
CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 2) STORED);
-- == up
ALTER TABLE t
    DROP COLUMN b,
    ADD COLUMN b integer GENERATED ALWAYS AS (a + 2) STORED;
-- == down
ALTER TABLE t
    DROP COLUMN b,
    ADD COLUMN b integer GENERATED ALWAYS AS (a + 1) STORED;
