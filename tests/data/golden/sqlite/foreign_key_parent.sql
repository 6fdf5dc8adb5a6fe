-- A parent that is built anew keeps its children, ON DELETE CASCADE or not.
-- == current
CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE notes (user_id INTEGER REFERENCES users ON DELETE CASCADE);
-- == desired
CREATE TABLE users (id INTEGER PRIMARY KEY, name BLOB);
CREATE TABLE notes (user_id INTEGER REFERENCES users ON DELETE CASCADE);
-- == up
-- SQLite cannot alter users so: it is built anew.
CREATE TABLE users_new (id INTEGER PRIMARY KEY, name BLOB);
INSERT INTO users_new (id, name)
SELECT id, name FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
-- == down
-- SQLite cannot alter users so: it is built anew.
CREATE TABLE users_new (id INTEGER PRIMARY KEY, name TEXT);
INSERT INTO users_new (id, name)
SELECT id, name FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
