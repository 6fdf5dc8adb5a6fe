-- SPDX-License-Identifier: Apache-2.0
-- In pg_depend a composite type is its relation.
SELECT c.oid AS "@oid",
       n.nspname AS "@schema",
       c.relname AS "@name",
       CASE WHEN n.nspname = 'public' AND NOT pg_table_is_visible(c.oid) THEN 'true' END AS shadowed
FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'c'
  AND {user n} {own 1247 c.reltype}
