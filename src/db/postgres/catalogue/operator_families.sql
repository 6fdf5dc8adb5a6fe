-- SPDX-License-Identifier: Apache-2.0
-- Of these it is said that they are there.
SELECT f.oid AS "@oid",
       n.nspname AS "@schema",
       'operator family ' || f.opfname || ' using ' || m.amname AS "@name"
FROM pg_opfamily f
  JOIN pg_am m ON m.oid = f.opfmethod
  JOIN pg_namespace n ON n.oid = f.opfnamespace
WHERE {user n} {own 2753 f.oid}
