-- SPDX-License-Identifier: Apache-2.0
SELECT l.oid AS "@oid",
       'language ' || l.lanname AS "@name"
FROM pg_language l
WHERE l.oid >= 16384 {own 2612 l.oid}
