-- SPDX-License-Identifier: Apache-2.0
-- plpgsql is in every database.
SELECT e.oid AS "@oid",
       e.extname AS "@name",
       nullif(n.nspname, 'public') AS schema
FROM pg_extension e
  JOIN pg_namespace n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql'
