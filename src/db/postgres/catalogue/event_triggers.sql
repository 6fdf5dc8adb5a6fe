-- SPDX-License-Identifier: Apache-2.0
SELECT g.oid AS "@oid",
       g.evtname AS "@name",
       g.evtevent AS event,
       (SELECT string_agg(quote_literal(v), ', ') FROM unnest(g.evttags) v) AS tags,
       g.evtfoid::regproc::text AS function,
       CASE g.evtenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'replica' WHEN 'A' THEN 'always' END AS
           enabled
FROM pg_event_trigger g
WHERE true {own 3466 g.oid}
