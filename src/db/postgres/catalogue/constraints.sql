-- SPDX-License-Identifier: Apache-2.0
-- Constraints of tables and domains. What a table has from its parent is the parent's; NOT NULL
-- (kind n since version 18) is the column's.
SELECT k.oid AS "@oid",
       CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique constraint' WHEN 'c' THEN 'check'
           WHEN 'x' THEN 'exclusion constraint' ELSE 'foreign key' END AS "@kind",
       coalesce(cn.nspname, tn.nspname) AS "@schema",
       coalesce(c.relname, t.typname) AS "@table",
       k.conname AS "@name",
       CASE WHEN k.contype <> 'f' THEN k.conindid END AS "@index",
       pg_get_constraintdef(k.oid, true) AS definition,
       CASE WHEN k.contype <> 'f' THEN {options x.reloptions} END AS options,
       CASE WHEN k.contype <> 'f' THEN (SELECT quote_ident(s.spcname) FROM pg_tablespace s WHERE s.oid =
           x.reltablespace) END AS tablespace
FROM pg_constraint k
  LEFT JOIN pg_class c ON c.oid = k.conrelid
  LEFT JOIN pg_namespace cn ON cn.oid = c.relnamespace
  LEFT JOIN pg_type t ON t.oid = k.contypid
  LEFT JOIN pg_namespace tn ON tn.oid = t.typnamespace
  LEFT JOIN pg_class x ON x.oid = k.conindid
WHERE k.contype IN ('p', 'u', 'c', 'x', 'f')
  AND k.conparentid = 0
  AND (k.conislocal OR k.coninhcount = 0)
  AND (t.oid IS NOT NULL OR c.relkind IN ('r', 'p'))
  AND c.relpersistence IS DISTINCT FROM 't'
  AND coalesce(c.relname, '') NOT IN ('gmig_revisions', 'gmig_journal')
  AND coalesce(cn.nspname, tn.nspname) <> 'information_schema'
  AND coalesce(cn.nspname, tn.nspname) !~ '^pg_'
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.deptype = 'e' AND ((e.classid = 1259 AND e.objid =
      k.conrelid) OR (e.classid = 1247 AND e.objid = k.contypid)))
