-- SPDX-License-Identifier: Apache-2.0
SELECT c.oid AS "@oid",
       n.nspname AS "@schema",
       c.collname AS "@name",
       '(provider = ' || CASE c.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END ||
           CASE WHEN c.collprovider <> 'c' THEN ', locale = ' ||
           quote_literal({17:c.colllocale|{15:c.colliculocale|c.collcollate}}) WHEN c.collcollate =
           c.collctype THEN ', locale = ' || quote_literal(c.collcollate) ELSE ', lc_collate = ' ||
           quote_literal(c.collcollate) || ', lc_ctype = ' || quote_literal(c.collctype) END ||
           {16:coalesce(', rules = ' || quote_literal(c.collicurules), '')|''} || CASE WHEN
           c.collisdeterministic THEN '' ELSE ', deterministic = false' END || ')' AS definition
FROM pg_collation c
  JOIN pg_namespace n ON n.oid = c.collnamespace
WHERE {user n} {own 3456 c.oid}
