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
ALTER TABLE t DROP CONSTRAINT t_fkey;
ALTER TABLE t RENAME COLUMN a TO b_gmig;
ALTER TABLE t RENAME COLUMN b TO a;
ALTER TABLE t RENAME COLUMN b_gmig TO b;
ALTER TABLE t ADD CONSTRAINT t_fkey FOREIGN KEY (c, d) REFERENCES t(a, b);
-- == down
ALTER TABLE t DROP CONSTRAINT t_fkey;
ALTER TABLE t RENAME COLUMN b TO a_gmig;
ALTER TABLE t RENAME COLUMN a TO b;
ALTER TABLE t RENAME COLUMN a_gmig TO a;
ALTER TABLE t ADD CONSTRAINT t_fkey FOREIGN KEY (c, d) REFERENCES t(a, b);
