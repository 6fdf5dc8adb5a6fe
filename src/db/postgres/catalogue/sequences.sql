-- SPDX-License-Identifier: Apache-2.0
-- The sequence of an identity column is part of the column.
SELECT c.oid AS "@oid",
       n.nspname AS "@schema",
       c.relname AS "@name",
       CASE WHEN n.nspname = 'public' AND NOT pg_table_is_visible(c.oid) THEN 'true' END AS shadowed,
       CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence,
       nullif(format_type(s.seqtypid, NULL), 'bigint') AS type,
       nullif(s.seqstart, CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END) AS start,
       nullif(s.seqincrement, 1) AS increment,
       nullif(s.seqmin, CASE WHEN s.seqincrement > 0 THEN 1 ELSE {least s.seqtypid} END) AS min,
       nullif(s.seqmax, CASE WHEN s.seqincrement > 0 THEN {greatest s.seqtypid} ELSE -1 END) AS max,
       nullif(s.seqcache, 1) AS cache,
       CASE WHEN s.seqcycle THEN 'true' END AS cycle,
       o.refobjid::regclass::text || '.' || quote_ident(a.attname) AS "owned by"
FROM pg_sequence s
  JOIN pg_class c ON c.oid = s.seqrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend o ON o.classid = 1259 AND o.objid = c.oid AND o.objsubid = 0
    AND o.refclassid = 1259 AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0
  LEFT JOIN pg_attribute a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
WHERE c.relpersistence <> 't'
  AND o.deptype IS DISTINCT FROM 'i'
  AND {user n}
  AND NOT EXISTS (SELECT FROM pg_class w WHERE w.oid = o.refobjid AND w.relname IN ('gmig_revisions',
      'gmig_journal')) {own 1259 c.oid}
