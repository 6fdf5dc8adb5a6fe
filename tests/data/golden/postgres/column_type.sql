-- Another type, with the conversion where PostgreSQL does not know one; a view over it waits.
-- == current
CREATE TABLE t (a int, b text, c int);
CREATE VIEW v AS SELECT a FROM t;
-- == desired
CREATE TABLE t (a bigint, b int, c text);
CREATE VIEW v AS SELECT a FROM t;
-- == up
DROP VIEW v;
ALTER TABLE t
    ALTER COLUMN a TYPE bigint,
    ALTER COLUMN b TYPE integer USING b::integer,
    ALTER COLUMN c TYPE text;
CREATE VIEW v AS
 SELECT t.a
   FROM t;
-- == down
DROP VIEW v;
ALTER TABLE t
    ALTER COLUMN a TYPE integer,
    ALTER COLUMN b TYPE text,
    ALTER COLUMN c TYPE integer USING c::integer;
CREATE VIEW v AS
 SELECT t.a
   FROM t;
