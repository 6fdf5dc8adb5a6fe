-- A view that gets more columns is replaced; one that loses some is made anew.
-- == current
CREATE TABLE t (a int, b int);
CREATE VIEW more AS SELECT a FROM t;
CREATE VIEW less AS SELECT a, b FROM t;
-- == desired
CREATE TABLE t (a int, b int);
CREATE VIEW more AS SELECT a, b FROM t;
CREATE VIEW less AS SELECT b FROM t;
-- == up
DROP VIEW less;
CREATE VIEW less AS
 SELECT t.b
   FROM t;
CREATE OR REPLACE VIEW more AS
 SELECT t.a,
    t.b
   FROM t;
-- == down
DROP VIEW more;
DROP VIEW less;
CREATE VIEW more AS
 SELECT t.a
   FROM t;
CREATE VIEW less AS
 SELECT t.a,
    t.b
   FROM t;
