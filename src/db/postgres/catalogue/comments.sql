-- SPDX-License-Identifier: Apache-2.0
-- An extension brings a comment: only another one is the user's.
SELECT d.classoid, d.objoid, d.objsubid, d.description, a.attname
FROM pg_description d
  LEFT JOIN pg_attribute a
    ON d.classoid = 1259 AND d.objsubid > 0 AND a.attrelid = d.objoid AND a.attnum = d.objsubid
WHERE d.objoid >= 16384
  AND NOT (d.classoid = 3079 AND EXISTS (
    SELECT FROM pg_extension e, pg_available_extensions() v
    WHERE e.oid = d.objoid AND v.name = e.extname AND v.comment = d.description))
