-- Foreign keys are part of the child. The parent stays as it is.
-- == current
CREATE TABLE users (id INTEGER PRIMARY KEY);
CREATE TABLE notes (user_id INTEGER);
-- == desired
CREATE TABLE users (id INTEGER PRIMARY KEY);
CREATE TABLE notes (user_id INTEGER REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
-- == up
-- SQLite cannot alter notes so: it is built anew.
CREATE TABLE notes_new (user_id INTEGER REFERENCES users ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
INSERT INTO notes_new (user_id)
SELECT user_id FROM notes;
DROP TABLE notes;
ALTER TABLE notes_new RENAME TO notes;
-- == down
-- SQLite cannot alter notes so: it is built anew.
CREATE TABLE notes_new (user_id INTEGER);
INSERT INTO notes_new (user_id)
SELECT user_id FROM notes;
DROP TABLE notes;
ALTER TABLE notes_new RENAME TO notes;
