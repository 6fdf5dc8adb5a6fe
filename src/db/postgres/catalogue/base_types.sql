-- SPDX-License-Identifier: Apache-2.0
-- An operator of its own or a function of C makes a base type: what is in it, its functions say.
SELECT t.oid AS "@oid",
       n.nspname AS "@schema",
       'type ' || t.typname AS "@name",
       CASE WHEN t.typisdefined THEN 'input ' || t.typinput::regproc::text || ', output ' ||
           t.typoutput::regproc::text || ', length ' || t.typlen || ', alignment ' || t.typalign::text ||
           ', storage ' || t.typstorage::text ELSE 'not defined' END AS definition
FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype IN ('b', 'p')
  AND NOT EXISTS (SELECT FROM pg_type el WHERE el.typarray = t.oid)
  AND {user n} {own 1247 t.oid}
