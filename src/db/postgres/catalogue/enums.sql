-- SPDX-License-Identifier: Apache-2.0
SELECT t.oid AS "@oid",
       n.nspname AS "@schema",
       t.typname AS "@name",
       e.enumlabel AS "@label",
       CASE WHEN n.nspname = 'public' AND NOT pg_type_is_visible(t.oid) THEN 'true' END AS shadowed
FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_enum e ON e.enumtypid = t.oid
WHERE t.typtype = 'e'
  AND {user n} {own 1247 t.oid}
ORDER BY t.oid,
       e.enumsortorder
