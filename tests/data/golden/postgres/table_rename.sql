-- What refers to a renamed table follows; names that came from its name are made to.
-- rename: users=people
-- == current
CREATE TABLE users (id serial PRIMARY KEY, name text UNIQUE);
CREATE TABLE notes (user_id int REFERENCES users);
-- == desired
CREATE TABLE people (id serial PRIMARY KEY, name text UNIQUE);
CREATE TABLE notes (user_id int REFERENCES people);
-- == up
ALTER SEQUENCE users_id_seq RENAME TO people_id_seq;
ALTER TABLE users RENAME TO people;
ALTER TABLE people RENAME CONSTRAINT users_pkey TO people_pkey;
ALTER TABLE people RENAME CONSTRAINT users_name_key TO people_name_key;
-- == down
ALTER SEQUENCE people_id_seq RENAME TO users_id_seq;
ALTER TABLE people RENAME TO users;
ALTER TABLE users RENAME CONSTRAINT people_pkey TO users_pkey;
ALTER TABLE users RENAME CONSTRAINT people_name_key TO users_name_key;
