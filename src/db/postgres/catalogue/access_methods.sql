-- SPDX-License-Identifier: Apache-2.0
SELECT m.oid AS "@oid",
       'access method ' || m.amname AS "@name",
       'handler ' || m.amhandler::text AS definition
FROM pg_am m
WHERE m.oid >= 16384 {own 2601 m.oid}
