-- SPDX-License-Identifier: Apache-2.0
SELECT c.oid AS "@oid",
       n.nspname AS "@schema",
       c.relname AS "@name",
       CASE WHEN n.nspname = 'public' AND NOT pg_table_is_visible(c.oid) THEN 'true' END AS shadowed,
       CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
       concat_ws(', ', {options c.reloptions}, (SELECT {options ARRAY(SELECT 'toast.' || v FROM
           unnest(tt.reloptions) v)} FROM pg_class tt WHERE tt.oid = c.reltoastrelid)) AS options,
       (SELECT quote_ident(s.spcname) FROM pg_tablespace s WHERE s.oid = c.reltablespace) AS tablespace,
       (SELECT nullif(m.amname, 'heap') FROM pg_am m WHERE m.oid = c.relam) AS "access method",
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END AS "partition by",
       CASE WHEN c.relispartition THEN (SELECT h.inhparent::regclass::text FROM pg_inherits h WHERE
           h.inhrelid = c.oid) END AS "partition of",
       pg_get_expr(c.relpartbound, c.oid) AS bound,
       CASE WHEN NOT c.relispartition THEN (SELECT string_agg(h.inhparent::regclass::text, ', ' ORDER BY
           h.inhseqno) FROM pg_inherits h WHERE h.inhrelid = c.oid) END AS inherits,
       CASE WHEN c.reloftype <> 0 THEN c.reloftype::regtype::text END AS "of type",
       CASE WHEN c.relrowsecurity THEN 'true' END AS "row security",
       CASE WHEN c.relforcerowsecurity THEN 'true' END AS "force row security",
       CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' WHEN 'i' THEN 'USING INDEX ' ||
           (SELECT quote_ident(x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE
           i.indrelid = c.oid AND i.indisreplident) END AS "replica identity",
       (SELECT quote_ident(x.relname) FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE
           i.indrelid = c.oid AND i.indisclustered) AS "cluster on"
FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p')
  AND c.relpersistence <> 't'
  AND {user n} {theirs c} {own 1259 c.oid}
