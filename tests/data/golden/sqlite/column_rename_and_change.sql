-- A column with a new name and a new type is renamed, then the table is built anew.
-- rename: users.mail=email
-- == current
CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT UNIQUE);
CREATE TABLE notes (mail TEXT REFERENCES users (mail));
-- == desired
CREATE TABLE users (id INTEGER PRIMARY KEY, email BLOB UNIQUE);
CREATE TABLE notes (mail TEXT REFERENCES users (email));
-- == up
ALTER TABLE users RENAME COLUMN mail TO email;
-- SQLite cannot alter users so: it is built anew.
CREATE TABLE users_new (id INTEGER PRIMARY KEY, email BLOB UNIQUE);
INSERT INTO users_new (id, email)
SELECT id, email FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
-- == down
ALTER TABLE users RENAME COLUMN email TO mail;
-- SQLite cannot alter users so: it is built anew.
CREATE TABLE users_new (id INTEGER PRIMARY KEY, mail TEXT UNIQUE);
INSERT INTO users_new (id, mail)
SELECT id, mail FROM users;
DROP TABLE users;
ALTER TABLE users_new RENAME TO users;
