-- A function is replaced where it can be, and made anew where its result is another.
-- == current
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION g() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE gone() LANGUAGE sql AS 'SELECT 1';
-- == desired
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a + 1';
CREATE FUNCTION g() RETURNS text LANGUAGE sql AS 'SELECT ''x''';
CREATE PROCEDURE made(IN a integer) LANGUAGE sql AS 'SELECT 1';
-- == up
DROP FUNCTION g();
CREATE OR REPLACE FUNCTION f(a integer)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE
AS $function$SELECT a + 1$function$;
CREATE FUNCTION g()
 RETURNS text
 LANGUAGE sql
AS $function$SELECT 'x'$function$;
CREATE PROCEDURE made(IN a integer)
 LANGUAGE sql
AS $procedure$SELECT 1$procedure$;
DROP PROCEDURE gone();
-- == down
DROP FUNCTION g();
CREATE OR REPLACE FUNCTION f(a integer)
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT a$function$;
CREATE FUNCTION g()
 RETURNS integer
 LANGUAGE sql
AS $function$SELECT 1$function$;
CREATE PROCEDURE gone()
 LANGUAGE sql
AS $procedure$SELECT 1$procedure$;
DROP PROCEDURE made(integer);
