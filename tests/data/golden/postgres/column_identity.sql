-- An identity instead of a serial.
-- == current
CREATE TABLE t (id serial PRIMARY KEY, n int);
-- == desired
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int);
-- == up
ALTER TABLE t ALTER COLUMN id DROP DEFAULT;
DROP SEQUENCE t_id_seq;
-- The numbers of column t.id start anew: where the table has rows, set the sequence behind them (setval).
ALTER TABLE t ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
-- == down
ALTER TABLE t ALTER COLUMN id DROP IDENTITY;
CREATE SEQUENCE t_id_seq AS integer;
ALTER TABLE t ALTER COLUMN id SET DEFAULT nextval('t_id_seq'::regclass);
ALTER SEQUENCE t_id_seq OWNED BY t.id;
