-- A composite type changes in place.
-- == current
CREATE TYPE pair AS (a integer, b text);
CREATE TYPE gone AS (a integer);
-- == desired
CREATE TYPE pair AS (a bigint, c date);
CREATE TYPE made AS (x text COLLATE "C");
-- == up
CREATE TYPE made AS (
    x text COLLATE "C"
);
ALTER TYPE pair
    DROP ATTRIBUTE b,
    ALTER ATTRIBUTE a TYPE bigint,
    ADD ATTRIBUTE c date;
DROP TYPE gone;
-- == down
CREATE TYPE gone AS (
    a integer
);
ALTER TYPE pair
    DROP ATTRIBUTE c,
    ALTER ATTRIBUTE a TYPE integer,
    ADD ATTRIBUTE b text;
DROP TYPE made;
