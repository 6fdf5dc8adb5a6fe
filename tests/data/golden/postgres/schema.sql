-- A schema and what is in it.
-- == current
-- == desired
CREATE SCHEMA app;
CREATE TABLE app.t (a int);
-- == up
CREATE SCHEMA app;
CREATE TABLE app.t (
    a integer
);
-- == down
DROP TABLE app.t;
DROP SCHEMA app;
