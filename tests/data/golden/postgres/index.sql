-- Indexes are made and dropped by themselves; one that changes is made anew.
-- == current
CREATE TABLE t (a int, b text);
CREATE INDEX changes ON t (a);
CREATE INDEX goes ON t (b);
-- == desired
CREATE TABLE t (a int, b text);
CREATE UNIQUE INDEX changes ON t (a DESC) INCLUDE (b);
CREATE INDEX comes ON t (lower(b) text_pattern_ops, a) WHERE b <> '';
-- == up
DROP INDEX goes;
DROP INDEX changes;
CREATE UNIQUE INDEX changes ON t (a DESC) INCLUDE (b);
CREATE INDEX comes ON t (lower(b) text_pattern_ops, a) WHERE b <> ''::text;
-- == down
DROP INDEX comes;
DROP INDEX changes;
CREATE INDEX changes ON t (a);
CREATE INDEX goes ON t (b);
