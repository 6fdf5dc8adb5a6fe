-- A column is added with all that belongs to it.
-- == current
CREATE TABLE users (id int PRIMARY KEY);
-- == desired
CREATE TABLE users (
  id int PRIMARY KEY,
  email text,
  age int NOT NULL DEFAULT 0 CHECK (age >= 0),
  boss int REFERENCES users
);
-- == up
ALTER TABLE users
    ADD COLUMN email text,
    ADD COLUMN age integer DEFAULT 0 NOT NULL,
    ADD COLUMN boss integer,
    ADD CONSTRAINT users_age_check CHECK (age >= 0),
    ADD CONSTRAINT users_boss_fkey FOREIGN KEY (boss) REFERENCES users(id);
-- == down
ALTER TABLE users
    DROP COLUMN email,
    DROP COLUMN age,
    DROP COLUMN boss;
