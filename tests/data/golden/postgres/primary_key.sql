-- Another primary key.
-- == current
CREATE TABLE t (a int PRIMARY KEY, b int NOT NULL);
-- == desired
CREATE TABLE t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (b, a));
-- == up
ALTER TABLE t
    DROP CONSTRAINT t_pkey,
    ADD CONSTRAINT t_pkey PRIMARY KEY (b, a);
-- == down
ALTER TABLE t
    DROP CONSTRAINT t_pkey,
    ADD CONSTRAINT t_pkey PRIMARY KEY (a);
