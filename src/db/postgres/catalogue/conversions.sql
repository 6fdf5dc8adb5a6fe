-- SPDX-License-Identifier: Apache-2.0
SELECT c.oid AS "@oid",
       n.nspname AS "@schema",
       'conversion ' || c.conname AS "@name",
       pg_encoding_to_char(c.conforencoding) || ' to ' || pg_encoding_to_char(c.contoencoding) || ' from ' ||
           c.conproc::text AS definition
FROM pg_conversion c
  JOIN pg_namespace n ON n.oid = c.connamespace
WHERE {user n} {own 2607 c.oid}
