-- SQLite does not tell case apart: only a table that is built anew gets the new spelling.
-- == current
CREATE TABLE users (a INTEGER);
CREATE TABLE notes (a INTEGER);
-- == desired
CREATE TABLE Users (a INTEGER, b TEXT);
CREATE TABLE Notes (a TEXT);
-- == up
ALTER TABLE "Users" ADD COLUMN b TEXT;
-- SQLite cannot alter Notes so: it is built anew.
CREATE TABLE "Notes_new" (a TEXT);
INSERT INTO "Notes_new" (a)
SELECT a FROM "Notes";
DROP TABLE "Notes";
ALTER TABLE "Notes_new" RENAME TO "Notes";
-- == down
ALTER TABLE users DROP COLUMN b;
-- SQLite cannot alter notes so: it is built anew.
CREATE TABLE notes_new (a INTEGER);
INSERT INTO notes_new (a)
SELECT a FROM notes;
DROP TABLE notes;
ALTER TABLE notes_new RENAME TO notes;
