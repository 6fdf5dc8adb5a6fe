-- An extension comes and goes.
-- == current
CREATE EXTENSION citext;
-- == desired
CREATE EXTENSION pgcrypto;
-- == up
CREATE EXTENSION pgcrypto;
DROP EXTENSION citext;
-- == down
CREATE EXTENSION citext;
DROP EXTENSION pgcrypto;
