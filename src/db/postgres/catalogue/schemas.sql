-- SPDX-License-Identifier: Apache-2.0
-- public is always there: its own properties alone could differ.
SELECT n.oid AS "@oid",
       n.nspname AS "@name"
FROM pg_namespace n
WHERE {user n}
  AND n.nspname <> 'public'
  AND NOT (n.nspname ~ '^gmig(_|$)' AND EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = n.oid AND c.relname =
      'gmig_revisions')) {own 2615 n.oid}
