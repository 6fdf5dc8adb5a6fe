-- SPDX-License-Identifier: Apache-2.0
-- A default of a view's column is a property of the view.
SELECT c.oid AS "@of",
       'default of column ' || a.attname AS "@property",
       pg_get_expr(d.adbin, d.adrelid, true) AS "@value"
FROM pg_attrdef d
  JOIN pg_class c ON c.oid = d.adrelid
  JOIN pg_attribute a ON a.attrelid = d.adrelid
  AND a.attnum = d.adnum
  JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'v'
  AND {user n}
