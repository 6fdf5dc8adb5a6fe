-- Without a default nothing says what stands in the rows that are there: they are refused.
-- == current
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT
);
-- == desired
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT,
  email TEXT NOT NULL
);
-- == up
-- SQLite cannot alter users so: it is built anew.
CREATE TABLE users_new (
  id INTEGER PRIMARY KEY,
  name TEXT,
  email TEXT NOT NULL
);
INSERT INTO users_new (id, name)
SELECT id, name FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
-- == down
ALTER TABLE users DROP COLUMN email;
