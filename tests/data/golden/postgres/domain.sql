-- A domain changes in place; its checks come and go by themselves.
-- == current
CREATE DOMAIN short AS text CHECK (length(VALUE) < 9);
CREATE DOMAIN gone AS integer;
-- == desired
CREATE DOMAIN short AS text DEFAULT 'x' NOT NULL CONSTRAINT shorter CHECK (length(VALUE) < 5);
CREATE DOMAIN made AS numeric(4,1) CHECK (VALUE > 0);
-- == up
CREATE DOMAIN made AS numeric(4,1)
    CONSTRAINT made_check CHECK (VALUE > 0::numeric);
ALTER DOMAIN short DROP CONSTRAINT short_check;
ALTER DOMAIN short SET DEFAULT 'x'::text;
ALTER DOMAIN short SET NOT NULL;
ALTER DOMAIN short ADD CONSTRAINT shorter CHECK (length(VALUE) < 5);
DROP DOMAIN gone;
-- == down
CREATE DOMAIN gone AS integer;
ALTER DOMAIN short DROP CONSTRAINT shorter;
ALTER DOMAIN short DROP DEFAULT;
ALTER DOMAIN short DROP NOT NULL;
ALTER DOMAIN short ADD CONSTRAINT short_check CHECK (length(VALUE) < 9);
DROP DOMAIN made;
