-- A table comes after the one that it refers to; names are explicit.
-- == current
-- == desired
CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE TABLE notes (
  id serial PRIMARY KEY,
  user_id bigint NOT NULL REFERENCES users ON DELETE CASCADE
);
CREATE INDEX ON notes (user_id);
-- == up
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT users_pkey PRIMARY KEY (id)
);
CREATE TABLE notes (
    id serial,
    user_id bigint NOT NULL,
    CONSTRAINT notes_pkey PRIMARY KEY (id),
    CONSTRAINT notes_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
CREATE INDEX notes_user_id_idx ON notes (user_id);
-- == down
DROP TABLE notes;
DROP TABLE users;
