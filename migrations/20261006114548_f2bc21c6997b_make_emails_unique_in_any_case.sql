-- revision: f2bc21c6997b
-- parents: [9a659cb9d66b]
-- message: make emails unique in any case
-- created: 2026-10-06T11:45:48Z
-- models: {sqlite: d9a1179a79342c8e, postgres: d9a1179a79342c8e}

-- gmig:up

-- Fails, and changes nothing, where two users differ only in the case of their address. They are:
--   SELECT lower(email) FROM users GROUP BY lower(email) HAVING count(*) > 1
CREATE UNIQUE INDEX users_email_lower_idx ON users (lower(email));
DROP INDEX users_email_idx;

-- gmig:down

CREATE UNIQUE INDEX users_email_idx ON users (email);
DROP INDEX users_email_lower_idx;
