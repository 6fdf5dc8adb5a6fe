-- Statements that are hard to split; psql and gmig must do the same with them.
\restrict abcdef
CREATE TABLE t (id INTEGER, name TEXT); CREATE TABLE "semi;colon" (id INTEGER);
/* a comment; with /* another; */ inside */ INSERT INTO t VALUES (1, 'one;two'), (2, 'it''s; fine');
INSERT INTO t VALUES (3, E'back\'s;lash'), (4, $$dollar; 'quoted'$$), (5, $tag$a $$; b$tag$);
INSERT INTO t VALUES (6, 'one;'
    'two;three');
INSERT INTO t VALUES (7, U&'d\0061t\+000061;'), (8, 'C:\path;');
CREATE FUNCTION plain() RETURNS INTEGER LANGUAGE sql AS $body$ SELECT 1; SELECT 2; $body$;
CREATE FUNCTION fn_atomic(a INTEGER) RETURNS INTEGER LANGUAGE sql
BEGIN ATOMIC
    SELECT CASE WHEN a > 0 THEN 1 ELSE CASE a WHEN 0 THEN 0 ELSE 2 END END;
    SELECT a + 1;
END;
CREATE OR REPLACE PROCEDURE atomic_too() LANGUAGE sql
BEGIN ATOMIC
    INSERT INTO t VALUES (100, 'begin; end');
    DELETE FROM t WHERE id = 101;
END;
CREATE FUNCTION trigger_function() RETURNS trigger LANGUAGE plpgsql AS '
BEGIN
    NEW.name := ''x;y'';
    RETURN NEW;
END;';
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION trigger_function();
CREATE RULE r AS ON DELETE TO "semi;colon" DO ALSO (INSERT INTO t VALUES (9, 'a'); INSERT INTO t VALUES (10, 'b;'));
COPY t (id, name) FROM stdin;
11	copied; row
12	\N
13	with 'quotes' and \\ backslash
\.
CREATE TABLE "case" ("end" INTEGER, "begin" TEXT DEFAULT 'begin atomic');;
INSERT INTO "case" VALUES (1); -- a comment; at the end
DO $$ BEGIN PERFORM 1; END; $$;
SELECT 'a' /* ; */ ;
\unrestrict abcdef
COMMENT ON TABLE t IS 'the last; one'
