-- SPDX-License-Identifier: Apache-2.0
SELECT p.oid AS "@oid",
       n.nspname AS "@schema",
       c.relname AS "@table",
       p.polname AS "@name",
       CASE WHEN NOT p.polpermissive THEN 'true' END AS restrictive,
       CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN
           'DELETE' END AS command,
       (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ' ORDER
           BY pg_get_userbyid(r)) FROM unnest(p.polroles) r WHERE p.polroles <> '{0}') AS roles,
       pg_get_expr(p.polqual, p.polrelid, true) AS using,
       pg_get_expr(p.polwithcheck, p.polrelid, true) AS "with check"
FROM pg_policy p
  JOIN pg_class c ON c.oid = p.polrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE {user n} {theirs c} {own 1259 c.oid}
