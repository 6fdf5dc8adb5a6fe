-- Comments come and go.
-- == current
CREATE TABLE t (a int);
COMMENT ON TABLE t IS 'old';
-- == desired
CREATE TABLE t (a int);
COMMENT ON COLUMN t.a IS 'it''s new';
-- == up
COMMENT ON TABLE t IS NULL;
COMMENT ON COLUMN t.a IS 'it''s new';
-- == down
COMMENT ON TABLE t IS 'old';
COMMENT ON COLUMN t.a IS NULL;
