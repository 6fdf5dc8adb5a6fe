-- A new table has the name that a renamed one had; the other way round it goes first.
-- rename: a=b
-- == current
CREATE TABLE a (x INTEGER);
CREATE TABLE child (x INTEGER, y TEXT);
-- == desired
CREATE TABLE b (x INTEGER);
CREATE TABLE a (z TEXT);
CREATE TABLE child (x INTEGER, y TEXT);
-- == up
ALTER TABLE a RENAME TO b;
CREATE TABLE a (z TEXT);
-- == down
DROP TABLE a;
ALTER TABLE b RENAME TO a;
