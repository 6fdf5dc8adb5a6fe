-- SPDX-License-Identifier: Apache-2.0
SELECT s.oid AS "@oid",
       'foreign server ' || s.srvname AS "@name",
       'wrapper ' || w.fdwname || coalesce(' options ' || s.srvoptions::text, '') AS definition
FROM pg_foreign_server s
  JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
WHERE true {own 1417 s.oid}
