-- Views are made in an order in which each finds what it stands on.
-- == current
-- == desired
CREATE VIEW a AS SELECT x FROM b;
CREATE VIEW b AS SELECT x FROM c;
CREATE VIEW c AS SELECT 1 AS x;
-- == up
CREATE VIEW c AS SELECT 1 AS x;
CREATE VIEW b AS SELECT x FROM c;
CREATE VIEW a AS SELECT x FROM b;
-- == down
DROP VIEW a;
DROP VIEW b;
DROP VIEW c;
