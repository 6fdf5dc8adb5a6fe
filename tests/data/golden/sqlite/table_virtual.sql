-- A virtual table is made and dropped as it stands.
-- == current
-- == desired
CREATE VIRTUAL TABLE found USING fts5(title, body);
-- == up
CREATE VIRTUAL TABLE found USING fts5(title, body);
-- == down
DROP TABLE found;
