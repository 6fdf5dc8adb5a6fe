-- SPDX-License-Identifier: Apache-2.0
SELECT d.oid AS "@oid",
       n.nspname AS "@schema",
       'text search dictionary ' || d.dictname AS "@name",
       (SELECT 'template ' || t.tmplname FROM pg_ts_template t WHERE t.oid = d.dicttemplate) || coalesce(' '
           || d.dictinitoption, '') AS definition
FROM pg_ts_dict d
  JOIN pg_namespace n ON n.oid = d.dictnamespace
WHERE {user n} {own 3600 d.oid}
