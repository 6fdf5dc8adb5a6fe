-- SPDX-License-Identifier: Apache-2.0
-- The text of a body in quotes names objects that pg_depend knows nothing of.
SELECT p.oid AS "@oid",
       CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END AS "@kind",
       n.nspname AS "@schema",
       quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')' AS "@name",
       CASE WHEN n.nspname = 'public' AND NOT pg_function_is_visible(p.oid) THEN 'true' END AS shadowed,
       rtrim(substr(pg_get_functiondef(p.oid), length('CREATE OR REPLACE ' || CASE p.prokind WHEN 'p' THEN
           'PROCEDURE ' ELSE 'FUNCTION ' END || quote_ident(n.nspname) || '.' || quote_ident(p.proname)) +
           1), E'\n') AS definition,
       pg_get_function_arguments(p.oid) AS arguments,
       pg_get_function_result(p.oid) AS result,
       CASE WHEN l.lanname = 'sql' {14:AND p.prosqlbody IS NULL|} THEN p.prosrc END AS "@source"
FROM pg_proc p
  JOIN pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_language l ON l.oid = p.prolang
WHERE p.prokind IN ('f', 'p', 'w')
  AND {user n} {own 1255 p.oid}
-- those that a range type brought
  AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 1255 AND i.objid = p.oid AND i.deptype = 'i')
