-- Columns that ALTER TABLE can add are added; the view over the table stays.
-- == current
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT
);
CREATE VIEW names AS SELECT name FROM users;
-- == desired
CREATE TABLE users (
  id INTEGER PRIMARY KEY,
  name TEXT,
  email TEXT, -- may be unknown
  age INTEGER NOT NULL DEFAULT 0 CHECK (age >= 0),
  boss INTEGER REFERENCES users,
  upper_name TEXT AS (upper(name))
);
CREATE VIEW names AS SELECT name FROM users;
-- == up
ALTER TABLE users ADD COLUMN email TEXT;
ALTER TABLE users ADD COLUMN age INTEGER NOT NULL DEFAULT 0 CHECK (age >= 0);
ALTER TABLE users ADD COLUMN boss INTEGER REFERENCES users;
ALTER TABLE users ADD COLUMN upper_name TEXT AS (upper(name));
-- == down
DROP VIEW names;
ALTER TABLE users DROP COLUMN email;
ALTER TABLE users DROP COLUMN age;
ALTER TABLE users DROP COLUMN boss;
ALTER TABLE users DROP COLUMN upper_name;
CREATE VIEW names AS SELECT name FROM users;
