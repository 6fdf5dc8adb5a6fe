-- A unique column wants an index in the table itself.
-- == current
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT
);
-- == desired
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT,
  email TEXT UNIQUE
);
-- == up
-- SQLite cannot alter users so: it is built anew.
CREATE TABLE users_new (
  id INTEGER PRIMARY KEY,
  name TEXT,
  email TEXT UNIQUE
);
INSERT INTO users_new (id, name)
SELECT id, name FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
-- == down
-- SQLite cannot alter users so: it is built anew.
CREATE TABLE users_new (
  id INTEGER PRIMARY KEY,
  name TEXT
);
INSERT INTO users_new (id, name)
SELECT id, name FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
