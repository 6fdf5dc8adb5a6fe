-- SPDX-License-Identifier: Apache-2.0
SELECT c.oid AS "@oid",
       n.nspname AS "@schema",
       'text search configuration ' || c.cfgname AS "@name",
       (SELECT 'parser ' || r.prsname FROM pg_ts_parser r WHERE r.oid = c.cfgparser) || (SELECT coalesce(string_agg(E'\nmapping ' || m.maptokentype || ' ' ||
           m.mapseqno || ' ' || m.mapdict::regdictionary::text, '' ORDER BY m.maptokentype, m.mapseqno), '')
           FROM pg_ts_config_map m WHERE m.mapcfg = c.oid) AS definition
FROM pg_ts_config c
  JOIN pg_namespace n ON n.oid = c.cfgnamespace
WHERE {user n} {own 3602 c.oid}
