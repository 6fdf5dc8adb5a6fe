-- SPDX-License-Identifier: Apache-2.0
-- Catalogue entries that stand for another object in pg_depend.
-- What an extension brought: the extension.
SELECT classid, objid, 0, refclassid, refobjid, 0 FROM pg_depend WHERE deptype = 'e'
-- A row type: its relation; an array: its element; a multirange: its range.
UNION ALL
SELECT 1247, t.oid, 0, 1259, t.typrelid, 0 FROM pg_type t WHERE t.typrelid <> 0 AND t.oid >= 16384
UNION ALL
SELECT 1247, t.typarray, 0, 1247, t.oid, 0 FROM pg_type t WHERE t.typarray <> 0 AND t.oid >= 16384
{14:UNION ALL
SELECT 1247, r.rngmultitypid, 0, 1247, r.rngtypid, 0 FROM pg_range r WHERE r.rngtypid >= 16384|}
-- A default: its column; a view's rule: the view; a constraint's index: the constraint.
UNION ALL
SELECT 2604, d.oid, 0, 1259, d.adrelid, d.adnum FROM pg_attrdef d
UNION ALL
SELECT 2618, w.oid, 0, 1259, w.ev_class, 0 FROM pg_rewrite w WHERE w.rulename = '_RETURN' AND w.oid >= 16384
UNION ALL
SELECT 1259, k.conindid, 0, 2606, k.oid, 0 FROM pg_constraint k WHERE k.contype IN ('p', 'u', 'x')
-- The sequence of an identity column: the column.
UNION ALL
SELECT 1259, p.objid, 0, 1259, p.refobjid, p.refobjsubid
FROM pg_depend p
  JOIN pg_class c ON c.oid = p.objid
WHERE p.classid = 1259 AND p.refclassid = 1259 AND p.deptype = 'i' AND p.refobjsubid > 0 AND c.relkind = 'S'
