-- SPDX-License-Identifier: Apache-2.0
SELECT t.oid AS "@oid",
       n.nspname AS "@schema",
       t.typname AS "@name",
       CASE WHEN n.nspname = 'public' AND NOT pg_type_is_visible(t.oid) THEN 'true' END AS shadowed,
       format_type(t.typbasetype, t.typtypmod) AS type,
       CASE WHEN t.typnotnull THEN 'true' END AS "not null",
       coalesce(pg_get_expr(t.typdefaultbin, 0, true), t.typdefault) AS default,
       CASE WHEN t.typcollation <> b.typcollation THEN {13:t.typcollation::regcollation::text|(SELECT
           quote_ident(l.collname) FROM pg_collation l WHERE l.oid = t.typcollation)} END AS collation
FROM pg_type t
  JOIN pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_type b ON b.oid = t.typbasetype
WHERE t.typtype = 'd'
  AND {user n} {own 1247 t.oid}
