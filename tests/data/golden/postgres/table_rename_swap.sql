-- Two tables that change names do so by a third name.
-- rename: a=b
-- rename: b=a
-- == current
CREATE TABLE a (x int);
CREATE TABLE b (y text);
-- == desired
CREATE TABLE b (x int);
CREATE TABLE a (y text);
-- == up
ALTER TABLE b RENAME TO a_gmig;
ALTER TABLE a RENAME TO b;
ALTER TABLE a_gmig RENAME TO a;
-- == down
ALTER TABLE b RENAME TO a_gmig;
ALTER TABLE a RENAME TO b;
ALTER TABLE a_gmig RENAME TO a;
