-- SPDX-License-Identifier: Apache-2.0
-- Columns of tables, and attributes of composite types. A column that is just as its parent's is the
-- parent's: what changes there reaches it.
SELECT c.oid AS "@oid",
       a.attnum AS "@sub",
       n.nspname AS "@schema",
       c.relname AS "@table",
       a.attname AS "@name",
       a.attnum AS "@position",
       format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attcollation <> t.typcollation THEN
           {13:a.attcollation::regcollation::text|(SELECT quote_ident(l.collname) FROM pg_collation l
           WHERE l.oid = a.attcollation)} END AS collation,
       CASE WHEN a.attnotnull THEN 'true' END AS "not null",
       CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid, true) END AS default,
       CASE a.attgenerated WHEN 's' THEN '(' || pg_get_expr(d.adbin, d.adrelid, true) || ') STORED'
           WHEN 'v' THEN '(' || pg_get_expr(d.adbin, d.adrelid, true) || ') VIRTUAL' END AS generated,
       CASE a.attidentity WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END AS identity,
       qc.relname AS "identity sequence",
       nullif(q.seqstart, CASE WHEN q.seqincrement > 0 THEN q.seqmin ELSE q.seqmax END) AS "identity start",
       nullif(q.seqincrement, 1) AS "identity increment",
       nullif(q.seqmin, CASE WHEN q.seqincrement > 0 THEN 1 ELSE {least q.seqtypid} END) AS "identity min",
       nullif(q.seqmax, CASE WHEN q.seqincrement > 0 THEN {greatest q.seqtypid} ELSE -1 END)
           AS "identity max",
       nullif(q.seqcache, 1) AS "identity cache",
       CASE WHEN q.seqcycle THEN 'true' END AS "identity cycle",
       CASE WHEN a.attstorage <> t.typstorage AND c.relkind <> 'c' THEN
           CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN'
           ELSE 'EXTENDED' END END AS storage,
       {14:CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END|NULL} AS compression,
       CASE WHEN a.attstattarget >= 0 THEN a.attstattarget END AS statistics,
       {options a.attoptions} AS options
FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN (pg_depend p JOIN pg_sequence q ON q.seqrelid = p.objid JOIN pg_class qc ON qc.oid = q.seqrelid)
    ON a.attidentity <> '' AND p.classid = 1259 AND p.refclassid = 1259 AND p.refobjid = a.attrelid
    AND p.refobjsubid = a.attnum AND p.deptype = 'i'
WHERE a.attnum > 0
  AND NOT a.attisdropped
  AND c.relkind IN ('r', 'p', 'c')
  AND c.relpersistence <> 't'
  AND {user n} {theirs c} {own 1259 c.oid}
  AND NOT (a.attinhcount > 0 AND (c.relispartition OR NOT a.attislocal) AND EXISTS (
    SELECT FROM pg_inherits h
      JOIN pg_attribute b ON b.attrelid = h.inhparent AND b.attname = a.attname
      LEFT JOIN pg_attrdef e ON e.adrelid = b.attrelid AND e.adnum = b.attnum
    WHERE h.inhrelid = c.oid
      AND a.attnotnull = b.attnotnull
      AND pg_get_expr(d.adbin, d.adrelid) IS NOT DISTINCT FROM pg_get_expr(e.adbin, e.adrelid)
      AND a.attstorage = b.attstorage
      AND a.attstattarget IS NOT DISTINCT FROM b.attstattarget
      {14:AND a.attcompression = b.attcompression|}
      AND a.attoptions IS NOT DISTINCT FROM b.attoptions))
