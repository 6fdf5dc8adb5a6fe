-- A default that is reckoned is none that ALTER TABLE can add.
-- == current
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT
);
-- == desired
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT,
  made TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
-- == up
-- SQLite cannot alter users so: it is built anew.
CREATE TABLE users_new (
  id INTEGER PRIMARY KEY,
  name TEXT,
  made TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO users_new (id, name)
SELECT id, name FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
-- == down
ALTER TABLE users DROP COLUMN made;
