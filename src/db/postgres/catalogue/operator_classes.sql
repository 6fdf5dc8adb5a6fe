-- SPDX-License-Identifier: Apache-2.0
SELECT o.oid AS "@oid",
       n.nspname AS "@schema",
       'operator class ' || o.opcname || ' using ' || m.amname AS "@name",
       CASE WHEN o.opcdefault THEN 'default ' ELSE '' END || 'for ' || format_type(o.opcintype, NULL) ||
           coalesce((SELECT string_agg(E'\noperator ' || s.amopstrategy || ' ' ||
           s.amopopr::regoperator::text, '' ORDER BY s.amopstrategy, s.amopopr::regoperator::text) FROM
           pg_amop s WHERE s.amopfamily = o.opcfamily), '') || coalesce((SELECT string_agg(E'\nfunction ' ||
           s.amprocnum || ' ' || s.amproc::regprocedure::text, '' ORDER BY s.amprocnum,
           s.amproc::regprocedure::text) FROM pg_amproc s WHERE s.amprocfamily = o.opcfamily), '') AS
           definition
FROM pg_opclass o
  JOIN pg_am m ON m.oid = o.opcmethod
  JOIN pg_namespace n ON n.oid = o.opcnamespace
WHERE {user n} {own 2616 o.oid}
