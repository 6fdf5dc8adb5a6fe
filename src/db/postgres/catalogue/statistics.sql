-- SPDX-License-Identifier: Apache-2.0
SELECT s.oid AS "@oid",
       n.nspname AS "@schema",
       CASE WHEN c.relnamespace = s.stxnamespace THEN c.relname END AS "@table",
       s.stxname AS "@name",
       regexp_replace(pg_get_statisticsobjdef(s.oid),
           '^CREATE STATISTICS ("([^"]|"")*"|[^". ]+)(\.("([^"]|"")*"|[^" (]+))? ', '')
           AS definition,
       {13:CASE WHEN s.stxstattarget >= 0 THEN s.stxstattarget END|NULL} AS target
FROM pg_statistic_ext s
  JOIN pg_class c ON c.oid = s.stxrelid
  JOIN pg_namespace n ON n.oid = s.stxnamespace
WHERE {user n} {own 3381 s.oid}
