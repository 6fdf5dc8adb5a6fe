-- Two columns that change names do so by a third name.
-- rename: t.a=b
-- rename: t.b=a
-- == current
CREATE TABLE t (a INTEGER, b TEXT);
-- == desired
CREATE TABLE t (b INTEGER, a TEXT);
-- == up
ALTER TABLE t RENAME COLUMN b TO b_old;
ALTER TABLE t RENAME COLUMN a TO b;
ALTER TABLE t RENAME COLUMN b_old TO a;
-- == down
ALTER TABLE t RENAME COLUMN a TO a_old;
ALTER TABLE t RENAME COLUMN b TO a;
ALTER TABLE t RENAME COLUMN a_old TO b;
