-- An exclusion constraint comes, changes and goes.
-- == current
CREATE TABLE t (a int4range, b int4range, c int4range, CONSTRAINT x EXCLUDE USING gist (a WITH &&), CONSTRAINT gone EXCLUDE USING gist (b WITH &&));
-- == desired
CREATE TABLE t (a int4range, b int4range, c int4range, CONSTRAINT x EXCLUDE USING gist (a WITH &&) WHERE (a IS NOT NULL) DEFERRABLE,
    CONSTRAINT made EXCLUDE USING gist (c WITH =));
-- == up
ALTER TABLE t
    DROP CONSTRAINT gone,
    DROP CONSTRAINT x,
    ADD CONSTRAINT x EXCLUDE USING gist (a WITH &&) WHERE (a IS NOT NULL) DEFERRABLE,
    ADD CONSTRAINT made EXCLUDE USING gist (c WITH =);
-- == down
ALTER TABLE t
    DROP CONSTRAINT made,
    DROP CONSTRAINT x,
    ADD CONSTRAINT x EXCLUDE USING gist (a WITH &&),
    ADD CONSTRAINT gone EXCLUDE USING gist (b WITH &&);
