-- SPDX-License-Identifier: Apache-2.0
SELECT w.oid AS "@oid",
       n.nspname AS "@schema",
       c.relname AS "@table",
       w.rulename AS "@name",
       regexp_replace(pg_get_ruledef(w.oid, true), '^CREATE RULE ("([^"]|"")*"|[^" ]+) AS\s+(.*);\s*$', '\3')
           AS definition,
       CASE w.ev_enabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS
           enabled
FROM pg_rewrite w
  JOIN pg_class c ON c.oid = w.ev_class
  JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE w.rulename <> '_RETURN'
  AND {user n} {theirs c} {own 1259 c.oid}
