-- SPDX-License-Identifier: Apache-2.0
SELECT p.oid AS "@oid",
       'publication ' || p.pubname AS "@name",
       CASE WHEN p.puballtables THEN 'all tables' ELSE coalesce((SELECT string_agg(r.prrelid::regclass::text,
           ', ' ORDER BY r.prrelid::regclass::text) FROM pg_publication_rel r WHERE r.prpubid = p.oid),
           'no tables') END || concat_ws(', ', ':', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN
           p.pubupdate THEN 'update' END, CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate
           THEN 'truncate' END) AS definition
FROM pg_publication p
WHERE true {own 6104 p.oid}
