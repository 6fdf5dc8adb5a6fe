-- Indexes are made and dropped by themselves; one that changes is made anew.
-- == current
CREATE TABLE t (a INTEGER, b TEXT);
CREATE INDEX stays ON t (a);
CREATE INDEX changes ON t (a);
CREATE INDEX goes ON t (b);
-- == desired
CREATE TABLE t (a INTEGER, b TEXT);
CREATE INDEX stays ON t (a ASC);
CREATE UNIQUE INDEX changes ON t (a DESC);
CREATE INDEX comes ON t (lower(b) COLLATE NOCASE, a) WHERE b <> '';
-- == up
DROP INDEX goes;
DROP INDEX changes;
CREATE UNIQUE INDEX changes ON t (a DESC);
CREATE INDEX comes ON t (lower(b) COLLATE NOCASE, a) WHERE b <> '';
-- == down
DROP INDEX comes;
DROP INDEX changes;
CREATE INDEX changes ON t (a);
CREATE INDEX goes ON t (b);
