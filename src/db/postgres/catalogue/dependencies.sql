-- SPDX-License-Identifier: Apache-2.0
-- A sequence does not need its owner: the ownership is said when both are there.
SELECT DISTINCT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid
FROM pg_depend d
WHERE d.deptype IN ('n', 'a', 'i')
  AND d.objid >= 16384
  AND d.refobjid >= 16384
  AND NOT (d.classid = 1259 AND d.refclassid = 1259 AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
    AND EXISTS (SELECT FROM pg_class s WHERE s.oid = d.objid AND s.relkind = 'S'))
