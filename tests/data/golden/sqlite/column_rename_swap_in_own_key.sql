-- A foreign key of a table to itself: the columns that it references change names, and it speaks of the other ones.
-- rename: t.a=b
-- rename: t.b=a
-- == current
CREATE TABLE t (a INTEGER, b INTEGER, c INTEGER, d INTEGER, CONSTRAINT t_key UNIQUE (a, b),
    CONSTRAINT t_fkey FOREIGN KEY (c, d) REFERENCES t (a, b));
-- == desired
CREATE TABLE t (b INTEGER, a INTEGER, c INTEGER, d INTEGER, CONSTRAINT t_key UNIQUE (b, a),
    CONSTRAINT t_fkey FOREIGN KEY (c, d) REFERENCES t (a, b));
-- == up
ALTER TABLE t RENAME COLUMN b TO b_old;
ALTER TABLE t RENAME COLUMN a TO b;
ALTER TABLE t RENAME COLUMN b_old TO a;
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (b INTEGER, a INTEGER, c INTEGER, d INTEGER, CONSTRAINT t_key UNIQUE (b, a),
    CONSTRAINT t_fkey FOREIGN KEY (c, d) REFERENCES t (a, b));
INSERT INTO t_new (b, a, c, d)
SELECT b, a, c, d FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
-- == down
ALTER TABLE t RENAME COLUMN a TO a_old;
ALTER TABLE t RENAME COLUMN b TO a;
ALTER TABLE t RENAME COLUMN a_old TO b;
-- SQLite cannot alter t so: it is built anew.
CREATE TABLE t_new (a INTEGER, b INTEGER, c INTEGER, d INTEGER, CONSTRAINT t_key UNIQUE (a, b),
    CONSTRAINT t_fkey FOREIGN KEY (c, d) REFERENCES t (a, b));
INSERT INTO t_new (a, b, c, d)
SELECT a, b, c, d FROM t;
DROP TABLE t;
ALTER TABLE t_new RENAME TO t;
