-- SPDX-License-Identifier: Apache-2.0
SELECT x.oid AS "@oid",
       n.nspname AS "@schema",
       c.relname AS "@table",
       x.relname AS "@name",
       CASE WHEN i.indisunique THEN 'true' END AS unique,
       (SELECT nullif(quote_ident(m.amname), 'btree') FROM pg_am m WHERE m.oid = x.relam) AS method,
       -- The names are the object's, and change when it is renamed.
       regexp_replace(pg_get_indexdef(x.oid, 0, true), '^CREATE (UNIQUE )?INDEX ("([^"]|"")*"|[^" ]+) ON '
           '(ONLY )?("([^"]|"")*"|[^". ]+)(\.("([^"]|"")*"|[^" ]+))? USING ("([^"]|"")*"|[^" ]+) ', '')
           AS definition,
       (SELECT quote_ident(s.spcname) FROM pg_tablespace s WHERE s.oid = x.reltablespace) AS tablespace,
       CASE WHEN NOT i.indisvalid THEN 'false' END AS valid,
       (SELECT string_agg(a.attnum || '=' || a.attstattarget, ', ' ORDER BY a.attnum) FROM pg_attribute a
           WHERE a.attrelid = x.oid AND a.attstattarget >= 0) AS statistics
FROM pg_index i
  JOIN pg_class x ON x.oid = i.indexrelid
  JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm')
  AND c.relpersistence <> 't'
  AND NOT x.relispartition
  AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x'))
  AND {user n} {theirs c} {own 1259 c.oid}
