-- Labels that come are added; the way back makes the type anew.
-- rename: mood.glad=happy
-- == current
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (m mood DEFAULT 'sad');
-- == desired
CREATE TYPE mood AS ENUM ('sad', 'fine', 'happy');
CREATE TABLE t (m mood DEFAULT 'sad');
-- == up
ALTER TYPE mood RENAME VALUE 'glad' TO 'happy';
ALTER TYPE mood ADD VALUE 'fine' AFTER 'sad';
-- == down
-- Rows that have the value fine make this fail: give them another first.
ALTER TYPE mood RENAME TO mood_old;
CREATE TYPE mood AS ENUM ('sad', 'glad');
ALTER TABLE t
    ALTER COLUMN m DROP DEFAULT,
    ALTER COLUMN m TYPE mood USING m::text::mood,
    ALTER COLUMN m SET DEFAULT 'sad'::mood;
DROP TYPE mood_old;
