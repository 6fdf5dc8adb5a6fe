-- A trigger that speaks of a table that is built anew is taken away in the meantime.
-- == current
CREATE TABLE t (a INTEGER);
CREATE TABLE log (a INTEGER);
CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END;
-- == desired
CREATE TABLE t (a INTEGER);
CREATE TABLE log (a TEXT);
CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END;
-- == up
DROP TRIGGER r;
-- SQLite cannot alter log so: it is built anew.
CREATE TABLE log_new (a TEXT);
INSERT INTO log_new (a)
SELECT a FROM log;
DROP TABLE log;
ALTER TABLE log_new RENAME TO log;
CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END;
-- == down
DROP TRIGGER r;
-- SQLite cannot alter log so: it is built anew.
CREATE TABLE log_new (a INTEGER);
INSERT INTO log_new (a)
SELECT a FROM log;
DROP TABLE log;
ALTER TABLE log_new RENAME TO log;
CREATE TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a); END;
