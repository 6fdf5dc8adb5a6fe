-- Statements that are hard to split; sqlite3 and gmig must do the same with them.
CREATE TABLE t (id INTEGER, name TEXT); CREATE TABLE [semi;colon] (`a;b` INTEGER, "c;d" TEXT);
/* a comment; with /* no nesting */ INSERT INTO t VALUES (1, 'one;two'), (2, 'it''s; fine');
CREATE TRIGGER tr AFTER INSERT ON t WHEN NEW.id > 100 BEGIN
    UPDATE t SET name = CASE WHEN NEW.id > 200 THEN 'big; one' ELSE 'end;' END WHERE id = NEW.id;
    INSERT INTO [semi;colon] VALUES (NEW.id, 'x'); -- a comment; here
END;
CREATE TEMP TRIGGER own AFTER DELETE ON t BEGIN SELECT 1; END;
INSERT INTO t VALUES (150, 'a'), (250, 'b');
CREATE VIEW v AS SELECT CASE id WHEN 1 THEN 'begin' ELSE 'end' END AS "begin;end" FROM t;
INSERT INTO t VALUES (3, 'C:\path;'), (4, x'3b3b');;
CREATE TABLE "end" ("begin" TEXT DEFAULT 'begin;', [case] INTEGER);
INSERT INTO "end" VALUES ('x', 1); -- a comment; at the end
CREATE INDEX i ON t (name) WHERE name <> ';'
