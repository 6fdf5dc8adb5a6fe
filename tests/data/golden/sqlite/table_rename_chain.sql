-- Each table is renamed when the name it wants is free.
-- rename: a=b
-- rename: b=c
-- == current
CREATE TABLE a (x INTEGER);
CREATE TABLE b (y TEXT);
-- == desired
CREATE TABLE b (x INTEGER);
CREATE TABLE c (y TEXT);
-- == up
ALTER TABLE b RENAME TO c;
ALTER TABLE a RENAME TO b;
-- == down
ALTER TABLE b RENAME TO a;
ALTER TABLE c RENAME TO b;
