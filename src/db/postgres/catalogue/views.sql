-- SPDX-License-Identifier: Apache-2.0
SELECT c.oid AS "@oid",
       CASE c.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END AS "@kind",
       n.nspname AS "@schema",
       c.relname AS "@name",
       CASE WHEN n.nspname = 'public' AND NOT pg_table_is_visible(c.oid) THEN 'true' END AS shadowed,
       regexp_replace(pg_get_viewdef(c.oid, true), ';\s*$', '') AS definition,
       (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN
           a.attcollation <> t.typcollation THEN {13: ' COLLATE ' || a.attcollation::regcollation::text|''}
           ELSE '' END, ', ' ORDER BY a.attnum) FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
           WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
       {options ARRAY(SELECT v FROM unnest(c.reloptions) v WHERE v NOT LIKE 'check_option=%')} AS options,
       (SELECT upper(substr(v, 14)) FROM unnest(c.reloptions) v WHERE v LIKE 'check_option=%') AS "check option",
       (SELECT quote_ident(s.spcname) FROM pg_tablespace s WHERE s.oid = c.reltablespace) AS tablespace,
       (SELECT nullif(m.amname, 'heap') FROM pg_am m WHERE m.oid = c.relam) AS "access method"
FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('v', 'm')
  AND c.relpersistence <> 't'
  AND {user n} {own 1259 c.oid}
