-- A renamed table takes along what belongs to it and what refers to it; its trigger and view are as they are wanted.
-- rename: users=people
-- == current
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
CREATE INDEX by_name ON users (name);
CREATE TABLE notes (user_id INTEGER REFERENCES users);
CREATE TRIGGER gone AFTER DELETE ON users BEGIN DELETE FROM notes WHERE user_id = old.id; END;
CREATE VIEW names AS SELECT name FROM users;
-- == desired
CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
CREATE INDEX by_name ON people (name);
CREATE TABLE notes (user_id INTEGER REFERENCES people);
CREATE TRIGGER gone AFTER DELETE ON people BEGIN DELETE FROM notes WHERE user_id = old.id; END;
CREATE VIEW names AS SELECT name FROM people;
-- == up
DROP VIEW names;
DROP TRIGGER gone;
ALTER TABLE users RENAME TO people;
CREATE VIEW names AS SELECT name FROM people;
CREATE TRIGGER gone AFTER DELETE ON people BEGIN DELETE FROM notes WHERE user_id = old.id; END;
-- == down
DROP VIEW names;
DROP TRIGGER gone;
ALTER TABLE people RENAME TO users;
CREATE VIEW names AS SELECT name FROM users;
CREATE TRIGGER gone AFTER DELETE ON users BEGIN DELETE FROM notes WHERE user_id = old.id; END;
