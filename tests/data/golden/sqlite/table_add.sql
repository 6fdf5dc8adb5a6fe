-- A table comes with its indexes, after the one that it refers to.
-- == current
-- == desired
CREATE TABLE notes (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE
);
CREATE INDEX notes_user ON notes (user_id);
CREATE TABLE users (id INTEGER PRIMARY KEY);
-- == up
CREATE TABLE users (id INTEGER PRIMARY KEY);
CREATE TABLE notes (
  id INTEGER PRIMARY KEY,
  user_id INTEGER NOT NULL REFERENCES users ON DELETE CASCADE
);
CREATE INDEX notes_user ON notes (user_id);
-- == down
DROP TABLE notes;
DROP TABLE users;
