-- Two tables that change names do so by a third name.
-- rename: a=b
-- rename: b=a
-- == current
CREATE TABLE a (x INTEGER);
CREATE TABLE b (y TEXT);
-- == desired
CREATE TABLE b (x INTEGER);
CREATE TABLE a (y TEXT);
-- == up
ALTER TABLE a RENAME TO a_old;
ALTER TABLE b RENAME TO a;
ALTER TABLE a_old RENAME TO b;
-- == down
ALTER TABLE a RENAME TO a_old;
ALTER TABLE b RENAME TO a;
ALTER TABLE a_old RENAME TO b;
