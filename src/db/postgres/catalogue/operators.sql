-- SPDX-License-Identifier: Apache-2.0
-- A shell, made by naming it as another's commutator, is not there yet.
SELECT o.oid AS "@oid",
       n.nspname AS "@schema",
       o.oprname || ' (' || coalesce(format_type(nullif(o.oprleft, 0), NULL), 'NONE') || ', ' ||
           coalesce(format_type(nullif(o.oprright, 0), NULL), 'NONE') || ')' AS "@name",
       '(' || concat_ws(', ', 'FUNCTION = ' || o.oprcode::regproc::text, 'LEFTARG = ' ||
           format_type(nullif(o.oprleft, 0), NULL), 'RIGHTARG = ' || format_type(nullif(o.oprright, 0),
           NULL), 'COMMUTATOR = ' || (SELECT 'OPERATOR(' || quote_ident(xn.nspname) || '.' || x.oprname ||
           ')' FROM pg_operator x JOIN pg_namespace xn ON xn.oid = x.oprnamespace WHERE x.oid = o.oprcom),
           'NEGATOR = ' || (SELECT 'OPERATOR(' || quote_ident(xn.nspname) || '.' || x.oprname || ')' FROM
           pg_operator x JOIN pg_namespace xn ON xn.oid = x.oprnamespace WHERE x.oid = o.oprnegate), CASE
           WHEN o.oprrest <> 0 THEN 'RESTRICT = ' || o.oprrest::regproc::text END, CASE WHEN o.oprjoin <> 0
           THEN 'JOIN = ' || o.oprjoin::regproc::text END, CASE WHEN o.oprcanhash THEN 'HASHES' END, CASE
           WHEN o.oprcanmerge THEN 'MERGES' END) || ')' AS definition
FROM pg_operator o
  JOIN pg_namespace n ON n.oid = o.oprnamespace
WHERE o.oprcode <> 0
  AND {user n} {own 2617 o.oid}
