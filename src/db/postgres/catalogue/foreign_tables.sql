-- SPDX-License-Identifier: Apache-2.0
SELECT c.oid AS "@oid",
       n.nspname AS "@schema",
       'foreign table ' || c.relname AS "@name",
       'server ' || s.srvname || coalesce(' options ' || f.ftoptions::text, '') || coalesce((SELECT
           string_agg(E'\n' || quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod) || CASE
           WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END || coalesce(' ' || a.attfdwoptions::text, ''), ''
           ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT
           a.attisdropped), '') AS definition
FROM pg_foreign_table f
  JOIN pg_class c ON c.oid = f.ftrelid
  JOIN pg_foreign_server s ON s.oid = f.ftserver
  JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {user n} {own 1259 c.oid}
