-- A trigger and its function.
-- == current
CREATE TABLE t (a int);
-- == desired
CREATE TABLE t (a int);
CREATE FUNCTION same() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER r BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (new.a > 0) EXECUTE FUNCTION same();
-- == up
CREATE FUNCTION same()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$BEGIN RETURN new; END$function$;
CREATE TRIGGER r BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (new.a > 0) EXECUTE FUNCTION same();
-- == down
DROP TRIGGER r ON t;
DROP FUNCTION same();
