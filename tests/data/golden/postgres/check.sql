-- A check that changes is made anew.
-- == current
CREATE TABLE t (a int, CONSTRAINT low CHECK (a > 0));
-- == desired
CREATE TABLE t (a int, CONSTRAINT low CHECK (a > 1), CONSTRAINT high CHECK (a < 9) NOT VALID);
-- == up
ALTER TABLE t
    DROP CONSTRAINT low,
    ADD CONSTRAINT low CHECK (a > 1),
    ADD CONSTRAINT high CHECK (a < 9);
-- == down
ALTER TABLE t
    DROP CONSTRAINT high,
    DROP CONSTRAINT low,
    ADD CONSTRAINT low CHECK (a > 0);
