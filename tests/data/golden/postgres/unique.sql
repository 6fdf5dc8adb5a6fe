-- Unique constraints; one in its name alone differs and is renamed.
-- == current
CREATE TABLE t (a int, b int, CONSTRAINT one UNIQUE (a), CONSTRAINT two UNIQUE (b));
-- == desired
CREATE TABLE t (a int, b int, CONSTRAINT uno UNIQUE (a), CONSTRAINT two UNIQUE (b) DEFERRABLE);
-- == up
ALTER TABLE t RENAME CONSTRAINT one TO uno;
ALTER TABLE t
    DROP CONSTRAINT two,
    ADD CONSTRAINT two UNIQUE (b) DEFERRABLE;
-- == down
ALTER TABLE t RENAME CONSTRAINT uno TO one;
ALTER TABLE t
    DROP CONSTRAINT two,
    ADD CONSTRAINT two UNIQUE (b);
