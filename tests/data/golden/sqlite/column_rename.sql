-- A renamed column takes along what speaks of it.
-- rename: users.mail=email
-- == current
CREATE TABLE users (id INTEGER PRIMARY KEY, mail TEXT CHECK (mail <> ''));
CREATE INDEX by_mail ON users (mail);
-- == desired
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT CHECK (email <> ''));
CREATE INDEX by_mail ON users (email);
-- == up
ALTER TABLE users RENAME COLUMN mail TO email;
-- == down
ALTER TABLE users RENAME COLUMN email TO mail;
