-- SPDX-License-Identifier: Apache-2.0
SELECT c.oid AS "@oid",
       'cast ' || format_type(c.castsource, NULL) || ' as ' || format_type(c.casttarget, NULL) AS "@name",
       'CREATE CAST (' || format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) ||
           ') ' || CASE c.castmethod WHEN 'i' THEN 'WITH INOUT' WHEN 'b' THEN 'WITHOUT FUNCTION' ELSE
           'WITH FUNCTION ' || c.castfunc::regprocedure::text END || CASE c.castcontext WHEN 'a' THEN
           ' AS ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' ELSE '' END AS definition
FROM pg_cast c
WHERE c.oid >= 16384 {own 2605 c.oid}
  -- A range type brings one.
  AND NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 2605 AND i.objid = c.oid AND i.deptype = 'i')
