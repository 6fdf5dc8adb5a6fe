-- SPDX-License-Identifier: Apache-2.0
-- Those of partitions come from the parent.
SELECT g.oid AS "@oid",
       n.nspname AS "@schema",
       c.relname AS "@table",
       g.tgname AS "@name",
       CASE WHEN g.tgconstraint <> 0 THEN 'true' END AS constraint,
       regexp_replace(pg_get_triggerdef(g.oid, true), '^CREATE (CONSTRAINT )?TRIGGER ("([^"]|"")*"|[^" ]+) ',
           '') AS definition,
       CASE g.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS enabled
FROM pg_trigger g
  JOIN pg_class c ON c.oid = g.tgrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT g.tgisinternal {13:AND g.tgparentid = 0|}
  AND c.relpersistence <> 't'
  AND {user n} {theirs c} {own 1259 c.oid}
