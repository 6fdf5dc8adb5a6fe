-- Foreign keys that go round in a circle come last.
-- == current
-- == desired
CREATE TABLE a (id int PRIMARY KEY, b int);
CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
-- == up
CREATE TABLE a (
    id integer NOT NULL,
    b integer,
    CONSTRAINT a_pkey PRIMARY KEY (id)
);
CREATE TABLE b (
    id integer NOT NULL,
    a integer,
    CONSTRAINT b_pkey PRIMARY KEY (id),
    CONSTRAINT b_a_fkey FOREIGN KEY (a) REFERENCES a(id)
);
ALTER TABLE a ADD CONSTRAINT a_b_fkey FOREIGN KEY (b) REFERENCES b(id);
-- == down
ALTER TABLE a DROP CONSTRAINT a_b_fkey;
ALTER TABLE b DROP CONSTRAINT b_a_fkey;
DROP TABLE a;
DROP TABLE b;
