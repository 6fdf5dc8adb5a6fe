-- SPDX-License-Identifier: Apache-2.0
SELECT t.oid AS "@oid",
       n.nspname AS "@schema",
       t.typname AS "@name",
       CASE WHEN n.nspname = 'public' AND NOT pg_type_is_visible(t.oid) THEN 'true' END AS shadowed,
       '(subtype = ' || format_type(r.rngsubtype, NULL) || CASE WHEN NOT o.opcdefault THEN
           ', subtype_opclass = ' || quote_ident(o.opcname) ELSE '' END || CASE WHEN r.rngcollation <>
           b.typcollation THEN ', collation = ' || {13:r.rngcollation::regcollation::text|(SELECT
           quote_ident(l.collname) FROM pg_collation l WHERE l.oid = r.rngcollation)} ELSE '' END || CASE
           WHEN r.rngcanonical <> 0 THEN ', canonical = ' || r.rngcanonical::text ELSE '' END || CASE WHEN
           r.rngsubdiff <> 0 THEN ', subtype_diff = ' || r.rngsubdiff::text ELSE '' END ||
           {14:', multirange_type_name = ' || format_type(r.rngmultitypid, NULL)|''} || ')' AS definition
FROM pg_range r
  JOIN pg_type t ON t.oid = r.rngtypid
  JOIN pg_namespace n ON n.oid = t.typnamespace
  JOIN pg_type b ON b.oid = r.rngsubtype
  JOIN pg_opclass o ON o.oid = r.rngsubopc
WHERE {user n} {own 1247 t.oid}
