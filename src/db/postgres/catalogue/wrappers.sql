-- SPDX-License-Identifier: Apache-2.0
SELECT w.oid AS "@oid",
       'foreign data wrapper ' || w.fdwname AS "@name",
       w.fdwoptions::text AS definition
FROM pg_foreign_data_wrapper w
WHERE true {own 2328 w.oid}
