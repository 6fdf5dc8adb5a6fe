-- A table with a new name and a new type is renamed, then built anew.
-- rename: users=people
-- == current
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT
);
CREATE TRIGGER seen AFTER INSERT ON users BEGIN SELECT 1; END;
-- == desired
CREATE TABLE people (
  id INTEGER PRIMARY KEY,
  name BLOB
);
CREATE TRIGGER seen AFTER INSERT ON people BEGIN SELECT 1; END;
-- == up
DROP TRIGGER seen;
ALTER TABLE users RENAME TO people;
-- SQLite cannot alter people so: it is built anew.
CREATE TABLE people_new (
  id INTEGER PRIMARY KEY,
  name BLOB
);
INSERT INTO people_new (id, name)
SELECT id, name FROM people;
DROP TABLE people;
ALTER TABLE people_new RENAME TO people;
CREATE TRIGGER seen AFTER INSERT ON people BEGIN SELECT 1; END;
-- == down
DROP TRIGGER seen;
ALTER TABLE people RENAME TO users;
-- SQLite cannot alter users so: it is built anew.
CREATE TABLE users_new (
  id INTEGER PRIMARY KEY,
  name TEXT
);
INSERT INTO users_new (id, name)
SELECT id, name FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
CREATE TRIGGER seen AFTER INSERT ON users BEGIN SELECT 1; END;
